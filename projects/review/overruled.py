"""What annotators are told of decisions that overrule them, what they answer, and how that is settled."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from projects.quality.stream import Given
from projects.quality.versions import Versions
from projects.review.layers import alike
from projects.review.merge import merge, overruled
from projects.review.models import Adjudication, Layer, Outcome, Overruling, Verdict
from projects.samples.models import Sample
from projects.samples.states import FINAL
from projects.workspace.actions import Refused
from projects.workspace.audit import Change, change
from projects.workspace.models import Project, User

LONGEST_REPLY = 5000  # characters


class AlreadyAnswered(Refused):
    """The person has answered this decision before, in other words."""


def tell(versions: Versions, sample: Sample, given: Sequence[Given], made: Adjudication) -> int:
    """Notes whom a decision overrules that counts now, in the caller's transaction. Returns how many.

    What agrees by the project's rule overrules nobody in person. Somebody who has answered an overruling of the same
    annotation is not asked again.
    """
    author = made.author
    if author.reviewer_id is None or author.layer == Layer.RULE or made.decision != Verdict.APPROVE:
        return 0
    merged = merge(versions, given, sample.fields)
    rows = []
    for one in given:
        names = overruled(versions, [one], sample.fields, made.answers, merged=merged.answers)
        if names:
            rows.append((one, names))
    known = {
        row.annotation_id: row
        for row in Overruling.objects.filter(annotation__in=[one.annotation_id for one, _ in rows])
    }
    for one, names in rows:
        about = {"adjudication": made, "questions": list(names), "decider_id": author.reviewer_id}
        row = known.get(one.annotation_id)
        if row is None:
            Overruling.objects.create(
                project_id=sample.project_id,
                sample=sample,
                annotation_id=one.annotation_id,
                annotator_id=one.annotator_id,
                **about,
            )
        elif row.replied_at is None:
            Overruling.objects.filter(pk=row.pk).update(created_at=timezone.now(), **about)
    return len(rows)


def came_back(project: Project, user: User) -> QuerySet[Overruling]:
    """What overrules the person in the project, newest first: decisions that count, and those they have answered."""
    rows = Overruling.objects.filter(project=project, annotator=user)
    rows = rows.filter(adjudication__current=True, sample__state__in=FINAL) | rows.filter(replied_at__isnull=False)
    related = ("sample", "annotation__interface", "adjudication__interface", "settlement__interface")
    return rows.exclude(sample__state="withdrawn").select_related(*related).order_by("-pk")


def reply(*, actor: User, project: Project, overruling_id: int, text: str) -> Overruling:
    """Answers a decision that overrules the person, once; another reviewer settles it. The same text again changes
    nothing.

    Raises Overruling.DoesNotExist, AlreadyAnswered, Refused (no text, or the decision is not in force any more).
    """
    text = text.replace("\x00", "").strip()
    with change(actor, project) as log:
        row = Overruling.objects.get(pk=overruling_id, project=project, annotator=actor)
        sample = Sample.objects.select_for_update(of=("self",)).get(pk=row.sample_id)
        row = Overruling.objects.select_related("adjudication").get(pk=row.pk)
        if row.replied_at is not None:
            if row.reply == text:
                return row
            raise AlreadyAnswered("You have answered this decision already; one answer is what there is.")
        if not text:
            raise Refused("Write why your answer should stand.")
        if len(text) > LONGEST_REPLY:
            raise Refused(f"Write at most {LONGEST_REPLY:,} characters; these are {len(text):,}.")
        if sample.state not in FINAL or not row.adjudication.current:
            raise Refused("This decision is not in force any more, so there is nothing to answer.")
        Overruling.objects.filter(pk=row.pk).update(reply=text, replied_at=timezone.now())
        log("decision.answered", sample, adjudication=row.adjudication_id, overruling=row.pk)
    row.refresh_from_db()
    return row


def settle_replies(
    log: Change,
    versions: Versions,
    sample: Sample,
    replies: Sequence[Overruling],
    *,
    actor: User,
    decision: str,
    answers: dict[str, Any],
    reason: str,
    settlement: Adjudication | None,
) -> None:
    """Answers to a decision are settled by what is decided now; in the caller's transaction, which holds the sample."""
    for row in replies:
        upheld = alike(versions, row.adjudication, decision, answers)
        outcome = Outcome.UPHELD if upheld else Outcome.CHANGED
        Overruling.objects.filter(pk=row.pk, outcome="").update(
            outcome=outcome, settled_by=actor, settlement=settlement, settled_reason=reason, settled_at=timezone.now()
        )
        log(f"decision.{outcome.value}", sample, overruling=row.pk, adjudication=settlement.pk if settlement else None)


def take_back(made: Adjudication) -> bool:
    """Part of an undo: nobody is overruled by this decision any more, and what it settled is open again. False where
    somebody has answered it. The caller holds the sample's row."""
    mine = Overruling.objects.filter(adjudication=made)
    if mine.filter(replied_at__isnull=False).exists():
        return False
    mine.delete()
    Overruling.objects.filter(settlement=made).update(
        outcome="", settled_by=None, settlement=None, settled_reason="", settled_at=None
    )
    return True
