"""A sample goes back to be labelled again, as part of a reviewer's decision."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from projects.labeling.counting import LABELS
from projects.labeling.models import Annotation, Assignment, AssignmentState, Purpose
from projects.labeling.queue import deadline
from projects.labeling.threads import tell_returned
from projects.samples.models import UNROUTED, Sample
from projects.samples.states import SampleState
from projects.workspace.audit import Change
from projects.workspace.models import Membership, Project
from projects.workspace.notice_models import NoticeKind
from projects.workspace.notices import retract


def return_sample(*, log: Change, project: Project, sample: Sample, note: str, others: bool = False) -> None:
    """Part of a decision: back to ``ready``, to the same people where they can still sign in, else to others.

    ``others``: to as many other people as the overlap asks for, or as there are; what was answered stays beside theirs.
    Else annotations stay until newer versions replace them. The caller holds the transaction and the sample's row.
    """
    if others:
        # Owners and reviewers who don't label might never come: they are waited for where there is nobody else.
        wanted = min(project.overlap, _others(sample).filter(LABELS).count() or anybody_else(sample))
        sample.advance("returned", awaited=wanted, open_slots=wanted, **UNROUTED)
        log("sample.returned", sample, to=0, others=wanted)
        return
    now = timezone.now()
    submitted = Assignment.objects.filter(sample=sample, state=AssignmentState.SUBMITTED, purpose=Purpose.LABEL)
    members = set(Membership.objects.filter(project=project).values_list("user_id", flat=True))
    same = [
        assignment.pk
        for assignment in submitted.select_related("annotator")
        if assignment.annotator_id in members
        and assignment.annotator.is_active
        and not assignment.annotator.is_placeholder
    ]
    Assignment.objects.filter(pk__in=same).update(
        state=AssignmentState.RETURNED, note=note, leased_at=now, deadline=deadline(project)
    )
    more = max(0, project.overlap - len(same))
    sample.advance("returned", awaited=len(same) + more, open_slots=more, **UNROUTED)
    log("sample.returned", sample, to=len(same), others=more)
    tell_returned(project, sample, same)


def anybody_else(sample: Sample) -> int:
    """How many people could still be given the sample: members who never had it."""
    return _others(sample).count()


def _others(sample: Sample) -> QuerySet[Membership]:
    members = Membership.objects.filter(project=sample.project_id, user__is_active=True, user__is_placeholder=False)
    return members.exclude(user__assignments__sample=sample)


def undo_return(*, sample: Sample, since: datetime) -> bool:
    """Takes the ``return_sample`` of that moment back while nobody has begun to work on it; False if somebody has.

    The caller holds the transaction and the sample's row, and moves the sample's state.
    """
    assignments = Assignment.objects.filter(sample=sample, purpose=Purpose.LABEL)
    begun = assignments.filter(state=AssignmentState.LEASED).exists()
    answered = Annotation.objects.filter(sample=sample, created_at__gt=since).exists()
    if begun or answered or sample.state != SampleState.READY:
        return False
    assignments.filter(state=AssignmentState.RETURNED).update(state=AssignmentState.SUBMITTED, note="")
    retract(project=sample.project, kind=NoticeKind.RETURNED, prefix=f"returned:{sample.pk}:", since=since)
    Sample.objects.filter(pk=sample.pk).update(awaited=0, open_slots=0)
    sample.awaited = sample.open_slots = 0
    return True
