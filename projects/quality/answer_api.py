"""What answers come to, for programs. Figures are unrounded; what is undefined is null and says why."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.quality import answers
from projects.quality.models import Aggregate, Shape
from projects.workspace.access import DECIDERS, get_or_404, membership_for
from projects.workspace.http import CursorPagination


class AggregateBody(serializers.Serializer[Any]):
    series = serializers.CharField()
    question = serializers.CharField()
    title = serializers.CharField()
    shape = serializers.ChoiceField(choices=Shape.choices, help_text="What its rows say.")
    reason = serializers.CharField(allow_null=True, help_text="Why figures are missing in all rows.")
    rows = serializers.IntegerField()
    facts = serializers.DictField(help_text="What it rests on: people, answers, known answers, parts.")
    columns = serializers.ListField(child=serializers.CharField(), help_text="Members of each row.")
    computed_at = serializers.DateTimeField()


class AggregatesBody(serializers.Serializer[Any]):
    newer_annotations = serializers.IntegerField(help_text="Annotations since then, not counted yet.")
    series = AggregateBody(many=True)


class UnitBody(serializers.Serializer[Any]):
    sample = serializers.CharField(allow_null=True, help_text="Its key; null for a source of candidates.")
    item = serializers.CharField(help_text="A candidate's id, or the source; else empty.")
    answers = serializers.IntegerField(help_text="People's answers; of a source its comparisons.")
    reason = serializers.CharField(allow_null=True, help_text="Why something is null.")
    majority = serializers.JSONField(required=False, allow_null=True, help_text="labels, sets; null for a tie.")
    votes = serializers.IntegerField(required=False, allow_null=True, help_text="labels")
    lead = serializers.IntegerField(required=False, allow_null=True, help_text="labels: of the first over the second.")
    likely = serializers.JSONField(required=False, allow_null=True, help_text="labels, sets: Dawid and Skene.")
    probability = serializers.FloatField(required=False, allow_null=True, help_text="labels, sets: calibrated.")
    counts = serializers.ListField(required=False, allow_null=True, help_text="labels, sets, shares: [value, answers].")
    spread = serializers.FloatField(required=False, allow_null=True, help_text="shares: 0 to 1.")
    mean = serializers.FloatField(required=False, allow_null=True, help_text="scores: as given.")
    value = serializers.FloatField(
        required=False, allow_null=True, help_text="scores: without severity; strengths: in logits around the mean."
    )
    low = serializers.FloatField(required=False, allow_null=True, help_text="Of the 95 % interval.")
    high = serializers.FloatField(required=False, allow_null=True)
    part = serializers.IntegerField(
        required=False, allow_null=True, help_text="scores: only within a part can they be compared."
    )


class UnitPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = UnitBody(many=True)


class LeastCertainFirst(CursorPagination):
    ordering = ("-sort", "pk")  # type: ignore[assignment]
    # Rows that are equally certain are told apart by counting, however many there are.
    offset_cutoff = 10_000_000


@extend_schema(operation_id="list_aggregates", request=None, responses={200: AggregatesBody})
@api_view(["GET"])
def aggregates(request: Request, slug: str) -> Response:
    """The series whose answers are looked at together, and what each rests on."""
    project = membership_for(request.user, slug, DECIDERS).project
    found = answers.aggregates(project)
    listed = [answers.aggregate_json(each) for each in found]
    return Response({"newer_annotations": answers.newer(project, found), "series": listed})


@extend_schema(
    operation_id="aggregate",
    request=None,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR), OpenApiParameter("page_size", OpenApiTypes.INT)],
    responses={200: UnitPage},
)
@api_view(["GET"])
def aggregate(request: Request, slug: str, series: str) -> Response:
    """What the answers to one series come to, sample by sample, the least certain first; of pairs the strengths."""
    project = membership_for(request.user, slug, DECIDERS).project
    found = get_or_404(Aggregate.objects.filter(project=project, current=True), "table", series=series)
    pages = LeastCertainFirst()
    rows = pages.paginate_queryset(answers.rows(found), request)
    return pages.get_paginated_response([answers.row_json(found, row) for row in rows or ()])
