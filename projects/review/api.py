"""Review for programs: what is disputed, and decisions."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.quality.stream import Given, answered_of
from projects.review import actions
from projects.review.layers import case_of
from projects.review.models import Adjudication, Verdict
from projects.review.queries import WAITING, filters, next_step_of, own_decision, queue
from projects.review.record import find
from projects.samples.models import Sample
from projects.samples.states import IllegalTransition, SampleState
from projects.schema import SchemaError
from projects.workspace.access import DECIDERS, membership_for
from projects.workspace.http import Conflict, CursorPagination
from projects.workspace.repeatable import repeatable


class DisputeBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    state = serializers.ChoiceField(choices=SampleState.choices)
    version = serializers.CharField(help_text="What a decision on it names as ``expected``.")
    awaits = serializers.CharField(allow_blank=True, help_text="The layer that its decision waits for.")
    answered = serializers.IntegerField(help_text="How many people's annotations are in.")
    disagreement = serializers.FloatField(help_text="0 to 1: the mean spread of the answers.")
    look = serializers.FloatField(help_text="What a look is expected to be worth; this list is in its order.")
    look_parts = serializers.DictField(
        child=serializers.FloatField(), help_text="What it was made of: disagreement, importance, trust."
    )
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
        required=False,
        max_length=60,
        help_text="``version`` of an earlier reply or of the list, to decide again, or to confirm, uphold or change.",
    )
    to = serializers.ChoiceField(
        choices=[actions.SAME, actions.OTHERS],
        required=False,
        help_text="For return: to the same people (the usual), or to others.",
    )


class Decided(serializers.Serializer[Any]):
    adjudication = serializers.IntegerField()
    key = serializers.CharField()
    state = serializers.ChoiceField(choices=SampleState.choices)
    decision = serializers.ChoiceField(choices=Verdict.choices)
    answers = serializers.DictField()
    distribution = serializers.DictField()
    layer = serializers.CharField(help_text="At which layer it was made: rule, reviewer, second or owner.")
    awaits = serializers.CharField(allow_blank=True, help_text="The layer that it waits for; empty where it counts.")
    reason = serializers.CharField(allow_blank=True)
    reviewer = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    version = serializers.CharField()


class WorstFirst(CursorPagination):
    ordering = ("-look", "pk")  # type: ignore[assignment]
    # Samples of the same worth are told apart by counting, however many there are.
    offset_cutoff = 10_000_000


@extend_schema(
    operation_id="list_disputes",
    request=None,
    parameters=[
        OpenApiParameter("state", OpenApiTypes.STR, enum=WAITING, description="Disputed, unless said."),
        OpenApiParameter("question", OpenApiTypes.STR, description="Only where this question's answers are apart."),
        OpenApiParameter("cursor", OpenApiTypes.STR),
        OpenApiParameter("page_size", OpenApiTypes.INT),
    ],
    responses={200: DisputePage},
)
@api_view(["GET"])
def disputes(request: Request, slug: str) -> Response:
    """The disputed samples, those first where a look is expected to be worth most; with ``state`` those that wait for a
    reviewer otherwise (``labeled``), for a further layer (``reviewed``), or because an annotator answered
    (``replies``).

    Samples whose next step somebody else has to take are not listed.
    """
    membership = membership_for(request.user, slug, DECIDERS)
    project = membership.project
    state, question = filters(request.query_params)
    pages = WorstFirst()
    wanted = next_step_of(queue(project, state, question), project, membership.user)
    rows = pages.paginate_queryset(wanted, request) or []
    given = answered_of([sample.pk for sample in rows])
    return pages.get_paginated_response([_dispute(sample, given.get(sample.pk, [])) for sample in rows])


@extend_schema(operation_id="adjudicate", request=DecisionRequest, responses={200: Decided, 201: Decided})
@api_view(["POST"])
@repeatable
def adjudication(request: Request, slug: str, key: str) -> Response:
    """Decides on a sample, at the layer of review where it stands. The same decision of yours again answers 200; on one
    that somebody decided, 409.

    With ``expected``, the same decision as the one that waits confirms it; as the one that an annotator answered,
    upholds it. Another decision changes it, and needs a reason.
    """
    membership = membership_for(request.user, slug, DECIDERS)
    sample = find(membership.project, key)
    body = DecisionRequest(data=request.data)
    body.is_valid(raise_exception=True)
    data = body.validated_data
    known = own_decision(sample, membership.user)
    if known and "expected" not in data and _repeats(known, data):
        return Response(_decided(known, sample))
    try:
        made = actions.adjudicate(
            actor=membership.user,
            sample=sample,
            decision=data["decision"],
            answers=data.get("answers"),
            reason=data.get("reason", ""),
            expected=data.get("expected"),
            to=data.get("to", actions.SAME),
        )
    except SchemaError as error:
        raise ValidationError({problem.path: [problem.reason] for problem in error.problems}) from error
    except actions.ReasonMissing as error:
        paths = {f"answers.{name}": ["This overrules somebody's answer."] for name in error.questions}
        raise ValidationError({"reason": [str(error)], **paths}) from error
    except actions.NobodyElse as error:
        raise ValidationError({"to": [str(error)]}) from error
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
        "layer": made.layer,
        "awaits": made.awaits,
        "reason": made.reason,
        "reviewer": str(made.reviewer) if made.reviewer else None,
        "created_at": made.created_at.isoformat(),
        "version": actions.version_of(sample),
    }


def _dispute(sample: Sample, given: list[Given]) -> dict[str, Any]:
    case = case_of(sample, given)
    return {
        "key": sample.key,
        "state": sample.state,
        "version": case.version,
        "awaits": case.waiting.awaits if case.waiting else "",
        "answered": sample.answered,
        "disagreement": sample.disagreement,
        "look": sample.look,
        "look_parts": sample.look_parts or {},
        "spreads": sample.spreads or {},
        "fields": sample.fields,
        "metadata": sample.metadata,
    }
