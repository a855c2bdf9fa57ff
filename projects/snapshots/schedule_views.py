"""When versions are built by themselves, and where versions go: one page of an owner, and the same for programs."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.snapshots.delivery_models import DestinationKind, Rhythm, Schedule
from projects.snapshots.filters import FilterError
from projects.snapshots.layout import SplitError
from projects.snapshots.models import Purpose, Snapshot
from projects.snapshots.push_views import destinations
from projects.snapshots.queries import built
from projects.snapshots.schedule import MOST_KEPT, set_schedule
from projects.workspace.access import OWNERS, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.models import Membership, Project

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AS_IT_IS = "now"


@login_required
@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """The schedule with what became of it, and the destinations."""
    membership = membership_for(request.user, slug, OWNERS)
    project, problem = membership.project, ""
    if request.method == "POST":
        try:
            _set(request, membership)
            messages.success(request, "Saved.")
            return redirect("schedule", slug)
        except (Refused, FilterError, SplitError) as error:
            problem = str(error)
    allowed = {"directory": settings.PUSH_FOLDERS, "s3": settings.PUSH_BUCKETS, "hub": settings.PUSH_HUB}
    context = {
        "project": project,
        "membership": membership,
        "schedule": _schedule(project),
        "problem": problem,
        "rhythms": Rhythm.choices,
        "hours": range(24),
        "weekdays": list(enumerate(WEEKDAYS)),
        "zone": timezone.get_default_timezone_name(),
        "versions": built(project).defer("manifest")[:50],
        "destinations": destinations(project),
        "kinds": [(kind, word) for kind, word in DestinationKind.choices if allowed[kind]],
        "allowed": allowed,
    }
    return render(request, "snapshots/schedule.html", context, status=422 if problem else 200)


def _schedule(project: Project) -> Schedule | None:
    return Schedule.objects.select_related("destination", "set_by").filter(project=project).first()


def _set(request: HttpRequest, membership: Membership) -> None:
    project, given = membership.project, request.POST
    document, split, purpose = _like(project, given.get("like", ""))
    set_schedule(
        actor=membership.user,
        project=project,
        rhythm=given.get("rhythm", ""),
        hour=_number(given.get("hour", ""), 3),
        weekday=_number(given.get("weekday", ""), 0),
        keep=_number(given.get("keep", ""), 0),
        document=document,
        split=split,
        purpose=purpose,
        destination=destinations(project).filter(pk=_number(given.get("destination", ""), 0)).first(),
    )


def _like(project: Project, choice: str) -> tuple[dict[str, Any], dict[str, Any] | None, str]:
    """Filter, split and purpose: those of a version, those that are set already, or none."""
    if choice == AS_IT_IS and (now := _schedule(project)):
        return now.filter, now.split, now.purpose
    version = Snapshot.objects.filter(project=project, number=_number(choice, 0)).first()
    return (version.filter, version.split, version.purpose) if version else ({}, None, "")


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default


class ScheduleBody(serializers.Serializer[Any]):
    rhythm = serializers.ChoiceField(Rhythm.choices)
    hour = serializers.IntegerField(min_value=0, max_value=23, default=3, help_text="in the site's time zone")
    weekday = serializers.IntegerField(min_value=0, max_value=6, default=0, help_text="0 is Monday; for weekly ones")
    keep = serializers.IntegerField(
        min_value=0, max_value=MOST_KEPT, default=0, help_text="how many of its versions are kept; 0 is all"
    )
    filter = serializers.DictField(required=False)
    split = serializers.DictField(required=False, allow_null=True)
    purpose = serializers.ChoiceField(Purpose.choices, required=False, allow_blank=True)
    destination = serializers.CharField(max_length=60, required=False, allow_null=True, help_text="its name")


class ScheduleState(ScheduleBody):
    due_at = serializers.DateTimeField(allow_null=True)
    ran_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)


@extend_schema(methods=["GET"], operation_id="schedule", request=None, responses={200: ScheduleState})
@extend_schema(methods=["PUT"], operation_id="set_schedule", request=ScheduleBody, responses={200: ScheduleState})
@api_view(["GET", "PUT"])
def schedule_api(request: Request, slug: str) -> Response:
    """When versions are built by themselves, and what came of the last time; or sets that."""
    membership = membership_for(request.user, slug, OWNERS)
    project = membership.project
    if request.method == "PUT":
        body = ScheduleBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        name = given.pop("destination", None)
        destination = destinations(project).filter(name=name).first() if name else None
        if name and destination is None:
            raise ValidationError({"destination": ["There is no destination of this name."]})
        try:
            set_schedule(
                actor=membership.user,
                project=project,
                document=given.pop("filter", None),
                destination=destination,
                **given,
            )
        except FilterError as error:
            raise ValidationError({"filter": [str(error)]}) from error
        except SplitError as error:
            raise ValidationError({"split": [str(error)]}) from error
        except Refused as error:
            raise Conflict(str(error)) from error
    return Response(_state(_schedule(project)))


def _state(found: Schedule | None) -> dict[str, Any]:
    found = found or Schedule()
    names = ("rhythm", "hour", "weekday", "keep", "filter", "split", "purpose", "due_at", "ran_at", "outcome")
    reply = {name: getattr(found, name) for name in names}
    for name in ("due_at", "ran_at"):
        reply[name] = reply[name].isoformat() if reply[name] else None
    return {**reply, "destination": found.destination.name if found.destination else None}
