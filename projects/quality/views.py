"""The quality page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from projects.measures import coefficient
from projects.quality import actions
from projects.quality.charts import chart_of, rows_of, standing_of
from projects.quality.models import ReviewerAgreement
from projects.quality.queries import agreement_rows, freshness, last_job, people, reviewer_rows, taste_rows
from projects.quality.suggestion_tables import uses
from projects.quality.tastes import breakdowns
from projects.workspace.access import DECIDERS, membership_for
from projects.workspace.interfaces import parsed


@login_required
@require_GET
def quality(request: HttpRequest, slug: str) -> HttpResponse:
    """How far people agree on each question, and each person beside the others."""
    membership = membership_for(request.user, slug, DECIDERS)
    project = membership.project
    assert project.interface is not None
    interface = parsed(project.interface)
    stored = agreement_rows(project)
    rows = rows_of(interface, stored)
    job = last_job(project)
    standings = people(membership)
    reviewed = reviewer_rows(project)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "rows": rows,
        "chart": chart_of(rows),
        "fresh": freshness(project, stored),
        "people": [standing_of(interface, *each) for each in standings],
        "tastes": breakdowns(taste_rows(project), {each.row.annotator_id: each.name for each in standings}),
        "uses": uses(project),
        "withheld": project.rules.suggestions_withheld,
        "gold": any(each.row.gold_asked for each in standings),
        "reviewers": [(row, coefficient(row.coefficient).title) for row in reviewed],
        "reviewer_notes": _notes(reviewed),
        "second_look": f"{100 * project.rules.second_look_rate:g} %" if project.rules.second_look_rate else "",
        "job": job if job and (job.is_open or job.state == "failed") else None,
    }
    return render(request, "quality/quality.html", context)


def _notes(rows: list[ReviewerAgreement]) -> list[tuple[str, list[str]]]:
    """Why a value or an interval is missing, and of what."""
    found: dict[str, list[str]] = {}
    for row in rows:
        why = f"undefined because {row.reason}" if row.reason else f"no interval because {row.interval_reason}"
        if row.reason or row.interval_reason:
            found.setdefault(why, []).append(row.title)
    return list(found.items())


@login_required
@require_POST
def recompute(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for the figures now."""
    membership = membership_for(request.user, slug, DECIDERS)
    actions.recompute(actor=membership.user, project=membership.project)
    return redirect("quality-answers" if request.POST.get("then") == "answers" else "quality", slug)
