"""Second looks: a share of decided samples is decided by another reviewer too, who doesn't see what the first said."""

from django.utils import timezone

from projects.quality.versions import Versions
from projects.review.layers import Case, alike, chosen, next_layer
from projects.review.models import LOOKING, Adjudication, Layer, Look, SecondLook
from projects.samples.models import Sample
from projects.samples.states import REVIEWABLE
from projects.workspace.audit import Change
from projects.workspace.jobs import request_once

DELAY = 5.0  # seconds in which further comparisons join the computation of reviewers' agreement


def second_look(log: Change, versions: Versions, case: Case, made: Adjudication) -> bool:
    """Takes a decision as one of two, in the caller's transaction, which holds the sample's row. False where it is the
    only one that is asked for, or settles two that differ: then it is to be put in force."""
    if case.look is None:
        # One about answers that were changed since says nothing about these.
        SecondLook.objects.filter(sample=made.sample, state__in=LOOKING).update(state=Look.VOID)
        if case.sample.state not in REVIEWABLE or not chosen(made.project, case, made.reviewer_id):
            return False
        _keep(log, made, awaits=Layer.SECOND)
        SecondLook.objects.create(project=made.project, sample=made.sample, seen=case.newest, first=made)
        return True
    if case.differing:
        SecondLook.objects.filter(pk=case.look.pk).update(state=Look.SETTLED)
        return False
    agreed = alike(versions, case.look.first, made.decision, made.answers)
    made.layer = Layer.SECOND
    made.awaits = next_layer(made.project.rules, made.layer, made.decision)
    if not agreed:
        _keep(log, made, awaits=Layer.SECOND)
    else:
        made.reason = made.reason or case.look.first.reason
        made.save()
    SecondLook.objects.filter(pk=case.look.pk).update(
        second=made, state=Look.AGREED if agreed else Look.DIFFERS, compared_at=timezone.now()
    )
    request_once(made.project, reviewers=DELAY)
    return not agreed


def _keep(log: Change, made: Adjudication, awaits: str) -> None:
    made.awaits = awaits
    made.save()
    # The decision is the subject, not the sample, whose history the second reviewer can open.
    log("adjudication.made", made, sample=made.sample_id, decision=made.decision, awaits=awaits, reason=made.reason)


def take_look_back(made: Adjudication) -> bool:
    """Part of an undo: the first decision of a second look that nobody has taken yet. False where it is none."""
    return bool(SecondLook.objects.filter(first=made, state=Look.OPEN).delete()[0])


def look_again(sample: Sample, made: Adjudication) -> None:
    """Part of an undo: the second of two decisions that agreed is taken back, so the first waits for another."""
    if sample.state in REVIEWABLE:
        again = SecondLook.objects.filter(second=made, state=Look.AGREED)
        again.update(state=Look.OPEN, second=None, compared_at=None)
