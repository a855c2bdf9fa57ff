"""One answer to several short samples at once.

Nothing is labelled in another way: the samples of a page are leased to the person like any, hidden checks and repeats
stand among them at the places that were drawn for these, and each answer is a submission of its own. One that fails
leaves the others as they are.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from projects.labeling import actions
from projects.labeling.models import Assignment, AssignmentState
from projects.labeling.queue import lease_page, take_turn
from projects.labeling.task import Task, task_for
from projects.schema import Interface, Question, SchemaError
from projects.schema.questions.base import Form
from projects.workspace.audit import change
from projects.workspace.models import Membership, Project

SIZE: Final = 12
LONGEST: Final = 800  # characters of a sample that is read at a glance


@dataclass(slots=True)
class Item:
    """One sample of the page. ``problem``: why it was not saved."""

    task: Task
    picked: bool = False
    problem: str = ""

    @property
    def is_long(self) -> bool:
        return sum(len(str(value)) for _, value in self.task.fields) > LONGEST


@dataclass(slots=True)
class Given:
    """What became of a submission for several samples."""

    saved: list[int] = field(default_factory=list)
    # Assignment -> why it was not saved.
    failed: dict[int, str] = field(default_factory=dict)


def questions_at_once(interface: Interface) -> list[Question]:
    """Those that one answer to several samples can be given to."""
    return [each for each in interface.questions if each.type.at_once and not each.on_candidates]


def why_not(interface: Interface) -> list[str]:
    """Why the interface's samples can't be answered several at once, in sentences; empty where they can."""
    asked = questions_at_once(interface)
    reasons = [
        f"“{each.title}” must be answered for each sample by itself."
        for each in interface.questions
        if each.required and each not in asked
    ]
    reasons += [
        f"“{each.title}” is not a short text."
        for each in interface.fields
        if not each.type.is_text or each.of is not None
    ]
    if not asked and not reasons:
        reasons.append("No question asks for one choice, several choices or a rating.")
    return reasons


def page(*, membership: Membership) -> list[Item]:
    """Leases a page of samples for the person; the same ones again until they are submitted."""
    with change(membership.user, membership.project) as log:
        take_turn(membership)
        before = membership.given
        leased = lease_page(membership, log, SIZE)
        if membership.given != before:
            Membership.objects.filter(pk=membership.pk).update(cursor=membership.cursor, given=membership.given)
    return [Item(task_for(each, membership.project)) for each in leased]


def mine(membership: Membership, ids: Sequence[int], project: Project) -> list[Assignment]:
    """Those of the ids that are the person's and can be answered here, in the order in which they were leased."""
    found = Assignment.objects.select_related("sample", "interface").defer("interface__document")
    found = found.filter(pk__in=ids[:SIZE], annotator=membership.user, project=project, interface=project.interface)
    states = (AssignmentState.LEASED, AssignmentState.SUBMITTED, AssignmentState.EXPIRED)
    return list(found.filter(state__in=states).exclude(sample__state="withdrawn").order_by("pk"))


def submit(
    *,
    membership: Membership,
    submissions: Mapping[int, uuid.UUID],
    again: frozenset[int],
    posted: Form,
    duration_ms: int | None = None,
) -> Given:
    """Gives the same answers to each assignment of ``submissions`` (assignment → the id of its submission).

    ``again``: those whose earlier answers are to be replaced. ``duration_ms`` is divided among them. What was answered
    to other questions before stays. Raises SchemaError, before anything is stored, where the answers don't fit.
    """
    given = Given()
    ready: list[tuple[Assignment, dict[str, Any], dict[str, Any]]] = []
    known = mine(membership, list(submissions), membership.project)
    for assignment in known:
        task = task_for(assignment, membership.project)
        answers = _merged(task, posted)
        task.interface.validate_answers(answers, task.values, shown=task.shown)
        ready.append((assignment, answers, task.comments))
    for pk in submissions.keys() - {each.pk for each in known}:
        given.failed[pk] = "This sample is not open to you any more."
    for assignment, answers, comments in ready:
        try:
            actions.submit(
                membership=membership,
                assignment_id=assignment.pk,
                submission=submissions[assignment.pk],
                answers=answers,
                comments=comments,
                duration_ms=None if duration_ms is None else duration_ms // len(ready),
                then_next=False,
                first=assignment.pk not in again,
            )
        except (actions.LeaseLost, actions.SubmissionReused, actions.SubmittedElsewhere, SchemaError) as error:
            given.failed[assignment.pk] = str(error)
        else:
            given.saved.append(assignment.pk)
    return given


def _merged(task: Task, posted: Form) -> dict[str, Any]:
    names = {each.name for each in questions_at_once(task.interface)}
    here = {name: values for name, values in posted.items() if name.removeprefix("q.").split(".")[0] in names}
    kept = {name: value for name, value in task.answers.items() if name not in names}
    return kept | {
        name: value
        for name, value in task.interface.answers_from_form(here, task.values, task.shown).items()
        if name in names
    }
