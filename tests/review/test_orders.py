"""Rankings and picks of best and worst on their way: agreement pair by pair, merged, reviewed, decided."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Adjudication, Agreement
from projects.review.actions import version_of
from tests.review.scene import Scene, work

pytestmark = pytest.mark.django_db
INTERFACE: dict[str, Any] = {
    "schema": 1,
    "fields": [{"name": "outputs", "type": "candidates", "of": "text"}],
    "questions": [
        {"name": "order", "type": "ranking", "title": "Order", "on": "outputs", "tie": True, "required": True},
        {"name": "ends", "type": "best_worst", "title": "Ends", "on": "outputs"},
    ],
}
THREE = {"outputs": [{"id": key, "value": f"Answer {key}."} for key in ("a", "b", "c")]}


def answers(order: list[list[str]], best: str, worst: str) -> dict[str, Any]:
    return {"order": order, "ends": {"best": best, "worst": worst}}


SAME = answers([["a"], ["b", "c"]], "a", "c")
OTHER = answers([["b"], ["a"], ["c"]], "b", "c")


def test_whoever_agrees_has_an_alpha_of_one_and_a_swap_lowers_it() -> None:
    scene = Scene(people=2, interface=INTERFACE)
    scene.answered(SAME, SAME, fields=THREE)
    scene.answered(OTHER, OTHER, fields=THREE)
    found = Agreement.objects.filter(project=scene.project)
    assert set(found.values_list("series", "value")) == {("order", 1), ("ends", 1)}
    assert found.get(series="order").units == 6  # three pairs of candidates in each of two samples
    scene.answered(SAME, OTHER, fields=THREE)
    assert found.filter(value__gt=0, value__lt=1).count() == 2


def test_people_who_differ_are_a_dispute_which_the_reviewer_reads_in_numbers_and_decides() -> None:
    scene = Scene(people=3, interface=INTERFACE)
    sample = scene.answered(SAME, SAME, OTHER, fields=THREE)
    assert sample.state == "disputed"
    client = Client()
    client.force_login(scene.reviewer)
    address = reverse("review-sample", args=[scene.project.slug, sample.key])
    html = client.get(address).content.decode()
    assert "Candidate 1, then Candidate 2 = Candidate 3" in html and "Candidate 2, then Candidate 1" in html
    assert "Best Candidate 1, worst Candidate 3" in html
    form = {
        "decision": "approve",
        "expected": version_of(sample),
        "reason": "The first line decides it.",
        "from.order": "own",
        "from.ends": "merged",
        **{f"q.order.{key}": place for key, place in (("a", "1"), ("b", "3"), ("c", "2"))},
    }
    reply = client.post(address, form, headers={"HX-Request": "true"})
    assert reply.status_code == 200
    work()
    decided = Adjudication.objects.get(sample=sample)
    assert decided.answers["order"] == [["a"], ["c"], ["b"]]
    assert decided.answers["ends"] == {"best": "a", "worst": "c", "shown": ["a", "b", "c"]}
