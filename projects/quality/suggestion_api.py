"""What became of suggestions, for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.quality.people_api import EstimateBody
from projects.quality.suggestion_tables import FIGURES, uses
from projects.workspace.access import DECIDERS, membership_for


class UseBody(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    source = serializers.CharField(help_text="Who made them.")  # type: ignore[assignment]
    how = serializers.ChoiceField(
        choices=("prefilled", "beside", "after", "withheld"),
        help_text="How people met them; withheld where nobody who answered ever saw one.",
    )
    shown = serializers.IntegerField(help_text="Answers of people who saw it.")
    withheld = serializers.IntegerField(help_text="Answers of people from whom it was withheld.")
    taken = EstimateBody(help_text="Share of those who saw it whose answer says the same.")
    agree_shown = EstimateBody(help_text="How alike answers are to it, 0 to 1, where it was seen.")
    agree_withheld = EstimateBody(help_text="The same where it was withheld.")
    moved = EstimateBody(help_text="The difference of the two: how far answers are drawn to it.")
    changed = EstimateBody(help_text="Of those who said something else before they saw it: who went over to it.")


class UsesBody(serializers.Serializer[Any]):
    computed_at = serializers.DateTimeField(allow_null=True)
    uses = UseBody(many=True)


@extend_schema(operation_id="suggestion_use", request=None, responses={200: UsesBody})
@api_view(["GET"])
def suggestion_use(request: Request, slug: str) -> Response:
    """How often each source's suggestions are seen and taken over, and how far they draw answers."""
    rows = uses(membership_for(request.user, slug, DECIDERS).project)
    names = ("question", "title", "source", "how", "shown", "withheld", *FIGURES)
    return Response(
        {
            "computed_at": rows[0].computed_at if rows else None,
            "uses": [{name: getattr(row, name) for name in names} for row in rows],
        }
    )
