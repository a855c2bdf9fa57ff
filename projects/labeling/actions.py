"""The verbs of labelling: lease, submit, skip, save a draft, return. One transaction and its audit rows each."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import F, QuerySet

from projects.labeling.counting import count_hidden, count_in, without
from projects.labeling.models import Annotation, Assignment, AssignmentState, Purpose
from projects.labeling.queue import about, deadline, give_back, held, lease_next, resume, take_turn
from projects.labeling.suggestions import record, settle, waiting
from projects.samples.models import Sample
from projects.samples.states import REVIEWABLE, SampleState
from projects.workspace.audit import Change, change
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership
from projects.workspace.prepared import Insert, Param, Select, Update

OPEN = (AssignmentState.LEASED, AssignmentState.RETURNED)


class LeaseLost(Exception):
    """The sample is not this person's any more; the message says why. Nothing was stored, the draft is kept."""


class SubmittedElsewhere(Exception):
    """The person has submitted the sample since the page was made that brings first answers. Nothing was stored."""


class SubmissionReused(Exception):
    """The submission id belongs to other answers already."""


class DraftConflict(Exception):
    """The draft was changed elsewhere; carries the assignment as it is stored."""

    def __init__(self, stored: Assignment) -> None:
        super().__init__("This draft was changed in another tab or on another device.")
        self.stored = stored


@dataclass(frozen=True, slots=True)
class Submitted:
    annotation: Annotation
    created: bool
    next: Assignment | None


def next_assignment(*, membership: Membership, resumed: bool = False) -> Assignment | None:
    """Leases the next sample for the person; None when there is nothing for them.

    ``resumed``: begin with one that their time ran out for. Left out, those come when nothing else is free.
    """
    with change(membership.user, membership.project) as log:
        take_turn(membership)
        before = membership.given
        # What somebody holds comes before anything else: lease_next gives it.
        wanted = resumed and not membership.practises
        again = resume(membership, log) if wanted and not held(membership) else None
        assignment = again or lease_next(membership, log)
        if membership.given != before:
            _walked(membership)
    return assignment


def submit(
    *,
    membership: Membership,
    assignment_id: int,
    submission: uuid.UUID,
    answers: Any,
    comments: dict[str, Any] | None = None,
    duration_ms: int | None = None,
    then_next: bool = True,
    first: bool = False,
) -> Submitted:
    """Stores the answers as the person's annotation of the sample, and leases the next sample in the same transaction.

    Sending the same submission again stores nothing and gives the same annotation. ``first``: these are not meant to
    replace answers that were submitted before. Raises Assignment.DoesNotExist, SchemaError (nothing is stored),
    LeaseLost, SubmissionReused, SubmittedElsewhere.
    """
    try:
        with change(membership.user, membership.project) as log:
            take_turn(membership)
            assignment = _mine(membership, assignment_id, lock=True)
            known = None
            if assignment.state == AssignmentState.SUBMITTED:
                known = Annotation.everything.filter(submission=submission).first()
                if first and not known:
                    raise SubmittedElsewhere(
                        "You have submitted this sample in another tab; open it again to change it."
                    )
            checked = parsed(assignment.interface).validate_answers(
                answers, assignment.sample.fields, shown=assignment.shown
            )
            if known:
                return _repeated(known, assignment, checked, membership, log, then_next)
            annotation = _store(log, membership, assignment, checked, comments or {}, submission, duration_ms)
            following = lease_next(membership, log) if then_next else None
            more = int(annotation.version == 1)
            _WENT_ON.run(membership=membership.pk, cursor=membership.cursor, given=membership.given, more=more)
            membership.submitted += more
    except IntegrityError as error:
        if Annotation.everything.filter(submission=submission).exists():
            raise SubmissionReused("This submission id was used for another sample.") from error
        raise
    return Submitted(annotation, True, following)


def _repeated(
    known: Annotation, assignment: Assignment, answers: Any, membership: Membership, log: Change, then_next: bool
) -> Submitted:
    if known.assignment_id != assignment.pk or known.answers != answers:
        raise SubmissionReused("This submission id was used for other answers.")
    following = lease_next(membership, log) if then_next else None
    _walked(membership)
    return Submitted(known, False, following)


def _walked(membership: Membership) -> None:
    Membership.objects.filter(pk=membership.pk).update(cursor=membership.cursor, given=membership.given)


def _mine(membership: Membership, assignment_id: int, *, lock: bool = False) -> Assignment:
    mine = {"pk": assignment_id, "annotator": membership.user_id, "project": membership.project_id}
    if lock and connection.features.has_select_for_update:
        # The sample's row before the assignment's, as whoever decides on a sample takes them. Of two people submitting
        # the last annotations at once, one sees the other's.
        _SAMPLE_LOCKED.first(**mine)
    found = (_MINE_LOCKED if lock else _MINE).first(**mine)
    if found is None:
        raise Assignment.DoesNotExist
    return found


def _mine_of_anyone() -> QuerySet[Assignment]:
    return (
        Assignment.objects.select_related("sample", "interface")
        .defer("interface__document")
        .filter(pk=Param("pk"), annotator=Param("annotator"), project=Param("project"))
    )


_MINE = Select(_mine_of_anyone)
_MINE_LOCKED = Select(lambda: _mine_of_anyone().select_for_update(of=("self", "sample")))
_SAMPLE_LOCKED = Select(
    lambda: (
        Sample.objects.select_for_update(of=("self",))
        .filter(assignments__pk=Param("pk"), assignments__annotator=Param("annotator"), project=Param("project"))
        .only("pk")
    )
)
_ANNOTATE = Insert(Annotation)
_SUBMITTED = Update(
    lambda: Assignment.objects.filter(pk=Param("assignment")), state=AssignmentState.SUBMITTED, draft=None, note=""
)
_WENT_ON = Update(
    lambda: Membership.objects.filter(pk=Param("membership")),
    cursor=Param("cursor"),
    given=Param("given"),
    submitted=F("submitted") + Param("more"),
)


def _store(
    log: Change,
    membership: Membership,
    assignment: Assignment,
    answers: dict[str, Any],
    comments: dict[str, Any],
    submission: uuid.UUID,
    duration_ms: int | None,
) -> Annotation:
    sample, before = assignment.sample, assignment.state
    if sample.state == SampleState.WITHDRAWN:
        raise LeaseLost("This sample was withdrawn in the meantime.")
    version = 1
    label = assignment.purpose == Purpose.LABEL
    if label and before == AssignmentState.SUBMITTED and sample.state not in (SampleState.READY, *REVIEWABLE):
        raise LeaseLost("This sample has been decided on in the meantime, so its answers stand.")
    if before in (AssignmentState.SUBMITTED, AssignmentState.RETURNED):
        version = _supersede(assignment)
    elif label and before != AssignmentState.LEASED:
        _take_back(assignment)
    annotation = _ANNOTATE.run(
        Annotation(
            project=membership.project,
            sample=sample,
            assignment=assignment,
            annotator=membership.user,
            interface=assignment.interface,
            purpose=assignment.purpose,
            version=version,
            answers=answers,
            comments=comments,
            suggested=record(assignment.suggested),
            submission=submission,
            duration_ms=duration_ms,
        )
    )
    _SUBMITTED.run(assignment=assignment.pk)
    told = {"sample": sample.pk, "version": version, "assignment": assignment.pk}
    log("annotation.submitted", annotation, **told, **about(assignment))
    if label:
        count_in(log, membership.project, sample, new_person=version == 1, edited=before == AssignmentState.SUBMITTED)
    else:
        new = version == 1 and assignment.purpose == Purpose.GOLD
        count_hidden(membership.project, sample, new_person=new)
    return annotation


def _supersede(assignment: Assignment) -> int:
    """Marks the person's earlier annotation as no longer current. Returns the new version's number."""
    current = Annotation.everything.filter(assignment=assignment, current=True).first()
    if current is None:
        return 1
    Annotation.everything.filter(pk=current.pk).update(current=False)
    return current.version + 1


def _take_back(assignment: Assignment) -> None:
    """A late or skipped sample is answered after all: fine while a place is free."""
    taken = Sample.objects.filter(pk=assignment.sample_id, state=SampleState.READY, open_slots__gt=0).update(
        open_slots=F("open_slots") - 1
    )
    if not taken:
        raise LeaseLost(
            "The time for this sample ran out and it went to somebody else. Your answers are kept as a draft."
        )


def skip(*, membership: Membership, assignment_id: int, reason: str) -> Assignment | None:
    """Gives the sample back for others, with the reason, and leases the next one. Raises DoesNotExist, LeaseLost."""
    with change(membership.user, membership.project) as log:
        take_turn(membership)
        assignment = _mine(membership, assignment_id, lock=True)
        if assignment.state in OPEN:
            Assignment.objects.filter(pk=assignment.pk).update(
                state=AssignmentState.SKIPPED, skip_reason=reason[:500], draft=None
            )
            give_back(assignment)
            log("assignment.skipped", assignment, sample=assignment.sample_id, reason=reason[:500], **about(assignment))
            if assignment.purpose == Purpose.LABEL:
                without(log, membership.project, assignment.sample)
        elif assignment.state == AssignmentState.SUBMITTED:
            raise LeaseLost("This sample is submitted already; it can't be skipped any more.")
        following = lease_next(membership, log)
        _walked(membership)
    return following


def save_draft(
    *,
    membership: Membership,
    assignment_id: int,
    revision: int,
    answers: dict[str, Any],
    settled: Collection[str] | None = None,
) -> Assignment:
    """Stores unfinished answers and prolongs the lease. Raises DoesNotExist, and DraftConflict when ``revision`` is not
    the stored draft's: it was saved elsewhere since. ``settled``: which filled-in answers the person has made their
    own, where that is told."""
    assignment = _mine(membership, assignment_id)
    names = {question.name for question in parsed(assignment.interface).questions}
    draft = {name: value for name, value in answers.items() if name in names}
    told = settled is not None and settle(assignment, settled)
    more = {"suggested": assignment.suggested} if told else {}
    kept = Assignment.objects.filter(pk=assignment.pk, revision=revision)
    # Nothing of a withdrawn sample is kept, whatever a tab that is still open sends.
    saved = kept.exclude(sample__state=SampleState.WITHDRAWN).update(
        draft=draft, revision=revision + 1, deadline=deadline(membership.project), **more
    )
    if not saved:
        stored = _mine(membership, assignment_id)
        if stored.draft == draft:  # the same draft sent twice
            return stored
        raise DraftConflict(stored)
    assignment.draft, assignment.revision = draft, revision + 1
    return assignment


def discard_draft(*, membership: Membership, assignment_id: int) -> Assignment:
    """Forgets the unfinished answers; the sample stays with the person."""
    assignment = _mine(membership, assignment_id)
    settle(assignment, ())
    Assignment.objects.filter(pk=assignment.pk).update(
        draft=None, revision=F("revision") + 1, suggested=assignment.suggested
    )
    assignment.draft, assignment.revision = None, assignment.revision + 1
    return assignment


def reveal(*, membership: Membership, assignment_id: int, question: str, answer: Any) -> Assignment:
    """Shows the suggestions for a question that the person has answered, and keeps what they answered before that.

    Only a complete answer counts, the first one stays, and what is submitted or withdrawn reveals nothing more.
    ``suggestions.seen`` of what comes back says whether they are shown. Raises DoesNotExist.
    """
    with change(membership.user, membership.project) as log:
        take_turn(membership)
        held = _mine(membership, assignment_id, lock=True)
        asked = parsed(held.interface).question(question)
        may = held.state in (*OPEN, AssignmentState.EXPIRED) and held.sample.state != SampleState.WITHDRAWN
        value, problems = asked.checked(answer, held.sample.fields) if asked else (None, ["not asked"])
        if may and not problems and question in waiting(held.suggested):
            stored = held.suggested or {}
            held.suggested = {**stored, "first": {**stored.get("first", {}), question: value}}
            Assignment.objects.filter(pk=held.pk).update(suggested=held.suggested)
            log("assignment.revealed", held, sample=held.sample_id, question=question)
    return held


def end_assignments(samples: list[int]) -> int:
    """Part of a withdrawal: leases end and drafts go; how many leases. The caller holds the samples' rows."""
    assignments = Assignment.objects.filter(sample__in=samples)
    assignments.exclude(draft=None).update(draft=None, revision=F("revision") + 1)
    return assignments.filter(state__in=OPEN).update(state=AssignmentState.EXPIRED, note="")
