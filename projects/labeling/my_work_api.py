"""One's own work for programs: counts and times, and one's own annotations to take away."""

from dataclasses import asdict
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.labeling.my_work import own_annotations_file, work_of
from projects.workspace.access import membership_for


class DayBody(serializers.Serializer[Any]):
    date = serializers.DateField()
    samples = serializers.IntegerField()
    seconds = serializers.FloatField()


class WorkBody(serializers.Serializer[Any]):
    samples = serializers.IntegerField(help_text="Samples that you have submitted.")
    today = serializers.IntegerField()
    skipped = serializers.IntegerField()
    corrected = serializers.IntegerField(help_text="How often you submitted a sample again.")
    seconds = serializers.FloatField(help_text="At work on samples, corrections included.")
    usual = serializers.FloatField(allow_null=True, help_text="The middle time of a sample, in seconds.")
    days = DayBody(many=True, help_text="The last fourteen days on which you worked, newest first.")


@extend_schema(operation_id="my_work", request=None, responses={200: WorkBody})
@api_view(["GET"])
def my_work(request: Request, slug: str) -> Response:
    """How much you have labelled in the project, and how long it took."""
    return Response(asdict(work_of(membership_for(request.user, slug))))


@extend_schema(
    operation_id="my_annotations",
    request=None,
    responses={(200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, description="One annotation a line.")},
)
@api_view(["GET"])
def my_annotations(request: Request, slug: str) -> StreamingHttpResponse:
    """Streams your own annotations, every version of each, in the order in which you gave them; never anybody else's.

    While the project shows samples to people again, your newest 200 submissions are left out.
    """
    return own_annotations_file(membership_for(request.user, slug))
