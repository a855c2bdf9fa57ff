"""Layers of review: a second reviewer, an owner's sign-off, and who may take which step."""

import uuid
from typing import Any

import pytest

from projects.labeling import actions as labeling
from projects.models import Adjudication, Assignment, AuditEntry, Membership, Overruling, Sample
from projects.review import actions
from projects.review.counts import elsewhere
from projects.review.models import Layer
from projects.review.queries import next_for, next_step_of, queue, to_sign
from projects.samples.states import SampleState
from projects.snapshots.queries import eligible, left_out
from projects.workspace import audit
from projects.workspace.policy import Policy, PolicyError
from tests.factories import make_member, membership
from tests.review.scene import Scene, mood, work

pytestmark = pytest.mark.django_db
SAME = [mood("dark", 4)] * 3
SPLIT = [mood("dark", 2), mood("dark", 4), mood("bright", 3)]
TWO = {"second_reviewer": True}
THREE = {"second_reviewer": True, "owner_signs": True}


def decide(who: Any, sample: Sample, decision: str = "approve", **more: Any) -> Adjudication:
    """As somebody who looks at the sample as it is now."""
    return actions.adjudicate(actor=who, sample=sample, decision=decision, expected=actions.version_of(sample), **more)


def state(sample: Sample) -> str:
    sample.refresh_from_db()
    return sample.state


def test_without_layers_a_decision_counts_at_once() -> None:
    scene = Scene()
    made = decide(scene.reviewer, scene.answered(*SAME))
    assert (made.layer, made.awaits, made.before, made.confirms) == ("reviewer", "", None, False)
    assert state(made.sample) == SampleState.APPROVED


def test_a_sample_is_approved_only_after_every_layer_that_the_policy_asks_for() -> None:
    scene = Scene(policy=THREE)
    second = make_member(scene.project, "reviewer")
    sample = scene.answered(*SPLIT)
    first = decide(scene.reviewer, sample, reason="The end is grim.")
    assert (first.awaits, state(sample)) == (Layer.SECOND, SampleState.REVIEWED)
    assert not eligible(scene.project, {}).exists()
    assert left_out(scene.project, {}) == {"not approved: to confirm": 1}
    confirmed = decide(second, sample)
    assert (confirmed.layer, confirmed.awaits, confirmed.confirms) == (Layer.SECOND, Layer.OWNER, True)
    assert (confirmed.answers, confirmed.reason) == (first.answers, first.reason)
    assert state(sample) == SampleState.REVIEWED
    assert not eligible(scene.project, {}).exists()
    signed = decide(scene.owner, sample)
    assert (signed.layer, signed.awaits, signed.before) == (Layer.OWNER, "", confirmed)
    assert state(sample) == SampleState.APPROVED
    assert eligible(scene.project, {}).get() == sample
    assert [made.policy["second_reviewer"] for made in Adjudication.objects.all()] == [True] * 3
    told = AuditEntry.objects.filter(object_type="sample", object_id=str(sample.pk)).order_by("pk")
    assert list(told.values_list("action", flat=True))[-3:] == ["sample.passed", "sample.passed", "sample.approved"]
    assert audit.verify()[1] == []


def test_whoever_decided_cannot_confirm_and_only_an_owner_signs_off() -> None:
    scene = Scene(policy=THREE)
    second = make_member(scene.project, "reviewer")
    sample = scene.answered(*SAME)
    decide(scene.reviewer, sample)
    with pytest.raises(actions.NotYours, match="Another reviewer has to confirm"):
        decide(scene.reviewer, sample)
    decide(second, sample)
    with pytest.raises(actions.NotYours, match="owner"):
        decide(scene.reviewer, sample)
    assert Adjudication.objects.count() == 2


def test_nobody_confirms_a_sample_that_they_annotated_unless_the_policy_allows_it() -> None:
    for own in (False, True):
        scene = Scene(people=2, policy=TWO | {"review_own": own})
        second = make_member(scene.project, "reviewer", scene.people[0])
        sample = scene.answered(mood("dark"), mood("dark"))
        decide(scene.reviewer, sample)
        if own:
            assert decide(second, sample).confirms
        else:
            with pytest.raises(actions.NotYours, match="annotated"):
                decide(second, sample)


def test_changing_what_the_first_reviewer_decided_needs_a_reason_and_passes_the_layer() -> None:
    scene = Scene(policy=TWO)
    second = make_member(scene.project, "reviewer")
    sample = scene.answered(*SAME)
    decide(scene.reviewer, sample)
    with pytest.raises(actions.ReasonMissing, match="another reviewer decided"):
        decide(second, sample, answers=mood("bright", 4))
    made = decide(second, sample, answers=mood("bright", 4), reason="It glows.")
    assert (made.confirms, made.awaits) == (False, "")
    assert state(sample) == SampleState.APPROVED


@pytest.mark.parametrize("decision", ["reject", "return", "plural"])
def test_a_layer_may_end_in_any_decision(decision: str) -> None:
    scene = Scene(policy=TWO)
    sample = scene.answered(*SAME)
    decide(scene.reviewer, sample)
    decide(scene.owner, sample, decision, reason="No.")
    expected = {"reject": SampleState.REJECTED, "return": SampleState.READY, "plural": SampleState.APPROVED}
    assert state(sample) == expected[decision]


def test_a_decision_that_waits_is_not_confirmed_by_somebody_who_has_not_seen_it() -> None:
    scene = Scene(policy=TWO)
    second = make_member(scene.project, "reviewer")
    sample = scene.answered(*SAME)
    seen = actions.version_of(sample)
    decide(scene.reviewer, sample)
    with pytest.raises(actions.Overtaken):
        actions.adjudicate(actor=second, sample=sample, decision="approve", expected=seen)
    with pytest.raises(actions.Overtaken):
        actions.adjudicate(actor=second, sample=sample, decision="approve")
    assert state(sample) == SampleState.REVIEWED


def test_taking_a_confirmation_back_lets_the_decision_wait_again() -> None:
    scene = Scene(policy=TWO)
    second = make_member(scene.project, "reviewer")
    sample = scene.answered(*SPLIT)
    first = decide(scene.reviewer, sample, reason="x")
    made = decide(second, sample)
    assert Overruling.objects.count() == 1
    actions.undo(actor=second, project=scene.project, adjudication_id=made.pk)
    first.refresh_from_db()
    assert first.current
    assert state(sample) == SampleState.REVIEWED
    assert not Overruling.objects.exists()
    actions.undo(actor=scene.reviewer, project=scene.project, adjudication_id=first.pk)
    assert state(sample) == SampleState.DISPUTED
    assert not Adjudication.objects.filter(current=True).exists()


def test_what_the_rule_approves_waits_for_the_owner_who_signs_off_all_at_once() -> None:
    scene = Scene(policy={"approve": "agreement", "owner_signs": True})
    samples = [scene.answered(*SAME), scene.answered(*SAME), scene.answered(*SPLIT)]
    assert [state(sample) for sample in samples] == ["reviewed", "reviewed", "disputed"]
    assert to_sign(scene.project, scene.owner).count() == 2
    assert not to_sign(scene.project, make_member(scene.project, "owner", scene.people[0])).exists()
    actions.sign_off(actor=scene.owner, project=scene.project)
    work()
    assert [state(sample) for sample in samples] == ["approved", "approved", "disputed"]
    signed = Adjudication.objects.filter(layer=Layer.OWNER)
    assert {(made.reviewer, made.confirms, made.before.layer) for made in signed if made.before} == {
        (scene.owner, True, Layer.RULE)
    }
    assert audit.verify()[1] == []


def test_bulk_approval_waits_for_the_second_reviewer_too() -> None:
    scene = Scene(policy=TWO)
    sample = scene.answered(*SAME)
    actions.approve_agreed(actor=scene.reviewer, project=scene.project)
    work()
    assert state(sample) == SampleState.REVIEWED


def test_the_list_shows_each_person_only_steps_that_they_may_take() -> None:
    scene = Scene(policy=THREE)
    second = make_member(scene.project, "reviewer")
    sample = scene.answered(*SAME)
    decide(scene.reviewer, sample)
    listed = queue(scene.project, SampleState.REVIEWED)
    assert not next_step_of(listed, scene.project, scene.reviewer).exists()
    assert elsewhere(scene.project, scene.reviewer) == 1
    assert next_for(scene.project, second, None, SampleState.DISPUTED, "") == sample
    decide(second, sample)
    assert not next_step_of(listed, scene.project, second).exists()
    assert next_step_of(listed, scene.project, scene.owner).get() == sample


def test_a_layer_that_the_policy_no_longer_asks_for_can_still_be_passed() -> None:
    scene = Scene(policy=TWO)
    sample = scene.answered(*SAME)
    decide(scene.reviewer, sample)
    scene.project.policy = {}
    scene.project.save()
    decide(scene.owner, sample)
    assert state(sample) == SampleState.APPROVED


def test_answers_stand_once_a_sample_is_decided_however_many_layers_are_to_come() -> None:
    scene = Scene(policy=TWO)
    sample = scene.answered(*SAME)
    decide(scene.reviewer, sample)
    mine = Assignment.objects.get(sample=sample, annotator=scene.people[0])
    with pytest.raises(labeling.LeaseLost, match="decided"):
        labeling.submit(
            membership=membership(scene.project, scene.people[0]),
            assignment_id=mine.pk,
            submission=uuid.uuid4(),
            answers=mood("bright"),
            then_next=False,
        )


def test_a_sample_returned_to_others_is_answered_by_people_who_never_had_it() -> None:
    scene = Scene(people=2)
    sample = scene.answered(mood("dark"), mood("bright"))
    others = [make_member(scene.project) for _ in range(2)]
    decide(scene.reviewer, sample, "return", reason="Fresh eyes.", to=actions.OTHERS)
    assert state(sample) == SampleState.READY
    assert (sample.awaited, sample.open_slots) == (2, 2)
    with pytest.raises(AssertionError, match="nothing"):
        scene.submit(scene.people[0], mood("dark"))
    for person in others:
        scene.submit(person, mood("dark"))
    work()
    sample.refresh_from_db()
    assert sample.answered == 4
    assert sample.state in (SampleState.LABELED, SampleState.DISPUTED)


def test_a_sample_is_not_returned_to_others_where_there_are_none() -> None:
    scene = Scene(people=1)
    assert scene.project.interface is not None
    sample = scene.answered(mood("dark"))
    for member in Membership.objects.filter(project=scene.project).exclude(user=scene.people[0]):
        Assignment.objects.create(
            project=scene.project,
            sample=sample,
            annotator=member.user,
            interface=scene.project.interface,
            state="skipped",
            deadline=sample.created_at,
        )
    with pytest.raises(actions.NobodyElse):
        decide(scene.reviewer, sample, "return", reason="x", to=actions.OTHERS)
    assert state(sample) == SampleState.LABELED


@pytest.mark.parametrize(
    "document", [{"second_reviewer": 1}, {"owner_signs": "yes"}, {"second_look_rate": 1.5}, {"second_look_rate": True}]
)
def test_a_policy_of_layers_that_does_not_fit_is_refused_by_name(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=next(iter(document))):
        Policy.parse(document)
