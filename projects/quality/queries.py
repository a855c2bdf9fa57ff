"""Reads of quality: the stored figures, how fresh they are, and in which words."""

from datetime import datetime
from typing import Any, NamedTuple

from django.http import Http404

from projects.labeling.models import Annotation
from projects.quality.models import Agreement, Likeness, Overview, Reliability, ReviewerAgreement, Taste
from projects.workspace.access import DECIDERS
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


def reviewer_rows(project: Project) -> list[ReviewerAgreement]:
    """A row for the decisions and one for each series that two reviewers decided on, in the interface's order."""
    return list(ReviewerAgreement.objects.filter(project=project).order_by("position"))


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


class Seen(NamedTuple):
    """A person's figures under the name that a member may see; ``address`` is what their page is called for them."""

    name: str
    row: Reliability
    address: str


def people(membership: Membership) -> list[Seen]:
    """Everybody's standing, in the order of the names.

    Owners see names. Where the policy keeps them from reviewers, these see numbers, in an order of their own.
    """
    rows = Reliability.objects.filter(project=membership.project).select_related("annotator").order_by("pk")
    if names_shown(membership):
        seen = [Seen(str(row.annotator), row, row.annotator.username) for row in rows]
        return sorted(seen, key=lambda each: each.name.casefold())
    return [Seen(f"Annotator {number}", row, f"annotator-{number}") for number, row in enumerate(rows, 1)]


def names_shown(membership: Membership) -> bool:
    """Whether this member may see who is who."""
    return membership.role == Role.OWNER or membership.project.rules.reveal_annotators


class Portrait(NamedTuple):
    """One person's page: ``figures`` is null where nothing counts yet; ``own``: only what the person may see of it."""

    name: str
    address: str
    own: bool
    figures: dict[str, Any] | None
    group: dict[str, Any]
    overview: Overview | None


def portrait(membership: Membership, address: str) -> Portrait:
    """Anybody's page for those who decide, by the address that they see; for others their own, over closed samples.

    Raises Http404, which doesn't tell whether there is such a person.
    """
    own = address == membership.user.username
    if membership.role in DECIDERS:
        overview = Overview.objects.filter(project=membership.project).first()
        seen = people(membership)
        found = next((each for each in seen if each.address == address), None)
        if found is None and own:
            found = next((each for each in seen if each.row.annotator_id == membership.user.pk), None)
        if found is not None:
            figures = found.row.figures or None
            return Portrait(found.name, address, False, figures, overview.figures if overview else {}, overview)
    if not own:
        raise Http404("No such person here.")
    return own_portrait(membership)


def own_portrait(membership: Membership) -> Portrait:
    """The member's own page, whatever their role: over closed samples alone."""
    overview = Overview.objects.filter(project=membership.project).first()
    row = Reliability.objects.filter(project=membership.project, annotator=membership.user).first()
    figures = (row.closed or None) if row else None
    group = overview.closed if overview else {}
    return Portrait(str(membership.user), membership.user.username, True, figures, group, overview)


class Pairs(NamedTuple):
    """Who is compared, and of every two who share something how alike they answered, by their places in ``people``."""

    people: list[Seen]
    cells: dict[tuple[int, int], Likeness]
    left_out: int


def pairs(membership: Membership) -> Pairs:
    """The matrix of likenesses under the names that this member may see."""
    overview = Overview.objects.filter(project=membership.project).first()
    compared = set(overview.compared if overview else ())
    everybody = people(membership)
    shown = [each for each in everybody if each.row.annotator_id in compared]
    places = {each.row.annotator_id: place for place, each in enumerate(shown)}
    cells: dict[tuple[int, int], Likeness] = {}
    for row in Likeness.objects.filter(project=membership.project):
        if row.one_id in places and row.other_id in places:
            one, other = sorted((places[row.one_id], places[row.other_id]))
            cells[one, other] = row
    return Pairs(shown, cells, len(everybody) - len(shown))


def last_job(project: Project) -> Job | None:
    """The newest computation, asked for or automatic."""
    return Job.objects.filter(project=project, kind="agreement").order_by("-pk").first()
