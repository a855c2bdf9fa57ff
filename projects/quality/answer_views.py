"""The page of what answers come to, and its tables as CSV."""

import csv
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from projects.formats.writers.csv_file import cell
from projects.quality import answers
from projects.quality.models import Aggregate
from projects.quality.tables import headings, lines, meaning, notes
from projects.workspace.access import DECIDERS, get_or_404, membership_for
from projects.workspace.interfaces import parsed

PAGE = 50


@login_required
@require_GET
def answers_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What the answers to each question come to, one series at a time."""
    membership = membership_for(request.user, slug, DECIDERS)
    project = membership.project
    assert project.interface is not None
    found = answers.aggregates(project)
    wanted = request.GET.get("series", "")
    chosen = next((each for each in found if each.series == wanted), found[0] if found else None)
    job = answers.last_job(project)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "aggregates": found,
        "chosen": chosen,
        "newer": answers.newer(project, found),
        "job": job if job and (job.is_open or job.state == "failed") else None,
    }
    if chosen:
        question = parsed(project.interface).question(chosen.question)
        pages = Paginator(answers.rows(chosen), PAGE)
        pages.count = chosen.rows  # stored, so that they needn't be counted
        page = pages.get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "query": urlencode({"series": chosen.series}),
            "question": question,
            "headings": headings(chosen),
            "lines": list(lines(chosen, question, list(page))),
            "meaning": meaning(chosen),
            "notes": notes(chosen),
        }
    return render(request, "quality/answers.html", context)


@login_required
@require_GET
def answers_csv(request: HttpRequest, slug: str, series: str) -> StreamingHttpResponse:
    """All rows of one series, for a spreadsheet."""
    project = membership_for(request.user, slug, DECIDERS).project
    aggregate = get_or_404(Aggregate.objects.filter(project=project, current=True), "table", series=series)
    response = StreamingHttpResponse(_csv(aggregate), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-{aggregate.series}.csv"'
    return response


class _Echo:
    """What ``csv`` writes into: it hands each line on."""

    def write(self, text: str) -> str:
        return text


def _csv(aggregate: Aggregate) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    columns = answers.aggregate_json(aggregate)["columns"]
    yield writer.writerow(columns)
    for row in answers.streamed(aggregate):
        said = answers.row_json(aggregate, row)
        yield writer.writerow([_shown(said[name]) for name in columns])


def _shown(value: Any) -> Any:
    return cell(json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value)
