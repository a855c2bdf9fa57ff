"""People for programs: one person's figures, who answers like whom, and what is known of all together."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.quality.models import Overview
from projects.quality.queries import pairs, portrait
from projects.workspace.access import DECIDERS, membership_for


class EstimateBody(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="Why there is no value.")
    low = serializers.FloatField(allow_null=True, help_text="Of the interval, where there is one.")
    high = serializers.FloatField(allow_null=True)
    of = serializers.IntegerField(help_text="Answers, choices or annotations that it rests on.")


class StraightBody(EstimateBody):
    others = serializers.FloatField(allow_null=True, help_text="The same share of others on the same samples.")
    beside = serializers.IntegerField(help_text="Samples that `others` is over.")
    run = serializers.IntegerField(help_text="The longest row of annotations that say the same.")
    chance = serializers.FloatField(allow_null=True, help_text="How often a row as long comes in random order.")
    row = serializers.IntegerField(help_text="The newest annotations that `run` is over.")


class TrustBody(EstimateBody):
    thinned = serializers.BooleanField(help_text="Only a part of the samples was looked at.")


class PeriodBody(serializers.Serializer[Any]):
    start = serializers.DateField()
    annotations = serializers.IntegerField()
    agreement = serializers.FloatField(allow_null=True)
    pairs = serializers.IntegerField()
    severity = serializers.FloatField(allow_null=True)
    shared = serializers.IntegerField()


class FiguresBody(serializers.Serializer[Any]):
    annotations = serializers.IntegerField()
    agreement = EstimateBody(help_text="Mean likeness with others, 0 to 1, not corrected for chance.")
    severity = EstimateBody(help_text="Mean distance from the others, in parts of the scale; negative is lower.")
    reliability = TrustBody(help_text="Correlation with the mean of the others, severity taken off.")
    gold = EstimateBody(help_text="Share of known answers right; the bounds are one-sided, 95 % each.")
    position = EstimateBody(help_text="Share of choices between two that fell on the first.")
    straight = StraightBody(help_text="Share of annotations with one value on every axis.")
    speed = EstimateBody(help_text="Median milliseconds a sample, and the middle half.")
    series = serializers.DictField(help_text="By series: standing, reliability, distribution.")
    periods = PeriodBody(many=True)


class AverageBody(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    people = serializers.IntegerField(help_text="People who have a value.")


class GroupBody(serializers.Serializer[Any]):
    figures = serializers.DictField(child=AverageBody())
    people = serializers.IntegerField()
    distribution = serializers.DictField(help_text="By series [value, times] over everybody; empty with few people.")


class MarkBody(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    what = serializers.CharField()


class PersonBody(serializers.Serializer[Any]):
    annotator = serializers.CharField()
    closed_only = serializers.BooleanField(
        help_text="Over samples alone whose answers may be shown: one's own figures."
    )
    computed_at = serializers.DateTimeField(allow_null=True)
    figures = FiguresBody(allow_null=True, help_text="Null where nothing counts yet.")
    group = GroupBody(allow_null=True, help_text="Everybody's average.")
    step = serializers.CharField(allow_null=True, help_text="How long a period is: day, week or month.")
    changes = MarkBody(many=True)


class LikenessCell(serializers.Serializer[Any]):
    one = serializers.CharField()
    other = serializers.CharField()
    likeness = serializers.FloatField(help_text="Mean over their answers to the same, 0 to 1.")
    answers = serializers.IntegerField()
    samples = serializers.IntegerField()


class LikenessBody(serializers.Serializer[Any]):
    computed_at = serializers.DateTimeField(allow_null=True)
    people = serializers.ListField(child=serializers.CharField(), help_text="Who is compared.")
    left_out = serializers.IntegerField(help_text="People who annotated less than those compared.")
    pairs = LikenessCell(many=True, help_text="Every two who share something; the others have no overlap.")


class PointBody(serializers.Serializer[Any]):
    start = serializers.DateField()
    value = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    units = serializers.IntegerField()


class TimelineBody(serializers.Serializer[Any]):
    series = serializers.CharField()
    title = serializers.CharField()
    coefficient = serializers.CharField()
    points = PointBody(many=True)


class TogetherBody(serializers.Serializer[Any]):
    computed_at = serializers.DateTimeField(allow_null=True)
    step = serializers.CharField(allow_null=True)
    group = GroupBody(allow_null=True)
    timeline = TimelineBody(many=True)
    changes = MarkBody(many=True)
    disputes = serializers.DictField(help_text="Samples, how many are disputed, and tables: questions, pairs, groups.")


@extend_schema(operation_id="annotator", request=None, responses={200: PersonBody})
@api_view(["GET"])
def person(request: Request, slug: str, username: str) -> Response:
    """One person's figures beside the average: anybody's for those who decide, one's own for others."""
    found = portrait(membership_for(request.user, slug), username)
    overview = found.overview
    return Response(
        {
            "annotator": found.name,
            "closed_only": found.own,
            "computed_at": overview.computed_at if overview else None,
            "figures": found.figures,
            "group": found.group or None,
            "step": overview.step if overview else None,
            "changes": overview.marks if overview else [],
        }
    )


@extend_schema(operation_id="likeness", request=None, responses={200: LikenessBody})
@api_view(["GET"])
def likeness(request: Request, slug: str) -> Response:
    """How alike any two people answer, and over how many answers."""
    membership = membership_for(request.user, slug, DECIDERS)
    found = pairs(membership)
    overview = Overview.objects.filter(project=membership.project).first()
    return Response(
        {
            "computed_at": overview.computed_at if overview else None,
            "people": [each.name for each in found.people],
            "left_out": found.left_out,
            "pairs": [
                {
                    "one": found.people[one].name,
                    "other": found.people[other].name,
                    "likeness": row.alike,
                    "answers": row.answers,
                    "samples": row.samples,
                }
                for (one, other), row in sorted(found.cells.items())
            ],
        }
    )


@extend_schema(operation_id="people", request=None, responses={200: TogetherBody})
@api_view(["GET"])
def together(request: Request, slug: str) -> Response:
    """Everybody's average, agreement over time, what changed when, and where disputes come from."""
    membership = membership_for(request.user, slug, DECIDERS)
    overview = Overview.objects.filter(project=membership.project).first()
    return Response(
        {
            "computed_at": overview.computed_at if overview else None,
            "step": overview.step if overview else None,
            "group": overview.figures if overview else None,
            "timeline": overview.timeline if overview else [],
            "changes": overview.marks if overview else [],
            "disputes": overview.disputes if overview else {},
        }
    )
