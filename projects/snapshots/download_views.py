"""Fetching versions: exports that can be resumed, links for people without an account, and who fetched what."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.snapshots import downloads, exports
from projects.snapshots.models import Download, DownloadLink, Snapshot, Withdrawal
from projects.snapshots.queries import find
from projects.workspace.access import OWNERS, get_or_404, membership_for, project_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict, Gone, NewestFirst
from projects.workspace.models import Membership
from projects.workspace.repeatable import repeatable

SHOWN = 50


@login_required
@require_safe
def export(request: HttpRequest, slug: str, number: int, export_format: str) -> HttpResponseBase:
    """The version in one format, as a download; back to its page with the reason where it can't be had."""
    membership = membership_for(request.user, slug, OWNERS)
    try:
        return _sent(request, membership, number, export_format)
    except downloads.Removed as error:
        context = {"project": membership.project, "membership": membership, "number": number, "problem": str(error)}
        return render(request, "snapshots/gone.html", context, status=410)
    except (exports.ExportRefused, Refused) as error:
        messages.error(request, str(error))
        return redirect("snapshot", slug, number)


def _sent(request: HttpRequest, membership: Membership, number: int, export_format: str) -> HttpResponseBase:
    member = exports.export(export_format)
    if member is None:
        raise Http404("No such export format.")
    return downloads.send(request, find(membership.project, number, gone=True), member, user=membership.user)


@require_safe
def fetch(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link: the file, for whoever has the address."""
    link = downloads.link_for(token)
    if link is None:
        raise Http404("No such link.")
    response: HttpResponseBase
    try:
        response = downloads.send_by(request, link)
    except (exports.ExportRefused, Refused) as error:
        response = render(request, "snapshots/link.html", {"problem": str(error)}, status=410)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_POST
def links(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Makes a link to this version."""
    membership = membership_for(request.user, slug, OWNERS)
    given = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("format", "lifetime", "note")}
    try:
        downloads.make_link(
            actor=membership.user,
            snapshot=find(membership.project, number, gone=True),
            export_format=given["format"],
            lifetime=given["lifetime"],
            note=given["note"],
        )
        messages.success(request, "The link is made: copy it below.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('snapshot', args=[slug, number])}#links-title")


@login_required
@require_POST
def revoke(request: HttpRequest, slug: str, number: int, link_id: int) -> HttpResponse:
    """Ends a link before its time."""
    membership = membership_for(request.user, slug, OWNERS)
    link = get_or_404(_links(find(membership.project, number, gone=True)), "link", pk=link_id)
    try:
        downloads.revoke_link(actor=membership.user, link=link)
        messages.success(request, "The link opens nothing any more.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('snapshot', args=[slug, number])}#links-title")


def context_of(request: HttpRequest, snapshot: Snapshot) -> dict[str, Any]:
    """What the version's page shows of its downloads and links."""
    return {
        "links": [(link, address_of(request, link)) for link in _links(snapshot)[:SHOWN]],
        "lifetimes": downloads.LIFETIMES,
        "downloads": _downloads(snapshot)[:SHOWN],
        "download_count": snapshot.downloads.count(),
    }


def address_of(request: HttpRequest, link: DownloadLink) -> str:
    return request.build_absolute_uri(reverse("download", args=[downloads.token_of(link)]))


def _links(snapshot: Snapshot) -> QuerySet[DownloadLink]:
    return snapshot.links.select_related("created_by", "snapshot__project")


def _downloads(snapshot: Snapshot) -> QuerySet[Download]:
    return snapshot.downloads.select_related("user", "link")


@extend_schema(
    operation_id="export",
    request=None,
    parameters=[
        OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes, to resume with."),
        OpenApiParameter("If-Range", str, OpenApiParameter.HEADER, description="The ETag that the first part had."),
    ],
    responses={
        (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="The file."),
        (206, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="The part asked for."),
        304: OpenApiResponse(description="Unchanged: the ETag of If-None-Match."),
        416: OpenApiResponse(description="The file has no such bytes."),
    },
)
@api_view(["GET", "HEAD"])
def export_api(request: Request, slug: str, number: int, export_format: str) -> HttpResponseBase:
    """The version in one format. 409 with the reason where the format can't express it, or where the version holds
    withdrawn samples and you have not acknowledged that; 410 where its files were removed. Ranges are served, so a
    download can be resumed."""
    membership = membership_for(request.user, slug, OWNERS)
    try:
        return _sent(request._request, membership, number, export_format)
    except downloads.Removed as error:
        raise Gone(str(error)) from error
    except (exports.ExportRefused, Refused) as error:
        raise Conflict(str(error)) from error


class DownloadBody(serializers.Serializer[Any]):
    format = serializers.CharField(source="export_format")
    user = serializers.CharField(source="user.username", allow_null=True, default=None)
    link = serializers.IntegerField(source="link_id", allow_null=True)
    at = serializers.DateTimeField()


class DownloadPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = DownloadBody(many=True)


@extend_schema(
    operation_id="snapshot_downloads",
    request=None,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR), OpenApiParameter("page_size", OpenApiTypes.INT)],
    responses={200: DownloadPage},
)
@api_view(["GET"])
def downloads_api(request: Request, slug: str, number: int) -> Response:
    """Who fetched this version, when and in which format, newest first."""
    snapshot = find(project_for(request.user, slug, OWNERS), number, gone=True)
    paginator = NewestFirst()
    page = paginator.paginate_queryset(_downloads(snapshot), request)
    return paginator.get_paginated_response(DownloadBody(page, many=True).data)


class HeldDownloadBody(DownloadBody):
    snapshot = serializers.IntegerField(source="snapshot.number")


class HeldDownloadPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = HeldDownloadBody(many=True)


@extend_schema(
    operation_id="withdrawal_downloads",
    request=None,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR), OpenApiParameter("page_size", OpenApiTypes.INT)],
    responses={200: HeldDownloadPage},
)
@api_view(["GET"])
def holders_api(request: Request, slug: str, withdrawal_id: int) -> Response:
    """Who fetched a version that holds a sample of this withdrawal, newest first: those who may have to be told."""
    project = project_for(request.user, slug, OWNERS)
    withdrawal = get_or_404(Withdrawal.objects.filter(project=project), "withdrawal", pk=withdrawal_id)
    paginator = NewestFirst()
    page = paginator.paginate_queryset(downloads.of_withdrawal(withdrawal), request)
    return paginator.get_paginated_response(HeldDownloadBody(page, many=True).data)


class LinkRequest(serializers.Serializer[Any]):
    format = serializers.CharField(max_length=20)
    lifetime = serializers.ChoiceField(list(downloads.LIFETIMES))
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class LinkBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    address = serializers.CharField()
    format = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


@extend_schema(methods=["GET"], operation_id="list_links", request=None, responses={200: LinkBody(many=True)})
@extend_schema(methods=["POST"], operation_id="create_link", request=LinkRequest, responses={201: LinkBody})
@api_view(["GET", "POST"])
@repeatable
def links_api(request: Request, slug: str, number: int) -> Response:
    """Lists the links to this version, newest first, or makes one: no account is needed to use it."""
    membership = membership_for(request.user, slug, OWNERS)
    snapshot = find(membership.project, number, gone=True)
    if request.method == "GET":
        return Response([_link_body(request, link) for link in _links(snapshot)[:500]])
    body = LinkRequest(data=request.data)
    body.is_valid(raise_exception=True)
    data = body.validated_data
    try:
        link = downloads.make_link(
            actor=membership.user,
            snapshot=snapshot,
            export_format=data["format"],
            lifetime=data["lifetime"],
            note=data.get("note", ""),
        )
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(_link_body(request, link), status=201)


@extend_schema(operation_id="revoke_link", request=None, responses={204: None})
@api_view(["DELETE"])
def link_api(request: Request, slug: str, number: int, link_id: int) -> Response:
    """Revokes a link."""
    membership = membership_for(request.user, slug, OWNERS)
    link = get_or_404(_links(find(membership.project, number, gone=True)), "link", pk=link_id)
    try:
        downloads.revoke_link(actor=membership.user, link=link)
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(status=204)


def _link_body(request: Request, link: DownloadLink) -> dict[str, Any]:
    return {
        "id": link.pk,
        "address": address_of(request._request, link),
        "format": link.export_format,
        "note": link.note,
        "expires_at": link.expires_at.isoformat(),
        "revoked_at": link.revoked_at.isoformat() if link.revoked_at else None,
    }
