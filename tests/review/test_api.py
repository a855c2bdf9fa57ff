"""Review for programs."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Adjudication, User
from projects.review import actions
from tests.review.scene import Scene, mood

pytestmark = pytest.mark.django_db
SPLIT = [mood("dark", 2), mood("dark", 4), mood("bright", 3)]


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def address(scene: Scene, key: str) -> str:
    return reverse("api-adjudication", args=[scene.project.slug, key])


def send(scene: Scene, key: str, body: dict[str, Any], **headers: str) -> Any:
    return client(scene.reviewer).post(address(scene, key), body, content_type="application/json", headers=headers)


def test_disputes_come_worst_first_page_by_page() -> None:
    scene = Scene()
    mild = scene.answered(mood("dark", 2), mood("dark", 4), mood("dark", 3))
    wild = scene.answered(mood("dark", 1), mood("bright", 5), mood("dark", 3))
    scene.answered(*[mood("dark", 3)] * 3)
    signed_in = client(scene.reviewer)
    first = signed_in.get(f"/api/v1/projects/{scene.project.slug}/disputes/?page_size=1").json()
    assert [row["key"] for row in first["results"]] == [wild.key]
    assert first["results"][0]["spreads"]["craft"] == 1
    second = signed_in.get(first["next"]).json()
    assert [row["key"] for row in second["results"]] == [mild.key]
    assert second["next"] is None


def test_a_decision_is_made_once_and_repeating_it_says_so() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT, key="stories/ä 17")
    body = {"decision": "approve", "answers": mood("dark", 3), "reason": "The end."}
    made = send(scene, sample.key, body)
    assert made.status_code == 201, made.json()
    assert made.json()["state"] == "approved"
    again = send(scene, sample.key, body)
    assert again.status_code == 200
    assert again.json()["adjudication"] == made.json()["adjudication"]
    assert Adjudication.objects.count() == 1


def test_an_idempotency_key_gives_the_same_reply() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    body = {"decision": "return", "reason": "Again, please."}
    replies = [send(scene, sample.key, body, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    assert Adjudication.objects.count() == 1


def test_what_does_not_fit_is_named_by_question() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    reply = send(scene, sample.key, {"decision": "approve", "answers": {"mood": "grey"}, "reason": "x"})
    assert reply.status_code == 400
    assert list(reply.json()["errors"]) == ["answers.mood"]
    silent = send(scene, sample.key, {"decision": "approve", "answers": mood("bright", 3)})
    assert silent.status_code == 400
    assert set(silent.json()["errors"]) == {"reason", "answers.mood"}
    assert send(scene, sample.key, {"decision": "maybe"}).json()["errors"].keys() == {"decision"}


def test_a_conflict_says_who_decided_what() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    actions.adjudicate(actor=scene.owner, sample=sample, decision="reject", reason="Not a story.")
    reply = send(scene, sample.key, {"decision": "plural"})
    assert reply.status_code == 409
    decided = reply.json()["decided"]
    assert (decided["decision"], decided["reviewer"], decided["reason"]) == (
        "reject",
        str(scene.owner),
        "Not a story.",
    )
    again = send(scene, sample.key, {"decision": "plural", "expected": decided["version"]})
    assert again.status_code == 201


def test_one_s_own_sample_is_refused() -> None:
    scene = Scene(people=1)
    sample = scene.answered(mood("dark"), by=[scene.reviewer])
    reply = send(scene, sample.key, {"decision": "approve"})
    assert reply.status_code == 403
    assert "yourself" in reply.json()["detail"]
    assert send(scene, "no-such", {"decision": "approve"}).status_code == 404
