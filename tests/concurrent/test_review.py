"""Reviewers at once, over real connections: on SQLite in the main run, on PostgreSQL in the services run."""

import pytest

from projects.models import Adjudication, AuditEntry, Overruling, SecondLook
from projects.review import actions
from projects.review.models import Look
from projects.review.overruled import AlreadyAnswered, reply
from projects.samples.states import IllegalTransition
from projects.workspace import audit
from tests.concurrent.test_queue import side_by_side
from tests.factories import make_member
from tests.review.scene import Scene, mood

pytestmark = pytest.mark.django_db(transaction=True)
DECIDED = ("sample.approved", "sample.rejected", "adjudication.made")


@pytest.mark.parametrize("decisions", [("plural", "plural"), ("reject", "return"), ("reject", "plural")])
def test_of_racing_reviewers_exactly_one_wins(decisions: tuple[str, str]) -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 1), mood("bright", 5), mood("dark", 3))
    seen = actions.version_of(sample)
    reviewers = [make_member(scene.project, "reviewer") for _ in range(6)]

    def decide(number: int) -> None:
        actions.adjudicate(
            actor=reviewers[number], sample=sample, decision=decisions[number % 2], reason="x", expected=seen
        )

    raised = side_by_side(*(lambda number=number: decide(number) for number in range(6)))
    assert [type(error) for error in raised if not isinstance(error, actions.Overtaken | IllegalTransition)] == []
    assert len(raised) == 5
    assert Adjudication.objects.filter(sample=sample).count() == 1
    assert AuditEntry.objects.filter(action__in=DECIDED).count() == 1
    assert audit.verify()[1] == []


def test_of_two_who_confirm_at_once_one_wins_and_the_other_is_told() -> None:
    scene = Scene(policy={"second_reviewer": True, "owner_signs": True})
    sample = scene.answered(*[mood("dark", 3)] * 3)
    actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve")
    seen = actions.version_of(sample)
    seconds = [make_member(scene.project, "reviewer") for _ in range(4)]

    def confirm(number: int) -> None:
        actions.adjudicate(actor=seconds[number], sample=sample, decision="approve", expected=seen)

    raised = side_by_side(*(lambda number=number: confirm(number) for number in range(4)))
    assert [type(error) for error in raised if not isinstance(error, actions.Overtaken | IllegalTransition)] == []
    assert len(raised) == 3
    sample.refresh_from_db()
    assert sample.state == "reviewed"
    assert Adjudication.objects.get(sample=sample, current=True).awaits == "owner"
    assert Adjudication.objects.filter(sample=sample).count() == 2


def test_of_many_who_decide_at_once_two_are_compared_and_the_others_told() -> None:
    scene = Scene(policy={"second_look_rate": 1})
    sample = scene.answered(mood("dark", 1), mood("bright", 5), mood("dark", 3))
    seen = actions.version_of(sample)
    reviewers = [make_member(scene.project, "reviewer") for _ in range(5)]

    def decide(number: int) -> None:
        actions.adjudicate(actor=reviewers[number], sample=sample, decision="plural", expected=seen)

    raised = side_by_side(*(lambda number=number: decide(number) for number in range(5)))
    assert [type(error) for error in raised if not isinstance(error, actions.Overtaken | IllegalTransition)] == []
    assert len(raised) == 3
    look = SecondLook.objects.get(sample=sample)
    assert look.state == Look.AGREED
    assert look.second is not None
    assert look.first.reviewer_id != look.second.reviewer_id
    sample.refresh_from_db()
    assert sample.state == "approved"
    assert audit.verify()[1] == []


def test_an_answer_that_is_sent_many_times_at_once_is_one() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 2), mood("dark", 4), mood("bright", 3))
    actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve", reason="x")
    row = Overruling.objects.get(sample=sample)

    def answer(text: str) -> None:
        reply(actor=row.annotator, project=scene.project, overruling_id=row.pk, text=text)

    raised = side_by_side(*(lambda text=text: answer(text) for text in ("a", "a", "b", "b")))
    assert [type(error) for error in raised] == [AlreadyAnswered, AlreadyAnswered]
    assert AuditEntry.objects.filter(action="decision.answered").count() == 1
