"""Candidates under review: by number for all, with what each person saw as A and B where that was another order."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from projects.models import Annotation, Assignment, Sample
from projects.review.seen import seen
from projects.schema import Interface
from tests.review.scene import PAIR, Scene

INTERFACE: dict[str, Any] = {
    "schema": 1,
    "fields": [{"name": "outputs", "type": "candidates", "of": "text"}],
    "questions": [
        {"name": "better", "type": "pairwise", "title": "Better", "on": "outputs", "strength": True},
        {"name": "why", "type": "text", "title": "Why?"},
    ],
}


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene(people=2, interface=INTERFACE)


@pytest.fixture
def sample(scene: Scene) -> Sample:
    """The second person saw b first, said so in those letters, and the first did not."""
    for_b = {"better": {"winner": "b", "strength": 3}, "why": "A met a cat."}
    found = scene.answered({"better": {"winner": "a"}, "why": "It rhymes."}, for_b, fields={"outputs": PAIR})
    for person, order in zip(scene.people, (["a", "b"], ["b", "a"]), strict=True):
        Assignment.objects.filter(annotator=person).update(shown={"outputs": order, "better": order})
    Annotation.objects.filter(annotator=scene.people[1]).update(comments={"sample": "A is the only one."})
    return found


def words(scene: Scene, sample: Sample, page: str) -> str:
    """What the page says to the reviewer."""
    client = Client()
    client.force_login(scene.reviewer)
    reply = client.get(reverse(page, args=[scene.project.slug, sample.key]))
    return re.sub(r"\s+", " ", strip_tags(reply.content.decode()))


SAW = "saw Candidate 2 as “A”, Candidate 1 as “B”"


def test_the_desk_numbers_candidates_and_says_in_which_letters_somebody_wrote(scene: Scene, sample: Sample) -> None:
    text = words(scene, sample, "review-sample")
    assert "Candidate 2, by far " + SAW in text
    assert "A met a cat. " + SAW in text
    assert f"A is the only one. ({SAW})" in text
    assert "Candidate 1 " + SAW not in text
    assert "It rhymes. saw" not in text
    assert "strength" not in text


def test_the_sample_s_page_does_so_too(scene: Scene, sample: Sample) -> None:
    text = words(scene, sample, "sample")
    assert "Candidate 2, by far" in text
    assert text.count(SAW[1:]) == 1


def test_whoever_answers_goes_on_seeing_letters(scene: Scene) -> None:
    scene.answered(fields={"outputs": PAIR})
    client = Client()
    client.force_login(scene.people[0])
    html = client.get(reverse("label", args=[scene.project.slug])).content.decode()
    assert 'aria-label="A"' in html
    assert "Candidate 1" not in html


def told(interface: dict[str, Any], fields: dict[str, Any], shown: dict[str, Any], **answers: Any) -> str:
    given = Annotation(assignment=Assignment(shown=shown), answers=answers)
    return seen(Interface.parse(interface), fields, given)


@pytest.mark.parametrize(
    ("shown", "answer", "said"),
    [
        ({}, {}, ""),
        ({"outputs": ["a", "b"]}, {"shown": ["b", "a"]}, ""),
        ({"outputs": ["b", "a"]}, {}, SAW),
        ({"outputs": ["gone", "b", "a"]}, {}, SAW),
        ({}, {"winner": "a", "shown": ["b", "a"]}, SAW),
        ({}, {"winner": "a", "shown": ["a", "b"]}, ""),
    ],
)
def test_only_what_stood_elsewhere_is_told(shown: dict[str, Any], answer: dict[str, Any], said: str) -> None:
    assert told(INTERFACE, {"outputs": PAIR}, shown, better=answer) == said


def test_fields_of_candidates_are_told_apart() -> None:
    both = {**INTERFACE, "fields": [{**INTERFACE["fields"][0], "name": name, "title": name.title()} for name in "xy"]}
    both["questions"] = [{**INTERFACE["questions"][0], "on": "x"}]
    assert told(both, {"x": PAIR, "y": PAIR}, {"x": ["a", "b"], "y": ["b", "a"]}) == f"of “Y” {SAW}"
