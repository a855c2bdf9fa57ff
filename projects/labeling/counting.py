"""What an annotation changes about its sample: how many are in, whether more are wanted, and its state.

Where the policy's ``overlap`` is adaptive, a sample with ``min`` answers gets one more place, up to ``max``, as long as
on some objective question the first answer doesn't lead the second by ``lead`` (``measures.settled``). It is decided in
the transaction of the answer, from the answers to this one sample.
"""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from projects.labeling.models import Annotation, Assignment, AssignmentState, Purpose
from projects.measures import settled
from projects.samples.models import UNROUTED, Sample
from projects.samples.states import REVIEWABLE, SampleState
from projects.schema.questions.base import OBJECTIVE
from projects.workspace.audit import Change
from projects.workspace.interfaces import parsed
from projects.workspace.jobs import request_once
from projects.workspace.models import Membership, Project, Role
from projects.workspace.prepared import Param, Select, Update


def count_in(log: Change, project: Project, sample: Sample, *, new_person: bool, edited: bool = False) -> None:
    """Brings the sample's counts and state up to date after an annotation, and asks for what follows from it.

    The caller holds the sample's row. ``edited``: a submitted annotation was replaced by a newer version.
    """
    answered = sample.answered + new_person
    if sample.state == SampleState.READY:
        awaited = max(0, sample.awaited - (not edited))
        complete, places = False, 0
        if answered >= project.overlap and not awaited:
            complete, places = _next_step(project, sample, answered)
        if complete:
            sample.advance("completed", answered=answered, awaited=0, open_slots=0, **UNROUTED)
            log("sample.completed", sample, answered=answered)
        else:
            _COUNT.run(sample=sample.pk, answered=answered, awaited=awaited, more=places)
            if places:
                log("sample.extended", sample, answered=answered)
    elif sample.state in REVIEWABLE:  # the answers changed: what was found about them is out of date
        sample.advance("reopened", answered=answered, **UNROUTED)
        log("sample.reopened", sample, answered=answered)
    else:
        _ANSWERED.run(sample=sample.pk, answered=answered)
    _ask(project, sample)


def count_hidden(project: Project, sample: Sample, *, new_person: bool) -> None:
    """What an answer to a hidden check or a repeat changes: nothing about labels. As many statements as for a label."""
    _ANSWERED.run(sample=sample.pk, answered=sample.answered + new_person)
    _ask(project, sample)


def without(log: Change, project: Project, sample: Sample) -> None:
    """Completes a sample of adaptive overlap that somebody skipped, if nobody is left who could answer it: one that was
    returned to other people too."""
    if not project.rules.overlap or sample.state != SampleState.READY:
        return
    if sample.awaited and (_HELD.first(sample=sample.pk) or _FREE.first(sample=sample.pk, project=project.pk)):
        return
    if sample.answered >= project.overlap and _next_step(project, sample, sample.answered)[0]:
        sample.advance("completed", awaited=0, open_slots=0, **UNROUTED)
        log("sample.completed", sample, answered=sample.answered)
        _ask(project, sample)


def extended(project: Project, sample: Sample, answered: int) -> bool:
    """Whether a sample that has its least number of answers wants one more, or waits for one. The caller holds it."""
    return not _next_step(project, sample, answered)[0]


def _ask(project: Project, sample: Sample) -> None:
    work: dict[str, float] = {"agreement": settings.AGREEMENT_DELAY_SECONDS}
    if sample.state == SampleState.LABELED:
        work["route"] = 0
    request_once(project, **work)


def _next_step(project: Project, sample: Sample, answered: int) -> tuple[bool, int]:
    """Whether a sample with enough answers for a start is complete, and if not, how many places it gets."""
    rule = project.rules.overlap
    if rule is None or answered >= rule.max:
        return True, 0
    if _LEASED.first(sample=sample.pk):  # what that person says counts too
        return False, 0
    if _is_settled(project, sample, rule.lead) or not _FREE.first(sample=sample.pk, project=project.pk):
        return True, 0
    return False, int(sample.open_slots == 0)


def _is_settled(project: Project, sample: Sample, lead: int) -> bool:
    """Whether the lead is reached on every objective question with given answers to choose from.

    A question that fewer than half of the people answered (it was optional, or asked after a certain answer) is left
    out, and so are answers given under another version of the interface.
    """
    assert project.interface is not None
    interface = parsed(project.interface)
    asked = {series.name for series in interface.series() if series.kind == OBJECTIVE and series.values is not None}
    given = [one.answers for one in _GIVEN.all(sample=sample.pk, interface=project.interface.pk)]
    units: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for answers in given:
        for name, suffix, value in interface.observations(answers):
            if name in asked:
                units[name, suffix].append(value)
    return settled((values for values in units.values() if len(values) * 2 >= len(given)), lead)


_COUNT = Update(
    lambda: Sample.objects.filter(pk=Param("sample")),
    answered=Param("answered"),
    awaited=Param("awaited"),
    open_slots=F("open_slots") + Param("more"),
    **UNROUTED,
)
_ANSWERED = Update(lambda: Sample.objects.filter(pk=Param("sample")), answered=Param("answered"))
_GIVEN = Select(
    lambda: Annotation.objects.filter(sample=Param("sample"), interface=Param("interface"), current=True).only(
        "pk", "answers"
    )
)
# Whoever has it now, and those to whom it was returned.
_HELD = Select(
    lambda: Assignment.objects.filter(
        sample=Param("sample"), state__in=(AssignmentState.LEASED, AssignmentState.RETURNED), purpose=Purpose.LABEL
    ).only("pk")[:1]
)
_LEASED = Select(
    lambda: Assignment.objects.filter(sample=Param("sample"), state=AssignmentState.LEASED, purpose=Purpose.LABEL).only(
        "pk"
    )[:1]
)
# Members who label here: owners and reviewers where they have labelled before.
LABELS = Q(role=Role.ANNOTATOR) | Q(submitted__gt=0)
# Somebody who labels here and may still be given the sample.
_FREE = Select(
    lambda: Membership.objects.filter(
        ~Exists(
            Assignment.objects.filter(
                sample=Param("sample"), annotator=OuterRef("user"), purpose=Purpose.LABEL
            ).exclude(state=AssignmentState.EXPIRED)
        ),
        LABELS,
        project=Param("project"),
        user__is_active=True,
        user__is_placeholder=False,
    ).only("pk")[:1]
)
