"""Whoever is overruled reads why, answers once, and somebody else settles it."""

from typing import Any

import pytest
from django.test import Client

from projects.models import AuditEntry, Overruling, User
from projects.review import actions
from projects.review.models import Outcome
from projects.review.overruled import AlreadyAnswered, came_back, reply
from projects.review.queries import REPLIES, next_step_of, queue
from projects.samples.states import SampleState
from projects.workspace import audit
from projects.workspace.actions import Refused
from tests.factories import make_member
from tests.review.scene import Scene, mood
from tests.review.test_layers import SPLIT, decide, state

pytestmark = pytest.mark.django_db


class Told(Scene):
    """A sample on which the third of three people was overruled."""

    def __init__(self, **policy: Any) -> None:
        super().__init__(policy=policy)
        self.second = make_member(self.project, "reviewer")
        self.sample = self.answered(*SPLIT)
        self.made = decide(self.reviewer, self.sample, reason="The end is grim.")
        self.dissenter = self.people[2]

    def row(self) -> Overruling:
        return Overruling.objects.get(annotator=self.dissenter)

    def answer(self, text: str = "It ends in the sun.", by: User | None = None) -> Overruling:
        row = self.row()
        return reply(actor=by or self.dissenter, project=self.project, overruling_id=row.pk, text=text)


def test_only_those_are_told_whose_answers_were_decided_otherwise() -> None:
    scene = Told()
    row = Overruling.objects.get()
    assert (row.annotator, row.questions, row.decider) == (scene.dissenter, ["mood"], scene.reviewer)
    assert list(came_back(scene.project, scene.dissenter)) == [row]
    assert not came_back(scene.project, scene.people[0]).exists()


def test_nobody_is_told_of_a_decision_that_still_waits_for_a_layer() -> None:
    scene = Told(second_reviewer=True)
    assert not Overruling.objects.exists()
    decide(scene.second, scene.sample)
    row = scene.row()
    # Whoever said it first is the one who decided, and the reason is theirs.
    assert (row.decider, row.adjudication.reason) == (scene.reviewer, "The end is grim.")


def test_a_plural_or_rejected_sample_overrules_nobody() -> None:
    for decision in ("plural", "reject"):
        scene = Scene()
        decide(scene.reviewer, scene.answered(*SPLIT), decision, reason="x")
    assert not Overruling.objects.exists()


def test_the_page_shows_the_decision_its_reason_and_room_for_one_answer() -> None:
    scene = Told()
    client, address = _client(scene.dissenter), f"/p/{scene.project.slug}/came-back/"
    page = client.get(address).content.decode()
    assert "The end is grim." in page
    assert str(scene.reviewer) not in page
    sent = client.post(f"{address}{scene.row().pk}/", {"text": "It ends in the sun."}, follow=True)
    page = sent.content.decode()
    assert "It ends in the sun." in page
    assert 'name="text"' not in page
    assert "waits for another reviewer" in page.lower()


def test_the_page_says_what_is_wrong_with_an_answer_and_keeps_it() -> None:
    scene = Told()
    client, address = _client(scene.dissenter), f"/p/{scene.project.slug}/came-back/"
    empty = client.post(f"{address}{scene.row().pk}/", {"text": "  "})
    assert empty.status_code == 422
    assert "Write why your answer should stand." in empty.content.decode()
    long = client.post(f"{address}{scene.row().pk}/", {"text": "x" * 5001})
    assert "at most 5,000" in long.content.decode()
    assert "x" * 5001 in long.content.decode()


def test_an_empty_page_says_what_comes_here() -> None:
    scene = Told()
    page = _client(scene.people[0]).get(f"/p/{scene.project.slug}/came-back/").content.decode()
    assert "Nothing came back" in page


def test_an_answer_is_given_once_and_sending_it_twice_is_harmless() -> None:
    scene = Told()
    first, again = scene.answer(), scene.answer()
    assert first.replied_at == again.replied_at
    assert AuditEntry.objects.filter(action="decision.answered").count() == 1
    with pytest.raises(AlreadyAnswered, match="already"):
        scene.answer("And another thing.")


def test_nobody_answers_for_somebody_else_or_what_is_not_in_force() -> None:
    scene = Told()
    with pytest.raises(Overruling.DoesNotExist):
        scene.answer(by=scene.people[0])
    row = scene.row()
    decide(scene.second, scene.sample, "reject", reason="x")
    with pytest.raises(Refused, match="not in force"):
        reply(actor=scene.dissenter, project=scene.project, overruling_id=row.pk, text="But")


def test_an_answer_goes_to_somebody_else_than_the_one_who_decided() -> None:
    scene = Told()
    scene.answer()
    assert state(scene.sample) == SampleState.APPROVED
    listed = queue(scene.project, REPLIES)
    assert next_step_of(listed, scene.project, scene.second).get() == scene.sample
    assert not next_step_of(listed, scene.project, scene.reviewer).exists()
    with pytest.raises(actions.NotYours, match="another reviewer settles"):
        decide(scene.reviewer, scene.sample, reason="x")
    with pytest.raises(actions.Overtaken, match="answered"):
        actions.undo(actor=scene.reviewer, project=scene.project, adjudication_id=scene.made.pk)
    page = _client(scene.second).get(f"/p/{scene.project.slug}/review/{scene.sample.key}/").content.decode()
    assert "It ends in the sun." in page
    assert str(scene.dissenter) not in page


def test_upholding_needs_a_reason_changes_no_decision_and_is_read_by_the_annotator() -> None:
    scene = Told()
    scene.answer()
    with pytest.raises(actions.ReasonMissing, match="will read it"):
        decide(scene.second, scene.sample)
    made = decide(scene.second, scene.sample, reason="The sun sets.")
    row = scene.row()
    assert made == scene.made
    assert (row.outcome, row.settled_by, row.settled_reason) == (Outcome.UPHELD, scene.second, "The sun sets.")
    page = _client(scene.dissenter).get(f"/p/{scene.project.slug}/came-back/").content.decode()
    assert "The sun sets." in page
    assert "The decision stands" in page
    assert audit.verify()[1] == []


def test_changing_the_decision_tells_the_annotator_and_those_overruled_now() -> None:
    scene = Told()
    scene.answer()
    decide(scene.second, scene.sample, answers=mood("bright", 3), reason="True, the sun.")
    row = scene.row()
    assert (row.outcome, row.settled_reason) == (Outcome.CHANGED, "True, the sun.")
    assert row.settlement is not None
    now = Overruling.objects.filter(outcome="", replied_at=None)
    assert {each.annotator for each in now} == set(scene.people[:2])
    assert not queue(scene.project, REPLIES).exists()
    # Taken back, the answer waits again.
    actions.undo(actor=scene.second, project=scene.project, adjudication_id=row.settlement.pk)
    assert scene.row().outcome == ""


def test_the_api_lists_answers_and_refuses_a_second_one() -> None:
    scene = Told()
    client, address = _client(scene.dissenter), f"/api/v1/projects/{scene.project.slug}/came-back/"
    told = client.get(address).json()["results"]
    assert [(each["key"], each["answers"], each["decided"]) for each in told] == [
        (scene.sample.key, {"mood": "bright"}, {"mood": "dark"})
    ]
    where = f"{address}{told[0]['id']}/reply/"
    for text, status in (("", 400), ("Sun.", 200), ("Sun.", 200), ("Moon.", 409)):
        assert client.post(where, {"text": text}, content_type="application/json").status_code == status
    disputes = f"/api/v1/projects/{scene.project.slug}/disputes/?state=replies"
    listed = _client(scene.second).get(disputes).json()["results"]
    assert [each["key"] for each in listed] == [scene.sample.key]
    assert _client(scene.reviewer).get(disputes).json()["results"] == []
    decided = _client(scene.second).post(
        f"/api/v1/projects/{scene.project.slug}/samples/{scene.sample.key}/adjudication/",
        {"decision": "approve", "reason": "It sets.", "expected": listed[0]["version"]},
        content_type="application/json",
    )
    assert decided.status_code == 201
    assert client.get(address).json()["results"][0]["outcome"] == "upheld"


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
