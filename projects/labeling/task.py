"""An assignment as the labelling screen and the API show it."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from projects.labeling.models import Annotation, Assignment, AssignmentState
from projects.labeling.offers import Offer, offers
from projects.labeling.suggestions import AFTER, filled_in, is_first, seen, waiting
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.schema import Interface
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership, Project, User


@dataclass(slots=True)
class Task:
    """What the labelling screen needs to show one assignment."""

    assignment_id: int
    sample_key: str
    interface: Interface
    values: dict[str, Any]
    shown: dict[str, Any]
    answers: dict[str, Any]
    comments: dict[str, Any]
    revision: int
    note: str
    deadline: Any
    editing: bool
    asset_urls: dict[str, str]
    # What machines suggest, by question; the questions of which it is shown once they are answered.
    offers: dict[str, Offer]
    waiting: set[str]
    problems: dict[str, str] = field(default_factory=dict)
    submission: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def fields(self) -> list[tuple[Any, Any]]:
        """The fields that this sample has, with their values, in the interface's order."""
        return [(field, self.values[field.name]) for field in self.interface.fields if field.name in self.values]


def task_for(assignment: Assignment, project: Project) -> Task:
    """The assignment with the draft, or with the submitted answers where it is opened again or was returned."""
    answers, comments = assignment.draft, {}
    if assignment.state in (AssignmentState.SUBMITTED, AssignmentState.RETURNED):
        latest = Annotation.everything.filter(assignment=assignment, current=True).first()
        if latest:
            answers = latest.answers if answers is None else answers
            comments = latest.comments
    if answers is None and is_first(assignment):
        answers = filled_in(assignment.suggested)
    interface = parsed(assignment.interface)
    return Task(
        assignment_id=assignment.pk,
        sample_key=assignment.sample.key,
        interface=interface,
        values=assignment.sample.fields,
        shown=assignment.shown,
        answers=answers or {},
        comments=comments,
        revision=assignment.revision,
        note=assignment.note,
        deadline=assignment.deadline,
        editing=assignment.state == AssignmentState.SUBMITTED,
        asset_urls=asset_urls(project, assignment.sample.fields),
        offers=offers(assignment, interface),
        waiting=waiting(assignment.suggested),
    )


def asset_urls(project: Project, value: Any) -> dict[str, str]:
    """Where the browser finds each media reference inside a sample's fields."""
    if isinstance(value, str):
        if not value.startswith("sha256:"):
            return {}
        return {value: reverse("asset", args=[project.slug, value.removeprefix("sha256:")])}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    urls: dict[str, str] = {}
    for item in inner:
        urls |= asset_urls(project, item)
    return urls


def task_json(assignment: Assignment | None) -> dict[str, Any] | None:
    """The API's form of a leased sample; never its gold answers or anybody else's."""
    if assignment is None:
        return None
    sample = assignment.sample
    body = {
        "assignment": assignment.pk,
        "sample": {"key": sample.key, "fields": sample.fields, "metadata": sample.metadata},
        "interface": assignment.interface.version,
        "shown": assignment.shown,
        "revision": assignment.revision,
        "deadline": assignment.deadline.isoformat(),
    }
    if assignment.draft is not None:
        body["draft"] = assignment.draft
    # A program can't wait with showing them: what comes after answering stays away.
    stored = assignment.suggested
    if stored and stored["how"] != AFTER and (suggestions := seen(stored)):
        body["suggestions"] = {"how": stored["how"], "questions": suggestions}
    if assignment.note:
        body["note"] = assignment.note
    return body


def history(membership: Membership, limit: int = 10) -> list[dict[str, Any]]:
    """The person's last submissions, newest first; they stay open for correction."""
    latest = _shown_of(membership.user, membership.project)
    rows = latest.order_by("-pk").values("assignment_id", "sample__key", "created_at")[:limit]
    return [{"assignment_id": r["assignment_id"], "key": r["sample__key"], "when": r["created_at"]} for r in rows]


def last_submitted(user: User, project: Project) -> Assignment | None:
    """The assignment of the person's newest annotation."""
    latest = _shown_of(user, project).order_by("-pk").first()
    return latest.assignment if latest else None


def _shown_of(user: User, project: Project) -> QuerySet[Annotation]:
    """The person's annotations in force, less those of withdrawn samples: nobody sees these any more. Answers to hidden
    samples are among them: what was missing from the list would be known for one."""
    mine = Annotation.everything.filter(annotator=user, project=project, current=True)
    return mine.exclude(sample__state=SampleState.WITHDRAWN)


def why_nothing(membership: Membership) -> str:
    """Which empty state fits: ``practice``, ``no-samples``, ``finished`` or ``nothing-for-you``."""
    project = membership.project
    if membership.practises:
        return "practice"
    if not project.sample_count:
        return "no-samples"
    waiting = Sample.objects.filter(project=project, state=SampleState.READY).exists()
    return "nothing-for-you" if waiting else "finished"
