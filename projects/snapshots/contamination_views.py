"""Lists of texts that a dataset is compared with: added and removed, on a page and by programs."""

import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from projects.measures.overlap import LARGEST, SMALLEST, N
from projects.snapshots import contamination
from projects.snapshots.models import ContaminationList
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.models import Project


@login_required
@require_http_methods(["GET", "POST"])
def lists(request: HttpRequest, slug: str) -> HttpResponse:
    """The project's lists; POST adds one from a file or from what was pasted."""
    membership = membership_for(request.user, slug, OWNERS)
    project, problem = membership.project, ""
    names = ("name", "member", "n", "texts")
    posted = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in names}
    if request.method == "POST":
        try:
            made = _add(request, membership.user, project, posted)
            messages.success(
                request, f"“{made.name}” is added: texts {made.texts:,}, different n-grams {made.ngrams:,}."
            )
            return redirect("contamination", slug)
        except Refused as error:
            problem = str(error)
    context = {
        "project": project,
        "membership": membership,
        "lists": _of(project),
        "problem": problem,
        "posted": posted,
        "n": posted["n"] or N,
        "smallest": SMALLEST,
        "largest": LARGEST,
    }
    return render(request, "snapshots/contamination.html", context, status=422 if problem else 200)


def _add(request: HttpRequest, actor: Any, project: Project, posted: dict[str, str]) -> ContaminationList:
    file = request.FILES.get("file")
    if file is None and not posted["texts"]:
        raise Refused("Choose a file, or paste texts, one a line.")
    return contamination.add_list(
        actor=actor,
        project=project,
        name=posted["name"],
        source=file.file if file else io.BytesIO(posted["texts"].encode() + b"\n"),  # type: ignore[arg-type]
        filename=(file.name or "") if file else "",
        member=posted["member"] or "text",
        n=int(posted["n"]) if posted["n"].isdecimal() and len(posted["n"]) < 4 else 0 if posted["n"] else N,
    )


@login_required
@require_POST
def remove(request: HttpRequest, slug: str, list_id: int) -> HttpResponse:
    """Removes one list."""
    membership = membership_for(request.user, slug, OWNERS)
    try:
        contamination.remove_list(
            actor=membership.user, contamination_list=get_or_404(_of(membership.project), "list", pk=list_id)
        )
        messages.success(request, "The list is removed. Versions that were compared with it still say so.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("contamination", slug)


def _of(project: Project) -> QuerySet[ContaminationList]:
    return ContaminationList.objects.filter(project=project).select_related("project", "created_by")


class ListRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    n = serializers.IntegerField(min_value=SMALLEST, max_value=LARGEST, required=False, default=N)
    texts = serializers.ListField(child=serializers.CharField(), required=False, max_length=contamination.MAX_TEXTS)
    file = serializers.FileField(required=False, help_text="Plain lines, or .jsonl: texts, or objects with one.")
    member = serializers.CharField(max_length=200, required=False, default="text")


class ListBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    texts = serializers.IntegerField()
    n = serializers.IntegerField()
    ngrams = serializers.IntegerField()
    created_at = serializers.DateTimeField()


@extend_schema(
    methods=["GET"], operation_id="list_contamination_lists", request=None, responses={200: ListBody(many=True)}
)
@extend_schema(
    methods=["POST"],
    operation_id="add_contamination_list",
    request={"application/json": ListRequest, "multipart/form-data": ListRequest},
    responses={201: ListBody},
)
@api_view(["GET", "POST"])
@parser_classes([JSONParser, MultiPartParser])
def lists_api(request: Request, slug: str) -> Response:
    """The lists of texts that versions can be compared with; POST adds one, of ``texts`` or a ``file``. The same one
    again is the same list; 409 for another one of its name."""
    membership = membership_for(request.user, slug, OWNERS)
    if request.method == "GET":
        return Response(ListBody(_of(membership.project), many=True).data)
    body = ListRequest(data=request.data)
    body.is_valid(raise_exception=True)
    data = body.validated_data
    if ("texts" in data) == ("file" in data):
        raise ValidationError({"texts": ["expected either texts or a file"]})
    lines = "".join(f"{' '.join(text.split())}\n" for text in data.get("texts", ()))
    file = data.get("file")
    try:
        made = contamination.add_list(
            actor=membership.user,
            project=membership.project,
            name=data["name"],
            source=file or io.BytesIO(lines.encode("utf-8", "replace")),
            filename=file.name if file else "",
            member=data["member"],
            n=data["n"],
        )
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(ListBody(made).data, status=201)


@extend_schema(operation_id="remove_contamination_list", request=None, responses={204: None})
@api_view(["DELETE"])
def list_api(request: Request, slug: str, list_id: int) -> Response:
    """Removes a list; 409 while a version is being compared with it."""
    membership = membership_for(request.user, slug, OWNERS)
    found = get_or_404(_of(membership.project), "list", pk=list_id)
    try:
        contamination.remove_list(actor=membership.user, contamination_list=found)
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(status=204)
