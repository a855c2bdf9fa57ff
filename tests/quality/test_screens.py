"""The quality page and its API."""

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Agreement, Job, User
from projects.quality.charts import chart_of, rows_of
from projects.workspace.interfaces import parsed
from tests.review.scene import Scene, mood, work

pytestmark = pytest.mark.django_db


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def test_undefined_figures_say_why() -> None:
    scene = Scene()
    scene.answered(*[mood("dark", 3)] * 3)
    text = client(scene.reviewer).get(reverse("quality", args=[scene.project.slug])).content.decode()
    assert "Undefined because: no variation" in text
    assert "low agreement is information" in text


def test_a_project_without_answers_says_what_to_do() -> None:
    scene = Scene()
    text = client(scene.reviewer).get(reverse("quality", args=[scene.project.slug])).content.decode()
    assert "No answers yet" in text


def test_recompute_asks_for_one_job_however_often_it_is_pressed() -> None:
    scene = Scene()
    scene.answered(*[mood("dark", 3)] * 3)
    where = reverse("quality-recompute", args=[scene.project.slug])
    for _ in range(3):
        assert client(scene.reviewer).post(where).status_code == 302
    assert Job.objects.filter(kind="agreement", actor=scene.reviewer).count() == 1
    text = client(scene.reviewer).get(reverse("quality", args=[scene.project.slug])).content.decode()
    assert 'class="card job"' in text
    work()


def test_names_are_for_owners_unless_the_policy_shows_them() -> None:
    scene = Scene()
    scene.answered(mood("dark", 3), mood("bright", 1), mood("dark", 5))
    where = reverse("api-annotators", args=[scene.project.slug])
    names = {str(person) for person in scene.people}
    assert {row["annotator"] for row in client(scene.owner).get(where).json()["results"]} == names
    assert {row["annotator"] for row in client(scene.reviewer).get(where).json()["results"]} == {
        "Annotator 1",
        "Annotator 2",
        "Annotator 3",
    }


def test_the_api_answers_unrounded_figures_with_interval_and_n() -> None:
    scene = Scene()
    scene.answered(mood("dark"), mood("dark"), mood("bright"))
    reply = client(scene.reviewer).get(reverse("api-agreement", args=[scene.project.slug])).json()
    row = reply["series"][0]
    assert row["value"] == Agreement.objects.get(series="mood").value
    assert (row["units"], row["raters"], row["low"]) == (1, 3, None)
    assert reply["series"][1]["reason"] == "no answers yet"
    assert reply["newer_annotations"] == 0


def test_the_axis_reaches_below_zero_where_a_figure_does() -> None:
    scene = Scene(people=2)
    for _ in range(2):
        scene.answered(mood("dark"), mood("bright"))
    assert scene.project.interface
    chart = chart_of(rows_of(parsed(scene.project.interface), list(Agreement.objects.all())))
    assert chart.ticks[0][0] < 0
    assert chart.ticks[-1] == (1.0, 100.0)
    assert chart.marks[0].at is not None
    assert 0 <= chart.marks[0].at < chart.zero
