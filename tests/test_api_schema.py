"""The API keeps to its own description: generated requests for every operation, valid and not."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from rest_framework.authtoken.models import Token

from annotator.urls import STAGES
from projects.labeling import actions
from projects.models import Job
from tests.factories import ADDRESSED, make_project, make_sample, membership

pytestmark = pytest.mark.django_db


# What answers must be is said by each project's interface, so a fitting body may still be refused; and a number where a
# text is expected is taken as text.
NOT_SAID = [
    schemathesis.checks.positive_data_acceptance,
    schemathesis.checks.negative_data_rejection,
]

DESCRIPTION = json.loads(json.dumps(SchemaGenerator().get_schema(public=True), default=str))  # type: ignore[no-untyped-call]
schema = schemathesis.openapi.from_dict(DESCRIPTION)
schema.app = WSGIHandler()
schema.config.update(base_url="http://localhost")


@schemathesis.serializer("application/x-ndjson")
def lines(_: object, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The requests run in the test's own transaction, whose connection must outlive them."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def known() -> dict[str, Any]:
    """What the addresses name, in a project whose owner sends the requests."""
    project = make_project()
    samples = [make_sample(project) for _ in range(3)]
    person = project.created_by
    assignment = actions.next_assignment(membership=membership(project, person))
    assert assignment
    job = Job.objects.create(kind="agreement", project=project)
    return {
        "headers": {"Authorization": f"Token {Token.objects.create(user=person).key}"},
        "slug": project.slug,
        "key": samples[0].key,
        "assignment_id": assignment.pk,
        "job_id": job.pk,
        **ADDRESSED,
    }


@schema.parametrize()
@settings(max_examples=15, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_described(case: schemathesis.Case[Any], known: dict[str, Any]) -> None:
    case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
    case.call_and_validate(headers=known["headers"], excluded_checks=NOT_SAID)


def test_every_address_of_the_api_is_described() -> None:
    routes = {
        "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(route.pattern))
        for stage in STAGES
        for route in stage.api_urlpatterns
    }
    assert len(routes) > 10
    assert routes == {path for path in DESCRIPTION["paths"] if path != "/api/v1/schema/"}


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    operations = [each for path in DESCRIPTION["paths"].values() for each in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert [operation["operationId"] for operation in operations if not operation.get("description")] == []
