"""Pages about people: all together for those who decide, and one at a time; the tables of all pages as CSV."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from projects.formats.writers.csv_file import CsvWriter, csv_lines
from projects.quality import people_tables
from projects.quality.drawings import MOST_DRAWN, dispute_bars, grid, lines, multiple, titles_by_series
from projects.quality.models import Overview
from projects.quality.people_tables import Table
from projects.quality.portraits import portrait_of
from projects.quality.queries import Seen, agreement_rows, freshness, pairs, people, portrait, taste_rows
from projects.quality.suggestion_tables import table_of, uses
from projects.workspace.access import DECIDERS, membership_for
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership, Project


@login_required
@require_GET
def together(request: HttpRequest, slug: str) -> HttpResponse:
    """Who answers like whom, everybody's answers beside all answers, agreement over time, where disputes come from."""
    membership = membership_for(request.user, slug, DECIDERS)
    project = membership.project
    assert project.interface is not None
    overview = Overview.objects.filter(project=project).first()
    seen, found = people(membership), pairs(membership)
    interface = parsed(project.interface)
    titles, bars = titles_by_series(interface), dispute_bars(overview.disputes if overview else {}, interface)
    answered = {
        row.series: row.distribution for row in agreement_rows(project) if row.distribution and row.series in titles
    }
    chosen = request.GET.get("series", "")
    chosen = chosen if chosen in answered else next(iter(answered), "")
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "overview": overview,
        "fresh": freshness(project, agreement_rows(project)),
        "grid": grid(found),
        "likeness": people_tables.likeness(found),
        "series": [(name, titles[name][0]) for name in answered],
        "chosen": chosen,
        "multiples": _multiples(seen, chosen, titles.get(chosen, ("", {})), answered.get(chosen, [])),
        "more_people": max(0, len(seen) - MOST_DRAWN),
        "distributions": people_tables.distributions(seen, chosen),
        "lines": _lines(overview),
        "over_time": people_tables.agreement_over_time(overview),
        "changes": people_tables.changes(overview),
        "disputes": list(zip(people_tables.disputes(overview), bars, strict=True)),
    }
    return render(request, "quality/people.html", context)


def _multiples(seen: list[Seen], series: str, titles: tuple[str, dict[str, str]], everybody: Any) -> list[Any]:
    found = ((each, each.row.figures.get("series", {}).get(series)) for each in seen[:MOST_DRAWN])
    return [
        multiple(each.name, titles[1], stored["distribution"], everybody, address=each.address)
        for each, stored in found
        if stored
    ]


def _lines(overview: Overview | None) -> list[Any]:
    if overview is None:
        return []
    return [
        lines(
            each["title"],
            [(point["start"], point["value"], point["low"], point["high"]) for point in each["points"]],
            overview.marks,
            (0.0, 1.0),
        )
        for each in overview.timeline
        if each["points"]
    ]


@login_required
@require_GET
def person(request: HttpRequest, slug: str, username: str) -> HttpResponse:
    """One person: for those who decide anybody's page, for others their own."""
    membership = membership_for(request.user, slug)
    project = membership.project
    assert project.interface is not None
    found = portrait(membership, username)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "person": found,
        "drawn": portrait_of(parsed(project.interface), found),
        "tables": {table.slug.replace("-", "_"): table for table in people_tables.of_person(found)},
    }
    return render(request, "quality/person.html", context)


@login_required
@require_GET
def person_table(request: HttpRequest, slug: str, table: str, username: str) -> StreamingHttpResponse:
    """A table of one person's page as CSV."""
    membership = membership_for(request.user, slug)
    found = portrait(membership, username)
    return _csv(membership.project, people_tables.of_person(found), table)


@login_required
@require_GET
def table(request: HttpRequest, slug: str, table: str) -> StreamingHttpResponse:
    """A table of the quality pages as CSV."""
    membership = membership_for(request.user, slug, DECIDERS)
    return _csv(membership.project, _tables(membership), table)


def _tables(membership: Membership) -> list[Table]:
    project = membership.project
    overview = Overview.objects.filter(project=project).first()
    seen, rows = people(membership), agreement_rows(project)
    return [
        people_tables.agreement(rows),
        people_tables.answers(rows),
        people_tables.taste(taste_rows(project)),
        table_of(uses(project)),
        people_tables.people(seen),
        people_tables.likeness(pairs(membership)),
        people_tables.distributions(seen),
        people_tables.people_over_time(seen),
        people_tables.agreement_over_time(overview),
        people_tables.changes(overview),
        *people_tables.disputes(overview),
    ]


def _csv(project: Project, known: list[Table], slug: str) -> StreamingHttpResponse:
    found = next((each for each in known if each.slug == slug), None)
    if found is None:
        raise Http404("No such table.")
    response = StreamingHttpResponse(csv_lines(found.header, found.rows), content_type=CsvWriter.media_type)
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-{slug}.csv"'
    return response
