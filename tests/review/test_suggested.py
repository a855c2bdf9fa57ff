"""What machines suggested, on the review desk and a sample's page: whose, who met it how, what they had said before."""

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Annotation, Sample, Suggestion, User
from projects.review.suggested import beside
from projects.schema import Interface
from tests.review.scene import INTERFACE, Scene, mood

pytestmark = pytest.mark.django_db
PARSED = Interface.parse(INTERFACE)


def told(how: str, value: str = "dark", **first: str) -> dict[str, object]:
    record: dict[str, object] = {
        "how": how,
        "questions": {"mood": [{"source": "model-x", "value": value, "score": 0.7}]},
    }
    return record | ({"first": first} if first else {})


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def sample(scene: Scene) -> Sample:
    """Three people answered, and each met the suggestion in another way."""
    sample = scene.answered(mood("dark"), mood("bright"), mood("dark"))
    Suggestion.objects.create(sample=sample, question="mood", value="dark", source="model-x", score=0.7)
    records = (told("after", mood="bright"), told("withheld"), told("after"))
    for row, record in zip(Annotation.objects.filter(sample=sample).order_by("pk"), records, strict=True):
        Annotation.objects.filter(pk=row.pk).update(suggested=record)
    return sample


def page(user: User, name: str, scene: Scene, sample: Sample) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=[scene.project.slug, sample.key])).content.decode()


@pytest.mark.parametrize("name", ["review-sample", "sample"])
def test_source_and_who_met_it_how_stand_beside_the_answers(scene: Scene, sample: Sample, name: str) -> None:
    text = page(scene.reviewer, name, scene, sample)
    assert "model-x" in text
    assert "after answering: A; withheld: B; not seen by C" in text
    assert "A had said before:" in text and "B had said before:" not in text


def test_what_a_source_said_earlier_is_kept_apart_from_what_it_says_now(sample: Sample) -> None:
    Suggestion.objects.update(value="bright", score=0.9)
    given = [("A", told("beside"), mood("dark")), ("B", told("beside", "bright"), mood("dark"))]
    found = beside(sample, PARSED, given)["mood"]
    assert [(each.value, each.score, each.replaced, each.met) for each in found.suggested] == [
        ("bright", 0.9, False, "beside the question: B"),
        ("dark", 0.7, True, "beside the question: A"),
    ]


def test_what_is_no_answer_to_the_question_any_more_is_left_out(sample: Sample) -> None:
    Suggestion.objects.update(value="lukewarm")
    assert beside(sample, PARSED, [("A", told("beside", "tepid"), mood("dark")), ("B", None, {})]) == {}


def test_while_a_sample_is_labelled_nobody_reads_what_was_said_before(scene: Scene) -> None:
    sample = scene.answered(mood("dark"))
    Annotation.objects.update(suggested=told("after", mood="bright"))
    assert "had said before" not in page(scene.owner, "sample", scene, sample)
