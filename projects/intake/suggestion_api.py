"""Suggestions for programs: a model's proposals for samples that are there."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.intake.suggestions import LONGEST_SOURCE, MOST_POSTED, OUTCOMES, post
from projects.workspace.access import OWNERS, membership_for
from projects.workspace.repeatable import repeatable


class ProposalBody(serializers.Serializer[Any]):
    """As documented. What arrives is checked item by item, so that one that doesn't fit stops no other."""

    key = serializers.CharField(help_text="The sample's.")
    question = serializers.CharField()
    value = serializers.JSONField(help_text="An answer to the question.")
    source = serializers.CharField(max_length=LONGEST_SOURCE, help_text="Who made it, as people read it.")  # type: ignore[assignment]
    score = serializers.FloatField(required=False, allow_null=True, help_text="The surest comes first.")


class ProposalsRequest(serializers.Serializer[Any]):
    suggestions = ProposalBody(many=True)


class ProposalsBody(serializers.Serializer[Any]):
    suggestions = serializers.ListField(min_length=1, max_length=MOST_POSTED)


class RefusedBody(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Place among those sent, from 0.")
    reason = serializers.CharField()


class PostedBody(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    replaced = serializers.IntegerField(help_text="The source had suggested something else before.")
    unchanged = serializers.IntegerField()
    invalid = serializers.IntegerField()
    errors = RefusedBody(many=True)  # type: ignore[assignment]


@extend_schema(operation_id="post_suggestions", request=ProposalsRequest, responses={200: PostedBody})
@api_view(["POST"])
@repeatable
def suggestions(request: Request, slug: str) -> Response:
    """Takes up to 1,000 suggestions. Of a sample, a question and a source the newest stands; one that doesn't fit is
    told and stops no other."""
    membership = membership_for(request.user, slug, OWNERS)
    body = ProposalsBody(data=request.data)
    body.is_valid(raise_exception=True)
    done = post(actor=membership.user, project=membership.project, items=body.validated_data["suggestions"])
    reply: dict[str, Any] = {name: done.counts[name] for name in OUTCOMES}
    reply["errors"] = [{"index": place, "reason": reason} for place, reason in done.errors]
    return Response(reply)
