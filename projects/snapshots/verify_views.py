"""Verifying a version: what every check of it found, and a new one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.snapshots.delivery_models import Verification
from projects.snapshots.models import Snapshot
from projects.snapshots.queries import find
from projects.snapshots.verifying import request_verification
from projects.workspace.access import OWNERS, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.repeatable import repeatable

SHOWN = 20
LISTED = 200


@login_required
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What each verification of the version found; by POST asks for another."""
    membership = membership_for(request.user, slug, OWNERS)
    version = find(membership.project, number)
    if request.method == "POST":
        try:
            request_verification(actor=membership.user, snapshot=version)
        except Refused as error:
            messages.error(request, str(error))
        return redirect("snapshot-verify", slug, number)
    context = {
        "project": membership.project,
        "membership": membership,
        "snapshot": version,
        "verifications": verifications(version)[:SHOWN],
        "open": verifications(version).filter(job__state__in=("queued", "running")).first(),
    }
    return render(request, "snapshots/verifications.html", context)


def verifications(snapshot: Snapshot) -> QuerySet[Verification]:
    """Newest first."""
    return snapshot.verifications.select_related("asked_by", "job")


class ProblemBody(serializers.Serializer[Any]):
    path = serializers.CharField()
    reason = serializers.CharField()


class VerificationBody(serializers.Serializer[Any]):
    job = serializers.IntegerField(source="job_id")
    state = serializers.CharField(source="job.state")
    asked_by = serializers.CharField(source="asked_by.username")
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    sound = serializers.SerializerMethodField(help_text="null until it is finished")
    files = serializers.IntegerField()
    samples = serializers.IntegerField(source="rows")
    root = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    problem_count = serializers.IntegerField()
    problems = ProblemBody(many=True)

    def get_sound(self, verification: Verification) -> bool | None:
        return verification.problem_count == 0 if verification.finished_at else None


@extend_schema(
    methods=["GET"], operation_id="list_verifications", request=None, responses={200: VerificationBody(many=True)}
)
@extend_schema(methods=["POST"], operation_id="verify_snapshot", request=None, responses={202: VerificationBody})
@api_view(["GET", "POST"])
@repeatable
def verifications_api(request: Request, slug: str, number: int) -> Response:
    """What each verification of the version found, newest first (up to 200), or asks for another: a job computes every
    hash again. While one is on its way, asking again gives that one."""
    membership = membership_for(request.user, slug, OWNERS)
    version = find(membership.project, number)
    if request.method == "GET":
        return Response(VerificationBody(verifications(version)[:LISTED], many=True).data)
    try:
        asked = request_verification(actor=membership.user, snapshot=version)
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(VerificationBody(asked).data, status=202)
