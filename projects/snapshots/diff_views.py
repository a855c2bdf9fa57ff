"""What changed between two versions: the page, and the same for programs."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.snapshots import layout
from projects.snapshots.differences import Difference, Reader, difference
from projects.snapshots.queries import find
from projects.workspace.access import OWNERS, membership_for, project_for
from projects.workspace.models import Project

PAGE = 25
API_PAGE = 100
WORDS = {
    "added": "Added",
    "removed": "Removed",
    "answer": "Other answer",
    "decision": "Other decision",
    "licence": "Other licence",
    "content": "Other content",
    "other": "Other details",
}

TABLES = {"gold": "samples", "responses": "annotations", "assets": "media files", "annotators": "people"}


class _Changes(Sequence[layout.Change]):
    """The changes of one kind as the paginator takes them: a page is read when it is wanted."""

    def __init__(self, found: Difference, kind: str) -> None:
        self.found, self.kind = found, kind

    def __len__(self) -> int:
        return self.found.count(self.kind)

    def __getitem__(self, place: Any) -> Any:
        return self.found.changes(self.kind, offset=place.start, limit=place.stop - place.start)


@login_required
@require_GET
def diff(request: HttpRequest, slug: str, number: int, other: int) -> HttpResponse:
    """How version ``number`` became version ``other``."""
    membership = membership_for(request.user, slug, OWNERS)
    found = _between(membership.project, number, other)
    kind = request.GET.get("kind", "")
    kind = kind if kind in layout.KINDS else ""
    page = Paginator(_Changes(found, kind), PAGE).get_page(request.GET.get("page"))
    reader = Reader(found)
    context = {
        "project": membership.project,
        "membership": membership,
        "before": found.before,
        "after": found.after,
        "counts": [(each, word, found.counts.get(each, 0)) for each, word in WORDS.items()],
        "unchanged": found.counts.get("unchanged", 0),
        "total": found.count(),
        "figures": [(figure, TABLES.get(figure.name, figure.name)) for figure in found.figures],
        "kind": kind,
        "page": page,
        "rows": [(change, [WORDS[each] for each in change.kinds], reader.lines(change)) for change in page],
        "query": urlencode({"kind": kind}) if kind else "",
    }
    return render(request, "snapshots/diff.html", context)


@login_required
@require_GET
def choose(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Where the form on a version's page leads: the comparison with the version that was chosen."""
    project = membership_for(request.user, slug, OWNERS).project
    other = request.GET.get("with", "")
    before = find(project, int(other) if other.isdecimal() and len(other) < 9 else 0)
    return redirect("snapshot-diff", slug, before.number, find(project, number).number)


class FigureBody(serializers.Serializer[Any]):
    group = serializers.CharField()
    name = serializers.CharField()
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)


class ChangeBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    kinds = serializers.ListField(child=serializers.ChoiceField(layout.KINDS))
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)


class DiffBody(serializers.Serializer[Any]):
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    figures = FigureBody(many=True)
    changes = ChangeBody(many=True)
    next = serializers.URLField(allow_null=True)


@extend_schema(
    operation_id="snapshot_diff",
    request=None,
    parameters=[
        OpenApiParameter("kind", enum=layout.KINDS, description="Changes of this kind only."),
        OpenApiParameter("after", str, description="Changes after this key; `next` has it."),
    ],
    responses={200: DiffBody},
)
@api_view(["GET"])
def diff_api(request: Request, slug: str, number: int, other: int) -> Response:
    """How version ``number`` became version ``other``: counts, figures side by side, and the changes by key."""
    project = project_for(request.user, slug, OWNERS)
    kind, after_key = request.query_params.get("kind", ""), request.query_params.get("after", "")
    if kind and kind not in layout.KINDS:
        raise ValidationError({"kind": [f"known are {', '.join(layout.KINDS)}"]})
    found = _between(project, number, other)
    changes = found.changes(kind, after_key=after_key.replace("\x00", ""), limit=API_PAGE + 1)
    following = None
    if len(changes) > API_PAGE:
        changes = changes[:API_PAGE]
        query = urlencode({**({"kind": kind} if kind else {}), "after": changes[-1].key})
        following = request.build_absolute_uri(f"{reverse('api-snapshot-diff', args=[slug, number, other])}?{query}")
    return Response(
        {
            "before": number,
            "after": other,
            "counts": {kind: found.counts.get(kind, 0) for kind in (*layout.KINDS, "changed", "unchanged")},
            "figures": [figure._asdict() for figure in found.figures],
            "changes": [change._asdict() for change in changes],
            "next": following,
        }
    )


def _between(project: Project, number: int, other: int) -> Difference:
    return difference(find(project, number), find(project, other))
