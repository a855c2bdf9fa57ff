"""Samples and media for programs."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from projects.samples.assets import upload_asset
from projects.samples.media import MediaError
from projects.samples.models import Sample
from projects.samples.queries import FilterError, search
from projects.samples.states import SampleState
from projects.workspace.access import DECIDERS, OWNERS, membership_for, project_for
from projects.workspace.http import CursorPagination


class SampleRow(serializers.Serializer[Any]):
    key = serializers.CharField()
    state = serializers.ChoiceField(choices=SampleState.choices)
    answered = serializers.IntegerField(help_text="How many people's annotations are in.")
    disagreement = serializers.FloatField(allow_null=True)
    fields = serializers.DictField(help_text="Empty where it was withdrawn.")  # type: ignore[assignment]
    metadata = serializers.DictField(help_text="Empty where it was withdrawn.")
    content_sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()


class SamplePage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = SampleRow(many=True)


class AssetRequest(serializers.Serializer[Any]):
    file = serializers.FileField()


class AssetBody(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    reference = serializers.CharField(help_text="What an import line writes into a media field.")
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    width = serializers.IntegerField(allow_null=True, help_text="pixels")
    height = serializers.IntegerField(allow_null=True, help_text="pixels")


@extend_schema(
    operation_id="list_samples",
    request=None,
    parameters=[
        OpenApiParameter("state", OpenApiTypes.STR, enum=SampleState.values),
        OpenApiParameter("q", OpenApiTypes.STR, description="Text in the key or the content."),
        OpenApiParameter("cursor", OpenApiTypes.STR),
        OpenApiParameter("page_size", OpenApiTypes.INT),
    ],
    responses={200: SamplePage},
)
@api_view(["GET"])
def samples(request: Request, slug: str) -> Response:
    """The project's samples in the order of the queue."""
    project = project_for(request.user, slug, DECIDERS)
    try:
        found = search(project, request.query_params.get("state", ""), request.query_params.get("q", ""))
    except FilterError as error:
        raise ValidationError({error.name: [str(error)]}) from error
    pages = CursorPagination()
    rows = pages.paginate_queryset(found, request)
    return pages.get_paginated_response([row_of(sample) for sample in rows or ()])


@extend_schema(operation_id="upload_asset", request={"multipart/form-data": AssetRequest}, responses={201: AssetBody})
@api_view(["POST"])
@parser_classes([MultiPartParser])
def assets(request: Request, slug: str) -> Response:
    """Takes a picture, a sound or a video; the same file again is the same asset."""
    membership = membership_for(request.user, slug, OWNERS)
    body = AssetRequest(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        asset = upload_asset(actor=membership.user, project=membership.project, file=body.validated_data["file"])
    except MediaError as error:
        raise ValidationError({"file": [str(error)]}) from error
    reply = {name: getattr(asset, name) for name in ("sha256", "content_type", "size", "width", "height")}
    return Response({**reply, "reference": f"sha256:{asset.sha256}"}, status=201)


def row_of(sample: Sample) -> dict[str, Any]:
    return {
        "key": sample.key,
        "state": sample.state,
        "answered": sample.answered,
        "disagreement": sample.disagreement,
        "fields": sample.fields if sample.is_shown else {},
        "metadata": sample.metadata if sample.is_shown else {},
        "content_sha256": sample.content_sha256,
        "created_at": sample.created_at.isoformat(),
    }
