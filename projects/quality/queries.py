"""Reads of quality: the stored figures, how fresh they are, and in which words."""

from datetime import datetime
from typing import Any, NamedTuple

from projects.labeling.models import Annotation
from projects.quality.models import Agreement, Reliability, Taste
from projects.workspace.interfaces import parsed
from projects.workspace.models import Job, Membership, Project, Role


class Freshness(NamedTuple):
    """``newer``: annotations since. ``outdated``: the interface asks something else by now."""

    computed_at: datetime | None
    newer: int
    outdated: bool

    @property
    def current(self) -> bool:
        return self.computed_at is not None and not self.newer and not self.outdated


def freshness(project: Project, rows: list[Agreement]) -> Freshness:
    """How up to date the stored figures are."""
    annotations = Annotation.objects.filter(project=project, current=True)
    if not rows:
        return Freshness(None, annotations.count(), False)
    assert project.interface is not None
    asked = [(series.name, series.title) for series in parsed(project.interface).series()]
    at = rows[0].computed_at
    newer = annotations.filter(created_at__gt=at).count()
    return Freshness(at, newer, asked != [(row.series, row.title) for row in rows])


def agreement_rows(project: Project) -> list[Agreement]:
    """A row for each series, in the interface's order."""
    return list(Agreement.objects.filter(project=project).order_by("position"))


def taste_rows(project: Project) -> list[Taste]:
    """A row for each subjective scale, in the interface's order."""
    return list(Taste.objects.filter(project=project).order_by("position"))


def agreement_json(project: Project) -> dict[str, Any]:
    """What the API and the command answer, unrounded."""
    rows = agreement_rows(project)
    fresh = freshness(project, rows)
    return {
        "computed_at": fresh.computed_at,
        "newer_annotations": fresh.newer,
        "series": [
            {
                "series": row.series,
                "question": row.question,
                "title": row.title,
                "coefficient": row.coefficient,
                "value": row.value,
                "reason": row.reason or None,
                "low": row.low,
                "high": row.high,
                "units": row.units,
                "raters": row.raters,
                "answers": row.answers,
                "single_units": row.single_units,
                "extras": row.extras,
                "distribution": [{"value": value, "count": count} for value, count in row.distribution],
            }
            for row in rows
        ],
    }


def people(membership: Membership) -> list[tuple[str, Reliability]]:
    """Everybody's standing under the name that this member may see, in the order of the names.

    Owners see names. Where the policy keeps them from reviewers, these see numbers, in an order of their own.
    """
    rows = Reliability.objects.filter(project=membership.project).select_related("annotator").order_by("pk")
    if membership.role == Role.OWNER or membership.project.rules.reveal_annotators:
        return sorted(((str(row.annotator), row) for row in rows), key=lambda each: each[0].casefold())
    return [(f"Annotator {number}", row) for number, row in enumerate(rows, 1)]


def last_job(project: Project) -> Job | None:
    """The newest computation, asked for or automatic."""
    return Job.objects.filter(project=project, kind="agreement").order_by("-pk").first()
