"""The layers of review: where a sample stands between the first decision and the last, and who may take the next step.

    rule or reviewer ──▶ second reviewer ──▶ owner's sign-off ──▶ approved

The policy says which of them a sample passes. Rejecting and returning take effect at once: nothing leaves by them. What
waits for a layer is ``reviewed`` and its decision in force says for which (``Adjudication.awaits``). The policy that is
in force at each step says what comes after it.

A **second look** is no layer that people see: the sample stays where it is in the queue, for everybody but the first
reviewer, until somebody else has decided on it too. Two that agree count as both layers of reviewers; where they differ
a third person settles, or an owner where nobody else may.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import salted_hmac

from projects.labeling.models import Annotation
from projects.quality.stream import Given
from projects.quality.versions import Versions
from projects.review.models import LOOKING, Adjudication, Layer, Look, Overruling, SecondLook, Verdict
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.access import DECIDERS
from projects.workspace.models import Membership, Project, Role, User
from projects.workspace.policy import Policy

# Verdicts by which a sample may leave: these pass through the layers.
LEAVING: Final = (Verdict.APPROVE, Verdict.PLURAL)


@dataclass(slots=True)
class Case:
    """Where a sample stands in review. ``look``: a second look that is not over, about the answers as they are now."""

    sample: Sample
    in_force: Adjudication | None
    look: SecondLook | None
    replies: list[Overruling]
    newest: int

    @property
    def layer(self) -> Layer:
        """The layer that a decision made now would be of."""
        if self.look or (self.replies and self.sample.state != SampleState.REVIEWED):
            return Layer.SECOND
        return Layer(self.in_force.awaits) if self.in_force and self.in_force.awaits else Layer.REVIEWER

    @property
    def waiting(self) -> Adjudication | None:
        """The decision that is to be confirmed or changed."""
        return self.in_force if self.sample.state == SampleState.REVIEWED else None

    @property
    def answered(self) -> Adjudication | None:
        """The decision that annotators have answered and that is to be upheld or changed."""
        closed = self.sample.state in (SampleState.APPROVED, SampleState.REJECTED)
        return self.in_force if closed and self.replies else None

    @property
    def differing(self) -> tuple[Adjudication, Adjudication] | None:
        """The two decisions between which somebody has to settle."""
        if self.look and self.look.state == Look.DIFFERS and self.look.second:
            return self.look.first, self.look.second
        return None

    @property
    def version(self) -> str:
        """Names what a reviewer sees. A decision that is kept from them is no part of it."""
        seen = self.look.second_id if self.differing and self.look else None
        return f"{self.newest}-{seen or (self.in_force.pk if self.in_force else 0)}"


def case_of(sample: Sample, given: Sequence[Given]) -> Case:
    """Reads it: three look-ups by index, whatever the project's size."""
    newest = max((one.annotation_id for one in given), default=0)
    decisions = Adjudication.objects.select_related("reviewer", "before")
    looks = SecondLook.objects.select_related("first__reviewer", "second__reviewer")
    replies = Overruling.objects.filter(sample=sample, replied_at__isnull=False, outcome="")
    return Case(
        sample=sample,
        in_force=decisions.filter(sample=sample, current=True).first(),
        look=looks.filter(sample=sample, state__in=LOOKING, seen=newest).first(),
        replies=list(replies.select_related("adjudication__interface", "annotation__interface").order_by("replied_at")),
        newest=newest,
    )


def barred(project: Project, case: Case, user: User) -> str:
    """Why this person may not take the next step; empty where they may."""
    if not project.rules.review_own and Annotation.objects.filter(sample=case.sample, annotator=user).exists():
        return "You annotated this sample yourself, so somebody else has to decide on it."
    if case.differing:
        two = {made.reviewer_id for made in case.differing}
        if user.pk in two and another_decider(project, case.sample, two):
            return "Yours is one of two decisions on this sample that differ, so a third person settles it."
        if user.pk in two and not is_owner(project, user):
            return (
                "Yours is one of two decisions on this sample that differ. Nobody else may decide: an owner settles it."
            )
    elif case.look and case.look.first.reviewer_id == user.pk:
        return "You have decided on this sample. Another reviewer decides on it too, without seeing what you said."
    if case.waiting and case.waiting.awaits == Layer.SECOND and case.waiting.reviewer_id == user.pk:
        return "You have decided on this sample. Another reviewer has to confirm it."
    if case.waiting and case.waiting.awaits == Layer.OWNER and not is_owner(project, user):
        return "This sample is decided and waits for an owner to sign it off."
    if case.answered and user.pk in {each.decider_id for each in case.replies}:
        return "An annotator has answered your decision, so another reviewer settles it."
    return ""


def another_decider(project: Project, sample: Sample, deciders: set[int | None]) -> bool:
    """Whether somebody besides these people may decide on the sample."""
    return may_decide(project, sample.pk).exclude(user__in=[pk for pk in deciders if pk]).exists()


def may_decide(project: Project, sample: int | OuterRef) -> QuerySet[Membership]:
    """Those who decide in the project and may decide on this sample."""
    found = Membership.objects.filter(project=project, role__in=DECIDERS, user__is_active=True)
    mine = Annotation.objects.filter(sample=sample, annotator=OuterRef("user"))
    return found if project.rules.review_own else found.exclude(Exists(mine))


def is_owner(project: Project, user: User) -> bool:
    return Membership.objects.filter(project=project, user=user, role=Role.OWNER).exists()


def next_layer(rules: Policy, layer: str, decision: str = Verdict.APPROVE) -> str:
    """What a decision of this layer waits for under the policy; empty where it counts."""
    if decision not in LEAVING:
        return ""
    if layer == Layer.REVIEWER and rules.second_reviewer:
        return Layer.SECOND
    return Layer.OWNER if rules.owner_signs and layer != Layer.OWNER else ""


def chosen(project: Project, case: Case, decider: int | None) -> bool:
    """Whether another reviewer is to decide on the sample as well, where there is one. By a keyed hash of the sample
    and of its answers, so that nobody can tell beforehand and taking a decision back changes nothing."""
    rate = project.rules.second_look_rate
    if not rate or SecondLook.objects.filter(sample=case.sample, seen=case.newest).exists():
        return False
    if not another_decider(project, case.sample, {decider}):
        return False
    digest = salted_hmac("projects.review.second-look", f"{case.sample.pk}-{case.newest}", algorithm="sha256").digest()
    return int.from_bytes(digest[:8]) < rate * 2**64


def alike(versions: Versions, one: Adjudication, decision: str, answers: dict[str, Any]) -> bool:
    """Whether a decision says what this one says; for a plural or rejected sample the verdict says all."""
    if one.decision != decision:
        return False
    if decision != Verdict.APPROVE:
        return True
    mine, theirs = one.answers, answers
    for question in versions.current.questions:
        if question.is_remark or (question.name not in mine and question.name not in theirs):
            continue
        if question.name not in mine or question.name not in theirs:
            return False
        if not question.same(mine[question.name], theirs[question.name]):
            return False
    return True
