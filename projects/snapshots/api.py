"""Snapshots for programs: ask for one, read its manifest, fetch it in a format."""

from typing import Any

import orjson
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.snapshots import actions, exports
from projects.snapshots.contamination import check_lists
from projects.snapshots.filters import FilterError, check_filter
from projects.snapshots.layout import SplitError
from projects.snapshots.models import Purpose, Snapshot
from projects.snapshots.preview import preview_of
from projects.snapshots.queries import find
from projects.workspace.access import OWNERS, membership_for, project_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.repeatable import repeatable


class ComparisonRequest(serializers.Serializer[Any]):
    lists = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, help_text="Names; without it all lists."
    )
    leave_out = serializers.BooleanField(
        required=False, default=False, help_text="Leave out the samples that overlap, and not only report them."
    )


class SnapshotRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    filter = serializers.DictField(required=False)
    purpose = serializers.ChoiceField(
        choices=Purpose.choices, required=False, allow_blank=True, help_text="Decides which licences pass."
    )
    split = serializers.DictField(
        required=False, help_text='{"shares": {"train": 80, "validation": 10, "test": 10}, "group": "creator"}'
    )
    contamination = ComparisonRequest(required=False, help_text="Compare with lists of texts.")


class SnapshotAccepted(serializers.Serializer[Any]):
    job = serializers.IntegerField()
    snapshot = serializers.IntegerField()


class SnapshotBody(serializers.Serializer[Any]):
    snapshot = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    purpose = serializers.ChoiceField(choices=Purpose.choices, allow_blank=True)
    state = serializers.CharField()
    job = serializers.IntegerField()
    root = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    created_at = serializers.DateTimeField()
    manifest = serializers.DictField(allow_null=True)


class ExportBody(serializers.Serializer[Any]):
    format = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    refused = serializers.CharField(allow_blank=True)
    leaves_out = serializers.ListField(child=serializers.CharField())


class PreviewRequest(serializers.Serializer[Any]):
    filter = serializers.DictField(required=False)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False, allow_blank=True)


class LeftOut(serializers.Serializer[Any]):
    reason = serializers.CharField()
    count = serializers.IntegerField()
    sentence = serializers.CharField(help_text="Why, and what to do about it.")


class PreviewSample(serializers.Serializer[Any]):
    key = serializers.CharField()
    excerpt = serializers.CharField(allow_blank=True)
    decision = serializers.CharField()
    answers = serializers.DictField()
    licence = serializers.CharField(allow_blank=True)


class PreviewBody(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    left_out = LeftOut(many=True)
    first = PreviewSample(many=True)


class SnapshotDetail(SnapshotBody):
    exports = ExportBody(many=True)


@extend_schema(methods=["GET"], operation_id="list_snapshots", request=None, responses={200: SnapshotBody(many=True)})
@extend_schema(
    methods=["POST"], operation_id="create_snapshot", request=SnapshotRequest, responses={202: SnapshotAccepted}
)
@api_view(["GET", "POST"])
@repeatable
def snapshots(request: Request, slug: str) -> Response:
    """Lists the versions, newest first, or asks for a new one to be built."""
    membership = membership_for(request.user, slug, OWNERS)
    project = membership.project
    if request.method == "GET":
        return Response([body_of(version) for version in Snapshot.objects.filter(project=project)])
    body = SnapshotRequest(data=request.data)
    body.is_valid(raise_exception=True)
    compared = body.validated_data.get("contamination")
    try:
        version = actions.request_snapshot(
            actor=membership.user,
            project=project,
            name=body.validated_data.get("name", ""),
            note=body.validated_data.get("note", ""),
            document=body.validated_data.get("filter"),
            purpose=body.validated_data.get("purpose", ""),
            split=body.validated_data.get("split"),
            contamination=None
            if compared is None
            else check_lists(project, compared.get("lists"), leave_out=compared["leave_out"]),
        )
    except SplitError as error:
        raise ValidationError({"split": [str(error)]}) from error
    except FilterError as error:
        raise ValidationError({"filter": [str(error)]}) from error
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response({"job": version.job_id, "snapshot": version.number}, status=202)


@extend_schema(
    methods=["GET"],
    operation_id="preview_snapshot",
    request=None,
    parameters=[
        OpenApiParameter("filter", OpenApiTypes.STR, description="A filter as JSON."),
        OpenApiParameter("purpose", OpenApiTypes.STR, enum=Purpose.values),
    ],
    responses={200: PreviewBody},
)
@extend_schema(
    methods=["POST"], operation_id="preview_snapshot_of", request=PreviewRequest, responses={200: PreviewBody}
)
@api_view(["GET", "POST"])
def preview(request: Request, slug: str) -> Response:
    """What a snapshot would hold, how many samples it would leave out for which reason, and its first ten samples.
    Nothing is written."""
    project = project_for(request.user, slug, OWNERS)
    body = PreviewRequest(data=request.data if request.method == "POST" else _asked(request))
    body.is_valid(raise_exception=True)
    try:
        document = check_filter(body.validated_data.get("filter", {}))
    except FilterError as error:
        raise ValidationError({"filter": [str(error)]}) from error
    found = preview_of(project, document, body.validated_data.get("purpose", ""))
    left_out = [
        {"reason": each.obstacle.reason, "count": each.count, "sentence": each.obstacle.sentence}
        for each in found.groups
    ]
    first = [{name: value for name, value in row.items() if name != "said"} for row in found.first]
    return Response({"count": found.count, "left_out": left_out, "first": first})


def _asked(request: Request) -> dict[str, Any]:
    """What the address of a preview says, with its filter read."""
    asked: dict[str, Any] = dict(request.query_params.items())
    if "filter" in asked:
        try:
            asked["filter"] = orjson.loads(asked["filter"])
        except orjson.JSONDecodeError as error:
            raise ValidationError({"filter": [f"not JSON: {error.msg}"]}) from error
    return asked


@extend_schema(operation_id="snapshot", request=None, responses={200: SnapshotDetail})
@api_view(["GET"])
def snapshot(request: Request, slug: str, number: int) -> Response:
    """One version with its manifest, and every export format: why it is refused, or what it leaves out. Until it is
    built, ``manifest`` is null and there are no exports."""
    version = find(project_for(request.user, slug, OWNERS), number, ready=False)
    return Response({**body_of(version), "exports": [offered(each) for each in _offers(version)]})


def _offers(version: Snapshot) -> list[exports.Offer]:
    return exports.offers(version.manifest) if version.manifest and version.is_built else []


def offered(offer: exports.Offer) -> dict[str, Any]:
    return {
        "format": offer.export.slug,
        "title": offer.export.title,
        "description": offer.export.description,
        "refused": offer.refused,
        "leaves_out": offer.leaves_out,
    }


def body_of(version: Snapshot) -> dict[str, Any]:
    return {
        "snapshot": version.number,
        "name": version.name,
        "note": version.note,
        "purpose": version.purpose,
        "state": version.state,
        "job": version.job_id,
        "root": version.root,
        "created_at": version.created_at.isoformat(),
        "manifest": version.manifest,
    }
