"""What the disagreement on subjective scales is made of, from annotations to the page."""

import copy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Job, Taste
from projects.quality import taste
from projects.quality.tastes import breakdowns
from projects.quality.thinned import Scores
from projects.workspace.jobs import run_due
from tests.factories import make_sample
from tests.review.scene import INTERFACE, Scene, work

pytestmark = pytest.mark.django_db

WORTH = [1, 2, 3, 2, 1, 3]  # of the samples, for somebody who is not severe


def interface(kind: str) -> dict[str, Any]:
    document = copy.deepcopy(INTERFACE)
    document["questions"][1]["kind"] = kind
    return document


def judged(samples: int, kind: str = "subjective") -> Scene:
    """Four people who agree on everything but how severe they are: 0, 0, 1 and 2 points."""
    scene = Scene(people=4, interface=interface(kind))
    for number in range(samples):
        make_sample(scene.project, key=f"s{number:02}")
        for person, severity in zip(scene.people, (0, 0, 1, 2), strict=True):
            scene.submit(person, {"mood": "dark", "craft": WORTH[number % len(WORTH)] + severity})
    work()  # agreement, which asks for it
    work()
    return scene


def test_severity_is_told_from_taste() -> None:
    scene = judged(24)
    (row,) = Taste.objects.filter(project=scene.project)
    assert (row.series, row.reason, row.units, row.thinned, row.groups) == ("craft", "", 24, False, [])
    # Each pair of people differs by the same number of points on each sample: all of it is severity. The mean squared
    # difference over the six pairs, halved: (0 + 1 + 4 + 1 + 4 + 1) / 6 / 2.
    assert row.parts["total"]["value"] == pytest.approx(11 / 12)
    assert row.parts["severity"]["share"] == pytest.approx(1)
    assert row.parts["unsplit"]["value"] == pytest.approx(0, abs=1e-9)
    assert "told apart" in row.parts["noise"]["reason"]
    (shown,) = breakdowns([row], {})
    assert [(each.slug, round(each.width)) for each in shown.slices] == [("severity", 100), ("unsplit", 0)]


def test_few_samples_say_so_on_the_page_and_in_the_api() -> None:
    scene = judged(3)
    client = Client()
    client.force_login(scene.reviewer)
    page = client.get(reverse("quality", args=[scene.project.slug])).content.decode()
    assert "Undefined because: fewer than 20 samples with two answers" in page
    body = client.get(reverse("api-taste", args=[scene.project.slug])).json()
    assert body["scales"][0]["reason"] == "fewer than 20 samples with two answers"
    assert body["scales"][0]["parts"]["severity"]["value"] is None


def test_a_page_with_figures_names_the_parts() -> None:
    scene = judged(24)
    client = Client()
    client.force_login(scene.owner)
    page = client.get(reverse("quality", args=[scene.project.slug])).content.decode()
    assert 'aria-label="Severity 100%, Own taste and noise 0%"' in page
    assert "no groups of taste" in page


def test_objective_questions_have_no_taste() -> None:
    scene = judged(3, kind="objective")
    assert not Taste.objects.filter(project=scene.project).exists()
    assert not Job.objects.filter(kind="taste").exists()


def test_the_figures_follow_when_the_project_has_grown_by_a_tenth() -> None:
    scene = judged(10)
    done = Job.objects.get(kind="taste")
    taste.ask(scene.project, 43, asked=False)
    assert Job.objects.get(kind="taste") == done
    taste.ask(scene.project, 44, asked=False)
    assert Job.objects.filter(kind="taste", state="queued").count() == 1


def test_somebody_who_asks_is_not_told_to_wait() -> None:
    scene = judged(3)
    client = Client()
    client.force_login(scene.reviewer)
    client.post(reverse("quality-recompute", args=[scene.project.slug]))
    run_due()
    assert Job.objects.filter(kind="taste", state="done").count() == 1
    assert not Job.objects.filter(kind="taste", state="queued").exists()


def test_large_projects_are_thinned_in_the_same_way_each_time() -> None:
    one, other = Scores(100), Scores(100)
    names = [f"{number} " for number in range(1000)]
    for name in names:
        one.add(name, {1: 2.0, 2: 3.0})
    for name in reversed(names):
        other.add(name, {1: 2.0, 2: 3.0})
    assert one.units.keys() == other.units.keys()
    assert 25 <= len(one.units) <= 50
    assert one.thinned


def test_a_unit_with_one_answer_says_nothing() -> None:
    scores = Scores(100)
    scores.add("1 ", {1: 2.0})
    assert not scores.units
