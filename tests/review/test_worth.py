"""What a reviewer's look is worth: disagreement, importance, and who disagrees."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.models import Reliability, Sample
from projects.quality.stream import Given, answered_of
from projects.quality.versions import Versions
from projects.review.queries import after, before, next_for, queue
from projects.review.routing import sweep
from projects.review.worth import Weights, importance_of, why, worth
from projects.workspace.policy import Policy, PolicyError
from tests.review.scene import Scene, mood, work

pytestmark = pytest.mark.django_db


def rely(scene: Scene, *likeness: float, pairs: int = 1000) -> None:
    """What is stored about each of the scene's people."""
    Reliability.objects.filter(project=scene.project).delete()
    for person, agreement in zip(scene.people, likeness, strict=True):
        Reliability.objects.create(
            project=scene.project,
            annotator=person,
            annotations=100,
            agreement=agreement,
            pairs=pairs,
            shared=0,
            computed_at=timezone.now(),
        )


def trust(scene: Scene, sample: Sample) -> float:
    given = answered_of([sample.pk])[sample.pk]
    return worth(Versions(scene.project), Weights(scene.project), given, 0.5).trust


def test_a_dissent_counts_by_who_dissents() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark"), mood("dark"), mood("bright"))
    rely(scene, 0.8, 0.8, 0.8)
    assert trust(scene, sample) == pytest.approx(1)
    rely(scene, 0.9, 0.9, 0.3)
    careless = trust(scene, sample)
    rely(scene, 0.9, 0.3, 0.9)
    weighty = trust(scene, sample)
    assert careless < 1 < weighty
    # By hand, with means that 20 more pairs of answers of the mean hardly move: of three pairs the two that differ.
    rely(scene, 0.9, 0.9, 0.3, pairs=10**9)
    assert trust(scene, sample) == pytest.approx((0.27 + 0.27) / (0.81 + 0.27 + 0.27) / (2 / 3), abs=1e-6)


def test_who_has_answered_little_is_taken_for_average() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark"), mood("dark"), mood("bright"))
    rely(scene, 0.9, 0.9, 0.3, pairs=1)
    assert trust(scene, sample) == pytest.approx(1, abs=0.05)
    Reliability.objects.all().delete()
    assert trust(scene, sample) == 1


def test_where_everybody_says_the_same_nothing_is_apart() -> None:
    scene = Scene()
    sample = scene.answered(*[mood("dark", 3)] * 3)
    assert sample.look == 0
    assert trust(scene, sample) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)))
def test_the_order_of_people_changes_nothing(order: list[int]) -> None:
    scene = _four()
    version, at = scene.project.interface_id or 0, timezone.now()
    listed = [Given(1, n, scene.people[n].pk, version, _SAID[n], None, at) for n in range(4)]
    versions, weights = Versions(scene.project), Weights(scene.project)
    found = worth(versions, weights, [listed[n] for n in order], 0.4, 2)
    assert found == worth(versions, weights, listed, 0.4, 2)


_SAID: list[dict[str, Any]] = [mood("dark", 1), mood("bright", 5), mood("dark", 2), mood("dark", 3)]


def _four() -> Scene:
    scene = Scene(people=4)
    rely(scene, 0.9, 0.2, 0.7, 0.5)
    return scene


def test_importance_and_people_put_disputes_in_order_and_the_list_says_why() -> None:
    scene = Scene(policy={"importance": "metadata.priority"})
    scene.answered(mood("dark"), mood("dark"), mood("bright"), key="plain")
    scene.answered(mood("dark"), mood("dark"), mood("bright"), key="heavy", metadata={"priority": 3})
    scene.answered(mood("dark"), mood("dark"), mood("bright"), key="light", metadata={"priority": 0.5})
    rely(scene, 0.9, 0.9, 0.2)
    Sample.objects.update(disagreement=None, look=None, state="labeled")
    sweep()
    work()
    listed = list(queue(scene.project))
    assert [sample.key for sample in listed] == ["heavy", "plain", "light"]
    looks = [sample.look or 0 for sample in listed]
    assert looks[0] == pytest.approx(3 * looks[1])
    assert looks[1] < (listed[1].disagreement or 0), "who stands apart is otherwise less like others"
    client = Client()
    client.force_login(scene.reviewer)
    text = client.get(reverse("review", args=[scene.project.slug])).content.decode()
    assert "× 3 by importance" in text
    assert "who stands apart is otherwise less like others" in text
    body = client.get(reverse("api-disputes", args=[scene.project.slug])).json()["results"]
    assert [row["key"] for row in body] == ["heavy", "plain", "light"]
    assert body[0]["look"] == looks[0]
    assert body[0]["look_parts"]["importance"] == 3


def test_the_queue_is_walked_in_its_order_without_gaps() -> None:
    scene = Scene(policy={"importance": "metadata.p"})
    for number in (2, 5, 5, 1):
        scene.answered(mood("dark"), mood("dark"), mood("bright"), metadata={"p": number})
    listed = list(queue(scene.project))
    waiting = queue(scene.project)
    for place, sample in enumerate(listed):
        assert list(after(waiting, sample)) == listed[place + 1 :]
        assert list(before(waiting, sample)) == listed[:place][::-1]
    assert next_for(scene.project, scene.reviewer, listed[0], "disputed", "") == listed[1]


@pytest.mark.parametrize("value", [None, "high", True, -1, [3]])
def test_what_is_no_number_of_importance_counts_once(value: object) -> None:
    assert importance_of("metadata.p", {"p": value}) == 1
    assert importance_of("", {"p": 4}) == 1
    assert importance_of("metadata.p", {"p": 4}) == 4


@pytest.mark.parametrize("document", [{"importance": "priority"}, {"importance": 3}, {"sources": "metadata."}])
def test_a_policy_names_a_place_in_the_metadata(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=r"metadata\.KEY"):
        Policy.parse(document)


def test_nothing_is_said_before_a_sample_was_looked_at() -> None:
    assert why(None) == ""
    assert why({"disagreement": 0.5, "importance": 1.0, "trust": 1.0}) == "0.50 apart"
