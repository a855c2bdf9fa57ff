"""What a snapshot would hold and leave out, before anybody asks for it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from projects.review.models import Adjudication
from projects.samples.views import excerpt
from projects.snapshots.filters import DECISION_ID
from projects.snapshots.obstacles import OUTSIDE, Obstacle, obstacles
from projects.snapshots.queries import by_key, eligible, reasons
from projects.workspace.interfaces import parsed
from projects.workspace.models import Project

FIRST = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Samples that stay behind for one reason."""

    obstacle: Obstacle
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Preview:
    count: int
    groups: list[Group]
    # The first samples by key, as rows of the preview.
    first: list[dict[str, Any]]


def preview_of(project: Project, document: dict[str, Any], purpose: str) -> Preview:
    """For a checked filter and purpose."""
    known = obstacles(project, purpose)
    counts = reasons(project, document, known)
    groups = [
        Group(each, counts[each.reason], _address(project, each))
        for each in (*known, OUTSIDE)
        if counts.get(each.reason)
    ]
    count = counts.get("", 0)
    return Preview(count, groups, _first(project, document, purpose) if count else [])


def _address(project: Project, obstacle: Obstacle) -> str:
    if not obstacle.page:
        return ""
    return reverse(obstacle.page, args=[project.slug]) + (f"?{obstacle.query}" if obstacle.query else "")


def _first(project: Project, document: dict[str, Any], purpose: str) -> list[dict[str, Any]]:
    samples = eligible(project, document, purpose).order_by(by_key())
    decisions = list(samples.values_list(DECISION_ID, flat=True)[:FIRST])
    rows = Adjudication.objects.select_related("sample__provenance", "interface").in_bulk(decisions)
    return [_row(project, rows[pk]) for pk in decisions]


def _row(project: Project, made: Adjudication) -> dict[str, Any]:
    made.sample.project = project
    questions = parsed(made.interface).questions
    provenance = getattr(made.sample, "provenance", None)
    return {
        "key": made.sample.key,
        "excerpt": excerpt(made.sample),
        "decision": made.decision,
        "answers": made.answers,
        "said": [
            (question.title, question.type.summary(question, made.answers[question.name]))
            for question in questions
            if question.name in made.answers
        ],
        "licence": provenance.licence if provenance else "",
    }
