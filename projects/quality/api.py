"""Agreement and reliability for programs. Figures are unrounded; what is undefined is null and says why."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.quality.models import Reliability
from projects.quality.queries import agreement_json, people, taste_rows
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


class AnnotatorBody(serializers.Serializer[Any]):
    annotator = serializers.CharField(help_text="A name, or a number where the policy keeps names from reviewers.")
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
    names = {row.annotator_id: name for name, row in people(membership)}
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
    names = {row.pk: name for name, row in people(membership)}
    pages = CursorPagination()
    rows = pages.paginate_queryset(Reliability.objects.filter(project=membership.project), request)
    return pages.get_paginated_response(
        [
            {
                "annotator": names[row.pk],
                "annotations": row.annotations,
                "reliability": row.agreement,
                "pairs": row.pairs,
                "severity": row.severity,
                "shared": row.shared,
                "median_ms": row.median_ms,
                "series": row.series,
                "computed_at": row.computed_at,
            }
            for row in rows or ()
        ]
    )
