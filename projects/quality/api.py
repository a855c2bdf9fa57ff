"""Agreement and reliability for programs. Figures are unrounded; what is undefined is null and says why."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.measures import gold_score
from projects.quality.models import Reliability
from projects.quality.queries import agreement_json, people, reviewer_rows, taste_rows
from projects.workspace.access import DECIDERS, membership_for
from projects.workspace.http import CursorPagination


class CountBody(serializers.Serializer[Any]):
    value = serializers.JSONField()
    count = serializers.IntegerField()


class SeriesBody(serializers.Serializer[Any]):
    series = serializers.CharField()
    question = serializers.CharField()
    title = serializers.CharField()
    coefficient = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    units = serializers.IntegerField(help_text="Units with two answers or more: those that the value is about.")
    raters = serializers.IntegerField()
    answers = serializers.IntegerField()
    single_units = serializers.IntegerField(help_text="Units with one answer.")
    extras = serializers.DictField(help_text="Other coefficients by name, and what was left out.")
    distribution = CountBody(many=True)


class AgreementBody(serializers.Serializer[Any]):
    computed_at = serializers.DateTimeField(allow_null=True)
    newer_annotations = serializers.IntegerField(help_text="Annotations since then, not counted yet.")
    series = SeriesBody(many=True)


class GoldBody(serializers.Serializer[Any]):
    right = serializers.IntegerField()
    asked = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True, help_text="Share of right answers.")
    low = serializers.FloatField(allow_null=True, help_text="One-sided bound of 95 %: judge by this one.")
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")


class AnnotatorBody(serializers.Serializer[Any]):
    annotator = serializers.CharField(help_text="A name, or a number where the policy keeps names from reviewers.")
    username = serializers.CharField(help_text="What the person's own address ends in, for who asks.")
    annotations = serializers.IntegerField()
    reliability = serializers.FloatField(
        allow_null=True, help_text="Mean likeness with others' answers, 0 to 1, not corrected for chance."
    )
    pairs = serializers.IntegerField(help_text="Pairs of answers that reliability is over.")
    severity = serializers.FloatField(
        allow_null=True, help_text="Mean distance from the others, in parts of the scale; negative is lower."
    )
    shared = serializers.IntegerField(help_text="Answers that severity is over.")
    median_ms = serializers.IntegerField(allow_null=True)
    gold = GoldBody(help_text="Answers held against those known beforehand (hidden checks).")
    series = serializers.DictField(help_text="The same by series, severity in points of its scale.")
    computed_at = serializers.DateTimeField()


class AnnotatorPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = AnnotatorBody(many=True)


class PartBody(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True, help_text="A variance, in points of the scale squared.")
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    share = serializers.FloatField(allow_null=True, help_text="Of the whole disagreement, 0 to 1.")
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")


class ScaleBody(serializers.Serializer[Any]):
    series = serializers.CharField()
    question = serializers.CharField()
    title = serializers.CharField()
    reason = serializers.CharField(allow_null=True, help_text="Why nothing can be said.")
    parts = serializers.DictField(child=PartBody(), help_text="total, severity, groups, own, noise, unsplit.")
    groups = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    units = serializers.IntegerField()
    thinned = serializers.BooleanField(help_text="Only a part of the samples was looked at.")


class TasteBody(serializers.Serializer[Any]):
    computed_at = serializers.DateTimeField(allow_null=True)
    scales = ScaleBody(many=True)


class ReviewedBody(serializers.Serializer[Any]):
    series = serializers.CharField(help_text="“(decision)” for what became of the samples, else a series of answers.")
    title = serializers.CharField()
    coefficient = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    interval_reason = serializers.CharField(allow_null=True, help_text="Why there is no interval.")
    units = serializers.IntegerField(help_text="Units that two reviewers decided on.")
    reviewers = serializers.IntegerField()


class ReviewersBody(serializers.Serializer[Any]):
    computed_at = serializers.DateTimeField(allow_null=True)
    series = ReviewedBody(many=True)


@extend_schema(operation_id="reviewer_agreement", request=None, responses={200: ReviewersBody})
@api_view(["GET"])
def reviewer_agreement(request: Request, slug: str) -> Response:
    """How far two reviewers agree who decided on the same samples, the second without seeing what the first said."""
    rows = reviewer_rows(membership_for(request.user, slug, DECIDERS).project)
    return Response(
        {
            "computed_at": rows[0].computed_at if rows else None,
            "series": [
                {
                    "series": row.series,
                    "title": row.title,
                    "coefficient": row.coefficient,
                    "value": row.value,
                    "reason": row.reason or None,
                    "low": row.low,
                    "high": row.high,
                    "interval_reason": row.interval_reason or None,
                    "units": row.units,
                    "reviewers": row.raters,
                }
                for row in rows
            ],
        }
    )


@extend_schema(operation_id="agreement", request=None, responses={200: AgreementBody})
@api_view(["GET"])
def agreement(request: Request, slug: str) -> Response:
    """For each question the coefficient, its value or the reason why it has none, its interval and its n."""
    return Response(agreement_json(membership_for(request.user, slug, DECIDERS).project))


@extend_schema(operation_id="taste", request=None, responses={200: TasteBody})
@api_view(["GET"])
def taste(request: Request, slug: str) -> Response:
    """Of what the disagreement on each subjective scale is made: severity, groups of taste, own taste, noise."""
    membership = membership_for(request.user, slug, DECIDERS)
    names = {each.row.annotator_id: each.name for each in people(membership)}
    rows = taste_rows(membership.project)
    return Response(
        {
            "computed_at": rows[0].computed_at if rows else None,
            "scales": [
                {
                    "series": row.series,
                    "question": row.question,
                    "title": row.title,
                    "reason": row.reason or None,
                    "parts": row.parts,
                    "groups": [sorted(names.get(person, "") for person in group) for group in row.groups],
                    "units": row.units,
                    "thinned": row.thinned,
                }
                for row in rows
            ],
        }
    )


@extend_schema(
    operation_id="annotators",
    request=None,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR), OpenApiParameter("page_size", OpenApiTypes.INT)],
    responses={200: AnnotatorPage},
)
@api_view(["GET"])
def annotators(request: Request, slug: str) -> Response:
    """Everybody beside the others: how much, how alike, how severe. Undefined where no unit is shared."""
    membership = membership_for(request.user, slug, DECIDERS)
    seen = {each.row.pk: each for each in people(membership)}
    pages = CursorPagination()
    rows = pages.paginate_queryset(Reliability.objects.filter(project=membership.project), request)
    return pages.get_paginated_response(
        [
            {
                "annotator": seen[row.pk].name,
                "username": seen[row.pk].address,
                "annotations": row.annotations,
                "reliability": row.agreement,
                "pairs": row.pairs,
                "severity": row.severity,
                "shared": row.shared,
                "median_ms": row.median_ms,
                "gold": _gold(row),
                "series": row.series,
                "computed_at": row.computed_at,
            }
            for row in rows or ()
        ]
    )


def _gold(row: Reliability) -> dict[str, Any]:
    found = gold_score(row.gold_right, row.gold_asked)
    counted = {"right": row.gold_right, "asked": row.gold_asked}
    return counted | {"value": found.value, "low": found.low, "reason": found.reason}
