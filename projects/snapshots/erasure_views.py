"""Erasing for good what was withdrawn: behind the dialogs, and the same for programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.snapshots import erasure
from projects.snapshots.models import Withdrawal
from projects.snapshots.queries import find
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.models import Project


class ErasureAccepted(serializers.Serializer[Any]):
    job = serializers.IntegerField()


@login_required
@require_POST
def content(request: HttpRequest, slug: str, withdrawal_id: int) -> HttpResponse:
    """Erases the content of all samples of one withdrawal."""
    membership = membership_for(request.user, slug, OWNERS)
    try:
        erasure.erase_content(actor=membership.user, withdrawal=_withdrawal(membership.project, withdrawal_id))
        messages.success(request, "The content is being erased. Keys, hashes and tombstones stay.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("withdrawals", slug)


@login_required
@require_POST
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Erases the files of a superseded version."""
    membership = membership_for(request.user, slug, OWNERS)
    try:
        erasure.erase_version(actor=membership.user, snapshot=find(membership.project, number, gone=True))
        messages.success(request, "The files are being erased. The manifest stays.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("snapshot", slug, number)


@extend_schema(operation_id="erase_withdrawn", request=None, responses={202: ErasureAccepted})
@api_view(["POST"])
def content_api(request: Request, slug: str, withdrawal_id: int) -> Response:
    """Erases the content of all samples of one withdrawal for good; keys, hashes and tombstones stay. Asked for twice,
    it is one job; 409 when it was done."""
    membership = membership_for(request.user, slug, OWNERS)
    withdrawal = _withdrawal(membership.project, withdrawal_id)
    try:
        job = erasure.erase_content(actor=membership.user, withdrawal=withdrawal)
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response({"job": job.pk}, status=202)


@extend_schema(operation_id="erase_version", request=None, responses={202: ErasureAccepted})
@api_view(["POST"])
def version_api(request: Request, slug: str, number: int) -> Response:
    """Erases the files of a superseded version but its manifest: it can't be fetched any more. 409 for others."""
    membership = membership_for(request.user, slug, OWNERS)
    try:
        job = erasure.erase_version(actor=membership.user, snapshot=find(membership.project, number, gone=True))
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response({"job": job.pk}, status=202)


def _withdrawal(project: Project, number: int) -> Withdrawal:
    return get_or_404(Withdrawal.objects.select_related("project").filter(project=project), "withdrawal", pk=number)
