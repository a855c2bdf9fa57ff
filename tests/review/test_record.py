"""The page of one sample: what may be seen of it, by whom and when."""

import pytest
from django.test import Client
from django.urls import reverse

from projects.labeling import actions as labeling
from tests.factories import make_sample, membership
from tests.review.scene import Scene, mood

pytestmark = pytest.mark.django_db


def page(scene: Scene, key: str) -> str:
    client = Client()
    client.force_login(scene.reviewer)
    return client.get(reverse("sample", args=[scene.project.slug, key])).content.decode()


def record(scene: Scene, key: str) -> dict[str, object]:
    client = Client()
    client.force_login(scene.reviewer)
    return dict(client.get(reverse("api-sample", args=[scene.project.slug, key])).json())


def test_answers_are_hidden_from_whoever_may_be_asked_next() -> None:
    scene = Scene(people=2)
    sample = make_sample(scene.project, "open")
    scene.submit(scene.people[0], mood("dark", note="Cold to the bone."))
    assert "Cold to the bone." not in page(scene, "open")
    assert record(scene, "open")["annotations"] == []
    scene.submit(scene.people[1], mood("dark"))
    sample.refresh_from_db()
    assert "Cold to the bone." in page(scene, "open")


def test_a_reviewer_who_labels_sees_what_they_said_themselves() -> None:
    scene = Scene(people=2)
    make_sample(scene.project, "open")
    scene.submit(scene.reviewer, mood("dark", note="Mine."))
    assert "Mine." in page(scene, "open")


def test_reasons_for_skipping_reach_the_reviewer() -> None:
    scene = Scene(people=2)
    make_sample(scene.project, "open")
    member = membership(scene.project, scene.people[0])
    assignment = labeling.next_assignment(membership=member)
    assert assignment is not None
    labeling.skip(membership=member, assignment_id=assignment.pk, reason="The text breaks off.")
    assert "The text breaks off." in page(scene, "open")
