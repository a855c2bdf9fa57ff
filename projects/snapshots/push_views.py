"""Pushing versions: the page of a version's pushes, the project's destinations, and the same for programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.snapshots import push
from projects.snapshots.delivery_models import Destination, DestinationKind, Push
from projects.snapshots.models import Snapshot
from projects.snapshots.queries import find
from projects.snapshots.withdrawal import obstacle
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.models import Project
from projects.workspace.repeatable import repeatable

LISTED = 200


@login_required
@require_http_methods(["GET", "POST"])
def pushes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Where the version was sent; by POST asks for it to be sent."""
    membership = membership_for(request.user, slug, OWNERS)
    version = find(membership.project, number, gone=request.method == "GET")
    if request.method == "POST":
        chosen = request.POST.get("destination", "")
        destination = get_or_404(
            destinations(membership.project), "destination", pk=int(chosen) if chosen.isdecimal() else 0
        )
        try:
            push.request_push(actor=membership.user, snapshot=version, destination=destination)
        except Refused as error:
            messages.error(request, str(error))
        return redirect("snapshot-push", slug, number)
    listed = list(pushes_of(version)[:LISTED])
    context = {
        "project": membership.project,
        "membership": membership,
        "snapshot": version,
        "obstacle": obstacle(version, membership.user),
        "destinations": destinations(membership.project),
        "open": [each for each in listed if each.job.is_open],
        "pushes": [each for each in listed if not each.job.is_open],
    }
    return render(request, "snapshots/pushes.html", context)


@login_required
@require_POST
def destination_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Sets a destination up; back to the page of the schedule, where they are listed."""
    membership = membership_for(request.user, slug, OWNERS)
    given = {name: request.POST.get(name, "").replace("\x00", "") for name in ("name", "kind", "address", "revision")}
    try:
        made = push.add_destination(
            actor=membership.user, project=membership.project, private="private" in request.POST, **given
        )
        messages.success(request, f"Versions can be pushed to “{made.name}” now.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("schedule", slug)


@login_required
@require_POST
def destination_remove(request: HttpRequest, slug: str, destination_id: int) -> HttpResponse:
    """Takes a destination off the list."""
    membership = membership_for(request.user, slug, OWNERS)
    destination = get_or_404(destinations(membership.project), "destination", pk=destination_id)
    try:
        push.remove_destination(actor=membership.user, destination=destination)
        messages.success(request, f"“{destination.name}” is off the list. What was pushed there stays there.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("schedule", slug)


def destinations(project: Project) -> QuerySet[Destination]:
    return project.destinations.filter(removed_at=None).select_related("created_by", "project")


def pushes_of(snapshot: Snapshot) -> QuerySet[Push]:
    """Newest first."""
    return snapshot.pushes.select_related("destination", "asked_by", "job")


class DestinationRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(DestinationKind.choices)
    address = serializers.CharField(max_length=500, help_text="a folder, bucket/prefix, or namespace/dataset")
    revision = serializers.CharField(max_length=100, required=False, allow_blank=True, help_text="a branch of the Hub")
    private = serializers.BooleanField(required=False)


class DestinationBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    address = serializers.CharField()
    revision = serializers.CharField(allow_blank=True)
    private = serializers.BooleanField()


@extend_schema(
    methods=["GET"], operation_id="list_destinations", request=None, responses={200: DestinationBody(many=True)}
)
@extend_schema(
    methods=["POST"], operation_id="add_destination", request=DestinationRequest, responses={201: DestinationBody}
)
@api_view(["GET", "POST"])
@repeatable
def destinations_api(request: Request, slug: str) -> Response:
    """Lists the places that versions can be pushed to, or sets one up. 409 with the reason where the administrator's
    settings don't allow it."""
    membership = membership_for(request.user, slug, OWNERS)
    if request.method == "GET":
        return Response(DestinationBody(destinations(membership.project), many=True).data)
    body = DestinationRequest(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        made = push.add_destination(actor=membership.user, project=membership.project, **body.validated_data)
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(DestinationBody(made).data, status=201)


@extend_schema(operation_id="remove_destination", request=None, responses={204: None})
@api_view(["DELETE"])
def destination_api(request: Request, slug: str, destination_id: int) -> Response:
    """Takes a destination off the list; what was pushed there stays there."""
    membership = membership_for(request.user, slug, OWNERS)
    destination = get_or_404(destinations(membership.project), "destination", pk=destination_id)
    try:
        push.remove_destination(actor=membership.user, destination=destination)
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(status=204)


class PushRequest(serializers.Serializer[Any]):
    destination = serializers.CharField(max_length=60, help_text="its name")


class PushBody(serializers.Serializer[Any]):
    job = serializers.IntegerField(source="job_id")
    state = serializers.CharField(source="job.state")
    message = serializers.CharField(source="job.message", allow_blank=True)
    destination = serializers.CharField(source="destination.name")
    kind = serializers.CharField(source="destination.kind")
    place = serializers.CharField(allow_blank=True)
    asked_by = serializers.CharField(source="asked_by.username")
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    sent = serializers.IntegerField()
    kept = serializers.IntegerField()


@extend_schema(methods=["GET"], operation_id="list_pushes", request=None, responses={200: PushBody(many=True)})
@extend_schema(methods=["POST"], operation_id="push_snapshot", request=PushRequest, responses={202: PushBody})
@api_view(["GET", "POST"])
@repeatable
def pushes_api(request: Request, slug: str, number: int) -> Response:
    """Where the version was sent, newest first (up to 200), or asks for it to be sent: a job does it. Files that are
    there already with the same hash are not sent again. 409 where the version holds withdrawn samples and you have not
    acknowledged that."""
    membership = membership_for(request.user, slug, OWNERS)
    version = find(membership.project, number)
    if request.method == "GET":
        return Response(PushBody(pushes_of(version)[:LISTED], many=True).data)
    body = PushRequest(data=request.data)
    body.is_valid(raise_exception=True)
    destination = destinations(membership.project).filter(name=body.validated_data["destination"]).first()
    if destination is None:
        raise ValidationError({"destination": ["There is no destination of this name."]})
    try:
        asked = push.request_push(actor=membership.user, snapshot=version, destination=destination)
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(PushBody(asked).data, status=202)
