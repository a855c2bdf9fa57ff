"""The pages of samples."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_project, make_sample

pytestmark = pytest.mark.django_db


def test_the_list_takes_as_many_queries_for_many_samples_as_for_few(client: Client) -> None:
    project = make_project()
    client.force_login(project.created_by)
    counts = []
    make_sample(project)
    client.get(f"/p/{project.slug}/samples/")  # the parsed interface is kept in memory from the first time on
    for more in (2, 20):
        for _ in range(more):
            make_sample(project)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/p/{project.slug}/samples/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
