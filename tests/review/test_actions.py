"""Deciding, and taking decisions back: what is written, what is refused, and who wins a race."""

import uuid

import pytest

from projects.labeling import actions as labeling
from projects.labeling.models import AssignmentState
from projects.models import Adjudication, Annotation, Assignment, AuditEntry
from projects.review import actions
from projects.review.models import Verdict
from projects.samples.states import IllegalTransition, SampleState
from projects.schema import SchemaError
from projects.workspace import audit
from tests.factories import membership
from tests.review.scene import Scene, mood

pytestmark = pytest.mark.django_db
SPLIT = [mood("dark", 2), mood("dark", 4), mood("bright", 3)]


def test_approving_what_all_say_needs_no_reason() -> None:
    scene = Scene()
    sample = scene.answered(*[mood("dark", 4)] * 3)
    made = actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve")
    sample.refresh_from_db()
    assert sample.state == SampleState.APPROVED
    assert made.answers == mood("dark", 4)
    assert made.reviewer == scene.reviewer
    assert AuditEntry.objects.get(action="sample.approved").object_id == str(sample.pk)
    assert audit.verify()[1] == []


def test_overruling_somebody_needs_a_reason_and_stores_nothing_without() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    with pytest.raises(actions.ReasonMissing) as refused:
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve", reason=" \n")
    assert refused.value.questions == ("mood",)
    assert "Mood" in str(refused.value)
    assert not Adjudication.objects.exists()
    made = actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve", reason="The end is grim.")
    assert made.answers == mood("dark", 3)
    assert made.reason == "The end is grim."


@pytest.mark.parametrize("decision", ["reject", "return"])
def test_rejecting_and_returning_need_a_reason(decision: str) -> None:
    scene = Scene()
    sample = scene.answered(*[mood("dark", 4)] * 3)
    with pytest.raises(actions.ReasonMissing):
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision=decision)


def test_answers_that_do_not_fit_are_refused_by_question() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    with pytest.raises(SchemaError) as refused:
        actions.adjudicate(
            actor=scene.reviewer, sample=sample, decision="approve", answers={"mood": "no", "craft": 9}, reason="x"
        )
    assert {problem.path for problem in refused.value.problems} == {"answers.mood", "answers.craft"}


def test_what_cannot_be_merged_has_to_be_said() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark"), mood("bright"))
    with pytest.raises(SchemaError) as refused:
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve", reason="x")
    assert [problem.path for problem in refused.value.problems] == ["answers.mood"]


def test_plural_stores_the_distribution_and_only_what_all_say() -> None:
    scene = Scene()
    sample = scene.answered(mood("dark", 2), mood("dark", 4), mood("dark", 3))
    made = actions.adjudicate(actor=scene.reviewer, sample=sample, decision="plural")
    sample.refresh_from_db()
    assert sample.state == SampleState.APPROVED
    assert made.answers == {"mood": "dark"}
    third = pytest.approx(1 / 3)
    assert made.distribution == {"mood": {"dark": 1.0}, "craft": {"2": third, "4": third, "3": third}}


def test_plural_needs_two_people() -> None:
    scene = Scene(people=1)
    sample = scene.answered(mood("dark"))
    with pytest.raises(SchemaError, match="two people"):
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision="plural")


def test_returning_puts_it_back_to_the_same_people_with_the_note() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    actions.adjudicate(actor=scene.reviewer, sample=sample, decision="return", reason="Read the last line again.")
    sample.refresh_from_db()
    assert sample.state == SampleState.READY
    back = Assignment.objects.filter(sample=sample, state=AssignmentState.RETURNED)
    assert {each.annotator for each in back} == set(scene.people)
    first = labeling.next_assignment(membership=membership(scene.project, scene.people[0]))
    assert first and first.sample == sample
    assert first.note == "Read the last line again."
    for person in scene.people:
        scene.submit(person, mood("dark", 4))
    sample.refresh_from_db()
    assert sample.state == SampleState.LABELED
    assert Annotation.objects.filter(sample=sample, current=True).count() == 3


def test_undo_puts_it_back_on_the_desk_and_keeps_the_decision_in_the_history() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    made = actions.adjudicate(actor=scene.reviewer, sample=sample, decision="reject", reason="Broken.")
    actions.undo(actor=scene.reviewer, project=scene.project, adjudication_id=made.pk)
    sample.refresh_from_db()
    assert sample.state == SampleState.DISPUTED
    assert sample.disagreement
    made.refresh_from_db()
    assert not made.current
    with pytest.raises(actions.Overtaken):
        actions.undo(actor=scene.reviewer, project=scene.project, adjudication_id=made.pk)
    assert AuditEntry.objects.filter(action="adjudication.undone").count() == 1


def test_only_one_s_own_decision_is_taken_back() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    made = actions.adjudicate(actor=scene.reviewer, sample=sample, decision="reject", reason="Broken.")
    with pytest.raises(Adjudication.DoesNotExist):
        actions.undo(actor=scene.owner, project=scene.project, adjudication_id=made.pk)


def test_a_return_is_taken_back_until_somebody_has_answered_again() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    made = actions.adjudicate(actor=scene.reviewer, sample=sample, decision="return", reason="Again.")
    actions.undo(actor=scene.reviewer, project=scene.project, adjudication_id=made.pk)
    sample.refresh_from_db()
    assert sample.state == SampleState.DISPUTED
    assert not Assignment.objects.filter(sample=sample, state=AssignmentState.RETURNED).exists()
    again = actions.adjudicate(actor=scene.reviewer, sample=sample, decision="return", reason="Again.")
    scene.submit(scene.people[0], mood("dark", 4))
    with pytest.raises(actions.Overtaken, match="stays with them"):
        actions.undo(actor=scene.reviewer, project=scene.project, adjudication_id=again.pk)


def test_nobody_decides_on_what_they_annotated_unless_the_policy_lets_them() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark"), mood("dark"), by=[scene.reviewer, scene.people[0]])
    with pytest.raises(actions.NotYours):
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision="approve")
    assert actions.adjudicate(actor=scene.owner, sample=sample, decision="approve")
    lenient = Scene(people=1, policy={"review_own": True})
    own = lenient.answered(mood("dark"), by=[lenient.reviewer])
    assert actions.adjudicate(actor=lenient.reviewer, sample=own, decision="approve")


def test_who_decided_first_wins_and_the_other_learns_who_it_was() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    seen = actions.version_of(sample)
    first = actions.adjudicate(actor=scene.owner, sample=sample, decision="plural", expected=seen)
    with pytest.raises(actions.Overtaken) as late:
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision="reject", reason="x", expected=seen)
    assert late.value.adjudication == first
    with pytest.raises(actions.Overtaken):
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision="reject", reason="x")
    assert Adjudication.objects.filter(sample=sample, current=True).get() == first


def test_a_later_decision_supersedes_the_one_it_saw() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    first = actions.adjudicate(actor=scene.owner, sample=sample, decision="plural")
    sample.refresh_from_db()
    second = actions.adjudicate(
        actor=scene.reviewer, sample=sample, decision="reject", reason="x", expected=actions.version_of(sample)
    )
    first.refresh_from_db()
    assert (first.current, second.current) == (False, True)
    assert Adjudication.objects.filter(sample=sample).count() == 2


def test_answers_that_changed_meanwhile_are_not_decided_on_unseen() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    seen = actions.version_of(sample)
    assignment = Assignment.objects.get(sample=sample, annotator=scene.people[0])
    labeling.submit(
        membership=membership(scene.project, scene.people[0]),
        assignment_id=assignment.pk,
        submission=uuid.uuid4(),
        answers=mood("bright", 1),
        then_next=False,
    )
    with pytest.raises(actions.Overtaken, match="changed their answers"):
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision="plural", expected=seen)


def test_a_withdrawn_sample_is_not_decided_on() -> None:
    scene = Scene()
    sample = scene.answered(*SPLIT)
    sample.advance("withdrawn")
    with pytest.raises(IllegalTransition):
        actions.adjudicate(actor=scene.reviewer, sample=sample, decision=Verdict.PLURAL)
    assert not Adjudication.objects.exists()
