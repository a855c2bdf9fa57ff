"""The page of personal data and duplicates: what was found, cleared and taken back, and the same for programs."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.intake import actions, findings, screening
from projects.intake.models import Finding
from projects.intake.personal import BY_SLUG
from projects.workspace.access import DECIDERS, OWNERS, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict, CursorPagination
from projects.workspace.models import Project
from projects.workspace.repeatable import repeatable

PAGE = 50
OPEN, CLEARED, DUPLICATES = "open", "cleared", "duplicates"
_LARGEST = 2**63 - 1
_MOST = 1000


@login_required
@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What is open, what was cleared, or the duplicates, a page at a time."""
    membership = membership_for(request.user, slug, DECIDERS)
    project, show = membership.project, request.GET.get("show", OPEN)
    kind = request.GET.get("kind", "")
    if kind not in BY_SLUG:
        kind = ""
    after = _whole(request.GET.get("after", "")) or 0
    kinds = findings.kinds(project)
    rows, following = _rows(project, show, kind, after)
    asked = next((each for each in kinds if each.finder.slug == request.GET.get("clear")), None)
    context = {
        "project": project,
        "membership": membership,
        "show": show if show in (CLEARED, DUPLICATES) else OPEN,
        "kind": kind,
        "kinds": kinds,
        "total": sum(each.open for each in kinds),
        "rows": rows,
        "after": after,
        "following": urlencode({"show": show, "kind": kind, "after": following}) if following else "",
        "asked": asked,
        "undoable": _undoable(project, request.GET.get("cleared", "")),
        "waiting": screening.pending(project).count(),
        "duplicates": findings.duplicates(project).count(),
    }
    return render(request, "intake/findings.html", context)


def _rows(project: Project, show: str, kind: str, after: int) -> tuple[list[Any], int]:
    """A page of what is asked for, and the key after which the next one begins; 0 on the last page."""
    if show == DUPLICATES:
        same = list(findings.duplicates(project).filter(pk__gt=after)[: PAGE + 1])
        return same[:PAGE], same[PAGE - 1].pk if len(same) > PAGE else 0
    found = findings.findings(project, kind=kind, cleared=show == CLEARED).filter(pk__gt=after)
    some = list(found.select_related("sample", "cleared_by")[: PAGE + 1])
    rows = [(each, findings.title_of(each.kind), findings.excerpts(each)) for each in some[:PAGE]]
    return rows, some[PAGE - 1].pk if len(some) > PAGE else 0


def _undoable(project: Project, text: str) -> dict[str, Any] | None:
    """What was just cleared at once, while it is."""
    at = _moment(text)
    count = Finding.objects.filter(project=project, cleared_at=at).count() if at else 0
    return {"at": text, "count": count} if count else None


@login_required
@require_POST
def clear(request: HttpRequest, slug: str) -> HttpResponse:
    """Clears one finding, or all of a kind whose number the form names."""
    membership = membership_for(request.user, slug, OWNERS)
    project, kind, cleared = membership.project, request.POST.get("kind", ""), None
    only = request.POST.get("only", "")
    try:
        if kind:
            count = _whole(request.POST.get("count", "")) or 0
            cleared = actions.clear_kind(actor=membership.user, project=project, kind=kind, count=count)
        else:
            ids = [_whole(request.POST.get("finding", "")) or 0]
            cleared = actions.clear(actor=membership.user, project=project, ids=ids)
    except Refused as error:
        messages.error(request, str(error))
    query = {
        "kind": only if only in BY_SLUG else "",
        "cleared": cleared.at.isoformat() if cleared and cleared.at else "",
    }
    said = urlencode({name: value for name, value in query.items() if value})
    return redirect(reverse("findings", args=[slug]) + (f"?{said}" if said else ""))


@login_required
@require_POST
def reopen(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes back one clearing, or what was cleared at once."""
    membership = membership_for(request.user, slug, OWNERS)
    at, finding = _moment(request.POST.get("at", "")), _whole(request.POST.get("finding", ""))
    ids = [finding] if finding else []
    count = actions.reopen(actor=membership.user, project=membership.project, at=at, ids=ids)
    if count:
        messages.success(request, f"{count:,} finding{'s are' if count > 1 else ' is'} open again.")
    return redirect("findings", slug)


@login_required
@require_POST
def look_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for the samples to be looked at that nobody has looked at."""
    membership = membership_for(request.user, slug, OWNERS)
    actions.look_again(actor=membership.user, project=membership.project)
    messages.success(request, "The samples are being looked at; load this page again in a moment.")
    return redirect("findings", slug)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _moment(text: str) -> datetime | None:
    """A time with its zone; None for anything else."""
    try:
        at = parse_datetime(text) if len(text) < 40 else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None


class FindingRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="The sample's.")
    field = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(BY_SLUG))
    count = serializers.IntegerField(help_text="How often it stands in the field; what it says is stored nowhere.")
    cleared_at = serializers.DateTimeField(allow_null=True)
    cleared_by = serializers.CharField(allow_null=True)


class FindingPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = FindingRow(many=True)


class ClearRequest(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=["clear", "reopen"], default="clear")
    findings = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=_LARGEST), max_length=_MOST, required=False
    )
    kind = serializers.ChoiceField(
        choices=list(BY_SLUG), required=False, help_text="To clear all open ones of a kind; with count."
    )
    count = serializers.IntegerField(
        min_value=0, max_value=_LARGEST, required=False, help_text="How many you saw; 409 where there are others now."
    )
    at = serializers.DateTimeField(required=False, help_text="To reopen what was cleared at once: its cleared_at.")


class ClearResult(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many were changed; 0 when sent again.")
    at = serializers.DateTimeField(allow_null=True, help_text="The cleared_at of what was cleared.")


@extend_schema(
    methods=["GET"],
    operation_id="list_findings",
    request=None,
    parameters=[
        OpenApiParameter("state", OpenApiTypes.STR, enum=[OPEN, CLEARED], description="Open ones unless told."),
        OpenApiParameter("kind", OpenApiTypes.STR, enum=list(BY_SLUG)),
        OpenApiParameter("cursor", OpenApiTypes.STR),
        OpenApiParameter("page_size", OpenApiTypes.INT),
    ],
    responses={200: FindingPage},
)
@extend_schema(methods=["POST"], operation_id="clear_findings", request=ClearRequest, responses={200: ClearResult})
@api_view(["GET", "POST"])
@repeatable
def findings_api(request: Request, slug: str) -> Response:
    """Personal data by its form: where which kind was found. POST clears findings, or opens them again."""
    membership = membership_for(request.user, slug, DECIDERS if request.method == "GET" else OWNERS)
    if request.method == "GET":
        return _listed(request, membership.project)
    body = ClearRequest(data=request.data)
    body.is_valid(raise_exception=True)
    given = body.validated_data
    who: dict[str, Any] = {"actor": membership.user, "project": membership.project}
    named = [name for name in ("findings", "kind", "at") if name in given]
    allowed = ("findings", "kind") if given["action"] == "clear" else ("findings", "at")
    if len(named) != 1 or named[0] not in allowed:
        raise ValidationError({"findings": [f"To {given['action']}, name either {allowed[0]} or {allowed[1]}."]})
    if given["action"] == "reopen":
        count = actions.reopen(**who, at=given.get("at"), ids=given.get("findings", ()))
        return Response({"count": count, "at": None})
    if "kind" in given and "count" not in given:
        raise ValidationError({"count": ["Say how many open findings of this kind you saw."]})
    try:
        if "kind" in given:
            cleared = actions.clear_kind(**who, kind=given["kind"], count=given["count"])
        else:
            cleared = actions.clear(**who, ids=given["findings"])
    except Refused as error:
        raise (Conflict(str(error)) if "kind" in given else ValidationError({"findings": [str(error)]})) from error
    return Response({"count": cleared.number, "at": cleared.at.isoformat() if cleared.at else None})


def _listed(request: Request, project: Project) -> Response:
    kind, state = request.query_params.get("kind", ""), request.query_params.get("state", OPEN)
    if kind and kind not in BY_SLUG:
        raise ValidationError({"kind": [f"known are {', '.join(BY_SLUG)}"]})
    if state not in (OPEN, CLEARED):
        raise ValidationError({"state": [f"known are {OPEN}, {CLEARED}"]})
    found: QuerySet[Finding] = findings.findings(project, kind=kind, cleared=state == CLEARED)
    pages = CursorPagination()
    rows = pages.paginate_queryset(found.select_related("sample", "cleared_by"), request)
    return pages.get_paginated_response([findings.as_json(each) for each in rows or ()])
