"""Review for programs: what is disputed, and decisions."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.review import actions
from projects.review.models import Adjudication, Verdict
from projects.review.queries import in_force, queue
from projects.review.record import find
from projects.samples.models import Sample
from projects.samples.states import IllegalTransition, SampleState
from projects.schema import SchemaError
from projects.workspace.access import DECIDERS, membership_for
from projects.workspace.http import Conflict, CursorPagination
from projects.workspace.repeatable import repeatable


class DisputeBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    answered = serializers.IntegerField(help_text="How many people's annotations are in.")
    disagreement = serializers.FloatField(help_text="0 to 1: the mean spread of the answers.")
    spreads = serializers.DictField(help_text="By question, the widest spread of its answers.")
    fields = serializers.DictField()  # type: ignore[assignment]
    metadata = serializers.DictField()


class DisputePage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = DisputeBody(many=True)


class DecisionRequest(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=Verdict.values)
    answers = serializers.DictField(
        required=False, allow_null=True, help_text="For approve; without it, what everybody's answers merge to."
    )
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=20_000, help_text="Needed where somebody is overruled."
    )
    expected = serializers.CharField(
        required=False, max_length=60, help_text="``version`` of an earlier reply, to decide again on the same sample."
    )


class Decided(serializers.Serializer[Any]):
    adjudication = serializers.IntegerField()
    key = serializers.CharField()
    state = serializers.ChoiceField(choices=SampleState.choices)
    decision = serializers.ChoiceField(choices=Verdict.choices)
    answers = serializers.DictField()
    distribution = serializers.DictField()
    reason = serializers.CharField(allow_blank=True)
    reviewer = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    version = serializers.CharField()


class WorstFirst(CursorPagination):
    ordering = ("-disagreement", "pk")  # type: ignore[assignment]
    # Samples with the same disagreement are told apart by counting, however many there are.
    offset_cutoff = 10_000_000


@extend_schema(
    operation_id="list_disputes",
    request=None,
    parameters=[
        OpenApiParameter("question", OpenApiTypes.STR, description="Only where this question's answers are apart."),
        OpenApiParameter("cursor", OpenApiTypes.STR),
        OpenApiParameter("page_size", OpenApiTypes.INT),
    ],
    responses={200: DisputePage},
)
@api_view(["GET"])
def disputes(request: Request, slug: str) -> Response:
    """The disputed samples, those whose answers are furthest apart first."""
    project = membership_for(request.user, slug, DECIDERS).project
    question = request.query_params.get("question", "")[:64].replace("\x00", "")
    pages = WorstFirst()
    rows = pages.paginate_queryset(queue(project, SampleState.DISPUTED, question), request)
    return pages.get_paginated_response([_dispute(sample) for sample in rows or ()])


@extend_schema(operation_id="adjudicate", request=DecisionRequest, responses={200: Decided, 201: Decided})
@api_view(["POST"])
@repeatable
def adjudication(request: Request, slug: str, key: str) -> Response:
    """Decides on a sample. The same decision of yours again answers 200; on one that somebody decided, 409."""
    membership = membership_for(request.user, slug, DECIDERS)
    sample = find(membership.project, key)
    body = DecisionRequest(data=request.data)
    body.is_valid(raise_exception=True)
    data = body.validated_data
    known = in_force(sample)
    if known and "expected" not in data and known.reviewer_id == membership.user.pk and _repeats(known, data):
        return Response(_decided(known, sample))
    try:
        made = actions.adjudicate(
            actor=membership.user,
            sample=sample,
            decision=data["decision"],
            answers=data.get("answers"),
            reason=data.get("reason", ""),
            expected=data.get("expected"),
        )
    except SchemaError as error:
        raise ValidationError({problem.path: [problem.reason] for problem in error.problems}) from error
    except actions.ReasonMissing as error:
        paths = {f"answers.{name}": ["This overrules somebody's answer."] for name in error.questions}
        raise ValidationError({"reason": [str(error)], **paths}) from error
    except actions.NotYours as error:
        raise PermissionDenied(str(error)) from error
    except (actions.Overtaken, IllegalTransition) as error:
        raise _conflict(error, sample) from error
    return Response(_decided(made, made.sample), status=201)


def _repeats(known: Adjudication, data: dict[str, Any]) -> bool:
    answers = data.get("answers")
    same = known.decision == data["decision"] and known.reason == data.get("reason", "").strip()
    return same and (answers is None or answers == known.answers) and known.decision != Verdict.RETURN


def _conflict(error: Exception, sample: Sample) -> Conflict:
    """Says who decided what, where somebody did."""
    conflict = Conflict(str(error))
    made = getattr(error, "adjudication", None)
    if made:
        conflict.extra = {"decided": _decided(made, Sample.objects.get(pk=sample.pk))}
    return conflict


def _decided(made: Adjudication, sample: Sample) -> dict[str, Any]:
    return {
        "adjudication": made.pk,
        "key": sample.key,
        "state": sample.state,
        "decision": made.decision,
        "answers": made.answers,
        "distribution": made.distribution,
        "reason": made.reason,
        "reviewer": str(made.reviewer) if made.reviewer else None,
        "created_at": made.created_at.isoformat(),
        "version": actions.version_of(sample),
    }


def _dispute(sample: Sample) -> dict[str, Any]:
    return {
        "key": sample.key,
        "answered": sample.answered,
        "disagreement": sample.disagreement,
        "spreads": sample.spreads or {},
        "fields": sample.fields,
        "metadata": sample.metadata,
    }
