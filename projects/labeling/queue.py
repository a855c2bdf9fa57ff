"""Which sample a person gets next. Every statement is one index look-up, whatever the project's size.

A sample has ``open_slots``: overlap less the annotations in and the leases out. Leasing takes one by a conditional
UPDATE under the row's lock (PostgreSQL: SKIP LOCKED; SQLite: the one write lock), so no sample is given out too often.
Each member walks the queue with a cursor; what was freed behind it is found when nothing is left before it. Hidden
samples (``hidden.py``) come in the place of ordinary ones and take none of their slots.
"""

import random
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from projects.labeling import hidden
from projects.labeling.models import Assignment, AssignmentState, Purpose
from projects.labeling.suggestions import shows, suggested
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.audit import Change
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership, Project
from projects.workspace.prepared import Insert, Param, Select, Update

HELD = (AssignmentState.LEASED, AssignmentState.RETURNED)


def take_turn(membership: Membership) -> None:
    """Makes one person's own requests follow each other until the caller's transaction ends.

    Without it two tabs of theirs that ask at the same moment find nothing held and lease a sample each. First of all
    locks, so that the others are taken in the same order by all. SQLite's transactions follow each other anyway.
    """
    if connection.features.has_select_for_update:
        Membership.objects.select_for_update(no_key=True).filter(pk=membership.pk).values_list("pk").first()


def held(membership: Membership) -> Assignment | None:
    """What the person holds already: a sample returned by review first, else the one being labelled."""
    return _HELD.first(annotator=membership.user_id, project=membership.project_id)


def lease_next(membership: Membership, log: Change) -> Assignment | None:
    """The assignment this person should work on now; inside the caller's transaction.

    What is held already comes back with a fresh deadline, so asking twice gives the same sample. None when there is
    nothing for this person, or they have to practise first. Advances ``membership.cursor`` and ``given`` in memory; the
    caller saves them.
    """
    if membership.practises:
        return None
    mine = held(membership)
    if mine:
        mine.deadline = deadline(membership.project)
        Assignment.objects.filter(pk=mine.pk).update(deadline=mine.deadline)
        return mine
    return _lease_free(membership, log)


def lease_page(membership: Membership, log: Change, size: int) -> list[Assignment]:
    """Up to so many samples for the person to look at together, in the order in which they were leased: what they hold
    under the present interface, and more of what ``lease_next`` would give one after the other. Samples returned by
    review, whose notes want a look of their own, are not among them, nor what was leased with suggestions: here nothing
    is suggested. Like it inside the caller's transaction.
    """
    if membership.practises:
        return []
    of = {"annotator": membership.user, "project": membership.project, "interface": membership.project.interface}
    mine = Assignment.objects.filter(**of, state=AssignmentState.LEASED)
    held = mine.select_related("sample", "interface").defer("interface__document").order_by("pk")
    page = [each for each in held if not shows(each.suggested)][:size]
    until = deadline(membership.project)
    Assignment.objects.filter(pk__in=[each.pk for each in page]).update(deadline=until)
    while len(page) < size and (more := _lease_free(membership, log, at_once=True)):
        page.append(more)
    return page


def _lease_free(membership: Membership, log: Change, *, at_once: bool = False) -> Assignment | None:
    """One sample more for the person, whatever they hold; None when there is nothing for them."""
    sample = _free_sample(membership)
    if sample is None and reclaim_expired(membership.project, log):
        sample = _free_sample(membership)
    if sample is None:
        again = resume(membership, log)
        found = None if again else hidden.owed(membership)
        if found is None:
            return again
    else:
        found = hidden.instead(membership)
    if found is None and sample is not None:
        found = sample, Purpose.LABEL
        _PLACES.run(sample=sample.pk, more=-1)
        membership.cursor = max(membership.cursor, sample.position)
    assert found is not None
    return _lease(membership, *found, log, at_once=at_once)


def _lease(
    membership: Membership, sample: Sample, purpose: Purpose, log: Change, *, at_once: bool = False
) -> Assignment:
    interface = membership.project.interface
    assert interface is not None
    assignment = _LEASE.run(
        Assignment(
            project=membership.project,
            sample=sample,
            annotator=membership.user,
            interface=interface,
            purpose=purpose,
            deadline=deadline(membership.project),
            shown=parsed(interface).shown(sample.fields, random.SystemRandom()),
            suggested=None if at_once else suggested(membership, sample, purpose, parsed(interface)),
        )
    )
    membership.given += 1
    log("assignment.leased", assignment, sample=sample.pk, **about(assignment))
    return assignment


def about(assignment: Assignment) -> dict[str, str]:
    """What the audit log says of a lease besides: what it is for, where that is no label."""
    return {} if assignment.purpose == Purpose.LABEL else {"purpose": str(assignment.purpose)}


def resume(membership: Membership, log: Change) -> Assignment | None:
    """Leases again what the person's time ran out for, while a place is free: its draft is there, and where everybody
    else has answered the sample already, nobody else could. Inside the caller's transaction; None where there is none.
    """
    late = Assignment.objects.filter(annotator=membership.user, project=membership.project)
    free = Q(purpose=Purpose.LABEL, sample__state=SampleState.READY, sample__open_slots__gt=0)
    unseen = ~Q(purpose=Purpose.LABEL) & ~Q(sample__state=SampleState.WITHDRAWN)
    late = late.filter(free | unseen, state=AssignmentState.EXPIRED)
    if connection.features.has_select_for_update:
        late = late.select_for_update(skip_locked=True, of=("self", "sample"))
    mine = late.select_related("sample", "interface").defer("interface__document").order_by("sample__position").first()
    if mine is None:
        return None
    if mine.purpose == Purpose.LABEL:
        _PLACES.run(sample=mine.sample_id, more=-1)
    mine.state, mine.deadline = AssignmentState.LEASED, deadline(membership.project)
    Assignment.objects.filter(pk=mine.pk).update(state=mine.state, deadline=mine.deadline)
    log("assignment.leased", mine, sample=mine.sample_id, again=True, **about(mine))
    return mine


def deadline(project: Project) -> datetime:
    return timezone.now() + timedelta(minutes=project.rules.lease_minutes)


def _free_sample(membership: Membership) -> Sample | None:
    at = {"project": membership.project_id, "annotator": membership.user_id, "cursor": membership.cursor}
    return _AHEAD.first(**at) or _BEHIND.first(**at)


def _free() -> QuerySet[Sample]:
    return Sample.objects.filter(
        ~Exists(Assignment.objects.filter(sample=OuterRef("pk"), annotator=Param("annotator"))),
        project=Param("project"),
        state=SampleState.READY,
        open_slots__gt=0,
    ).order_by("position")


def _locked(queryset: QuerySet[Sample]) -> QuerySet[Sample]:
    return (
        queryset.select_for_update(skip_locked=True, of=("self",))
        if connection.features.has_select_for_update
        else queryset
    )


_HELD = Select(
    lambda: (
        Assignment.objects.select_related("sample", "interface")
        .defer("interface__document")
        .filter(annotator=Param("annotator"), project=Param("project"), state__in=HELD)
        .order_by("-state", "pk")[:1]
    )
)
_AHEAD = Select(lambda: _locked(_free().filter(position__gt=Param("cursor")))[:1])
_BEHIND = Select(lambda: _locked(_free().filter(position__lte=Param("cursor")))[:1])
_PLACES = Update(lambda: Sample.objects.filter(pk=Param("sample")), open_slots=F("open_slots") + Param("more"))
_LEASE = Insert(Assignment)


def reclaim_expired(project: Project, log: Change, limit: int = 200) -> int:
    """Ends leases that are past their deadline and gives their places back; the drafts stay. Returns how many."""
    late = Assignment.objects.filter(project=project, state=AssignmentState.LEASED, deadline__lt=timezone.now())
    ended = 0
    for assignment in late.order_by("deadline")[:limit]:
        # Conditional: a submission that arrives at this moment wins or loses as a whole.
        if late.filter(pk=assignment.pk).update(state=AssignmentState.EXPIRED):
            give_back(assignment)
            log("assignment.expired", assignment, sample=assignment.sample_id, **about(assignment))
            ended += 1
    return ended


def give_back(assignment: Assignment) -> None:
    """The place of a lease that ended goes to others. Hidden ones took none; the statement is the same for both."""
    _PLACES.run(sample=assignment.sample_id, more=int(assignment.purpose == Purpose.LABEL))
