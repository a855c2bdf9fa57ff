"""Pages of samples: the list, and the media that they show."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from projects.samples.models import Asset, Sample
from projects.samples.queries import FilterError, search
from projects.samples.states import SampleState
from projects.workspace import ranges
from projects.workspace.access import DECIDERS, get_or_404, membership_for, project_for
from projects.workspace.interfaces import parsed

PAGE = 50
EXCERPT = 240  # characters


@login_required
@require_GET
def samples(request: HttpRequest, slug: str) -> HttpResponse:
    """The samples of a project, by state and by what they say."""
    membership = membership_for(request.user, slug, DECIDERS)
    project = membership.project
    state, text, problem = request.GET.get("state", ""), request.GET.get("q", "").strip(), ""
    try:
        found = search(project, state, text)
    except FilterError as error:
        found, problem = Sample.objects.none(), str(error)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    counts = dict(Sample.objects.filter(project=project).order_by().values_list("state").annotate(n=Count("pk")))
    for sample in page:  # their project is this one: no row has to ask for it
        sample.project = project
    context: dict[str, Any] = {
        "project": project,
        "membership": membership,
        "page": page,
        "rows": [(sample, excerpt(sample)) for sample in page],
        "query": urlencode({"state": state, "q": text}),
        "state": state,
        "text": text,
        "problem": problem,
        "total": sum(counts.values()),
        "states": [(value, word, counts[value]) for value, word in SampleState.choices if counts.get(value)],
    }
    return render(request, "samples/list.html", context, status=422 if problem else 200)


@login_required
@require_GET
@cache_control(private=True, max_age=31_536_000, immutable=True)
def asset(request: HttpRequest, slug: str, sha256: str) -> HttpResponseBase:
    """A media file of the project, or the part that a player asks for. Its address names its content, so it may be
    kept for ever."""
    project = project_for(request.user, slug)
    found = get_or_404(Asset.objects.filter(project=project), "file", sha256=sha256)
    try:
        response = ranges.parts(
            request,
            lambda: default_storage.open(found.path, "rb"),
            size=found.size,
            etag=f'"{sha256}"',
            media_type=found.content_type,
        )
    except FileNotFoundError as error:
        raise Http404("The file is not in the storage.") from error
    # Whatever the file holds, a browser shows it as what was found in it or not at all.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def excerpt(sample: Sample) -> str:
    """The first words of a sample; none of one that was withdrawn."""
    if not sample.is_shown:
        return ""
    interface = sample.project.interface
    assert interface is not None
    said = (
        field.type.plain_text(sample.fields[field.name], field)
        for field in parsed(interface).fields
        if field.name in sample.fields
    )
    words = " · ".join(" ".join(text[: 2 * EXCERPT].split()) for text in said if text)
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rsplit(' ', 1)[0]} …"
