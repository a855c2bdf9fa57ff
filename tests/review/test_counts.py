"""Counting no further than anybody reads."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Sample
from projects.review import counts
from projects.review.counts import UpTo, up_to
from projects.samples.states import SampleState
from tests.factories import make_sample
from tests.review.scene import Scene

pytestmark = pytest.mark.django_db


def many(scene: Scene, number: int) -> None:
    for place in range(number):
        make_sample(scene.project, f"d{place}", state=SampleState.DISPUTED, look=place / 100, disagreement=0.5)


def test_a_number_is_written_as_it_is_and_one_that_goes_on_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST", 3)
    scene = Scene()
    many(scene, 3)
    assert (str(up_to(Sample.objects.all())), up_to(Sample.objects.all())) == ("3", 3)
    many_more = make_sample(scene.project, "one more", state=SampleState.DISPUTED)
    assert (str(up_to(Sample.objects.all())), up_to(Sample.objects.all())) == ("3+", 3)
    assert str(up_to(Sample.objects.filter(pk=many_more.pk))) == "1"
    page = Template("{{ count }} sample{{ count|pluralize }}").render(Context({"count": UpTo(3, more=True)}))
    assert page == "3+ samples"


def test_the_list_counts_and_pages_the_first_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST", 30)
    scene = Scene()
    many(scene, 40)
    client = Client()
    client.force_login(scene.reviewer)
    first = client.get(reverse("review", args=[scene.project.slug])).content.decode()
    assert "Disputed 30+" in first
    assert "1–25 of 30+" in first
    assert "30+ disputed" in first
    with CaptureQueriesContext(connection) as queries:
        last = client.get(reverse("review", args=[scene.project.slug]), {"page": 9}).content.decode()
    assert "26–30 of 30+" in last
    # Whatever is counted is counted to the end of a piece, or among samples that were read, and no further.
    counted = [
        query["sql"] for query in queries if 'FROM "projects_sample"' in query["sql"] and "COUNT(" in query["sql"]
    ]
    assert len(counted) > 6
    assert all("LIMIT 31" in sql or '"id" IN (' in sql for sql in counted)


def test_what_approving_all_would_do_is_counted_for_those_who_ask_where_there_is_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene()
    for place in range(3):
        about = {
            "state": SampleState.LABELED,
            "look": 0.0,
            "disagreement": 0.0,
            "answered": 2,
            "spreads": {"mood": 0.0},
        }
        make_sample(scene.project, f"same-{place}", **about)
    client = Client()
    client.force_login(scene.reviewer)
    address = reverse("review", args=[scene.project.slug])
    assert "Approve 3<" in client.get(address, {"state": "labeled"}).content.decode()
    monkeypatch.setattr(counts, "MOST", 2)
    page = client.get(address, {"state": "labeled"}).content.decode()
    assert "Approve 3<" not in page
    assert "Count them" in page
    assert "Approve 3<" in client.get(address, {"state": "labeled", "preview": "yes"}).content.decode()
