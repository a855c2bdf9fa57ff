"""What came back to a person: decisions that overrule them, with one answer to each. A page and an API."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.labeling.models import Assignment, AssignmentState
from projects.review.models import Outcome, Overruling
from projects.review.overruled import LONGEST_REPLY, AlreadyAnswered, came_back, reply
from projects.samples.views import excerpt
from projects.schema import Question
from projects.workspace.access import membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict, NewestFirst
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership

PAGE = 20
UNFIT = 422


class ReplyRequest(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST_REPLY, help_text="Why the answer should stand.")


class OverrulingBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    questions = serializers.ListField(child=serializers.CharField(), help_text="Those answered in another way.")
    answers = serializers.DictField(help_text="What the person answered to them.")
    decided = serializers.DictField(help_text="What the decision says to them.")
    reason = serializers.CharField(allow_blank=True)
    in_force = serializers.BooleanField(help_text="The decision still counts.")
    created_at = serializers.DateTimeField()
    reply = serializers.CharField(allow_blank=True)
    replied_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True, help_text="What the reply led to.")
    outcome_reason = serializers.CharField(allow_blank=True)
    settled_at = serializers.DateTimeField(allow_null=True)


class OverrulingPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = OverrulingBody(many=True)


@login_required
@require_GET
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """The person's answers that were decided otherwise, and samples that were returned to them."""
    return _page(request, membership_for(request.user, slug))


@login_required
@require_POST
def back_reply(request: HttpRequest, slug: str, overruling_id: int) -> HttpResponse:
    """Answers a decision, once."""
    membership = membership_for(request.user, slug)
    text = request.POST.get("text", "")
    try:
        reply(actor=membership.user, project=membership.project, overruling_id=overruling_id, text=text)
    except Overruling.DoesNotExist:
        raise Http404("No such decision about an answer of yours.") from None
    except Refused as error:
        return _page(request, membership, problem={"id": overruling_id, "text": text, "message": str(error)})
    messages.success(request, "Sent. Another reviewer settles it, and you will read here what they say.")
    return redirect("came-back", slug)


@extend_schema(
    operation_id="came_back",
    request=None,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR), OpenApiParameter("page_size", OpenApiTypes.INT)],
    responses={200: OverrulingPage},
)
@api_view(["GET"])
def back_api(request: Request, slug: str) -> Response:
    """Your answers that a reviewer decided otherwise, newest first, with the reason, your reply and what came of it."""
    membership = membership_for(request.user, slug)
    pages = NewestFirst()
    rows = pages.paginate_queryset(came_back(membership.project, membership.user), request)
    return pages.get_paginated_response([_body(row) for row in rows or ()])


@extend_schema(operation_id="reply_to_decision", request=ReplyRequest, responses={200: OverrulingBody})
@api_view(["POST"])
def back_reply_api(request: Request, slug: str, overruling_id: int) -> Response:
    """Answers a decision that overrules you, once; another reviewer settles it. The same text again changes nothing,
    another one is answered with 409."""
    membership = membership_for(request.user, slug)
    body = ReplyRequest(data=request.data)
    body.is_valid(raise_exception=True)
    text = body.validated_data["text"]
    try:
        row = reply(actor=membership.user, project=membership.project, overruling_id=overruling_id, text=text)
    except Overruling.DoesNotExist:
        raise Http404("No such decision about an answer of yours.") from None
    except AlreadyAnswered as error:
        raise Conflict(str(error)) from error
    except Refused as error:
        raise ValidationError({"text": [str(error)]}) from error
    return Response(_body(row))


def _page(request: HttpRequest, membership: Membership, problem: dict[str, Any] | None = None) -> HttpResponse:
    project, user = membership.project, membership.user
    page = Paginator(came_back(project, user), PAGE).get_page(request.GET.get("page"))
    returned = Assignment.objects.filter(project=project, annotator=user, state=AssignmentState.RETURNED)
    context = {
        "project": project,
        "membership": membership,
        "page": page,
        "rows": [_shown(row, problem) for row in page],
        "returned": returned.select_related("sample").order_by("pk")[:PAGE],
        "longest": LONGEST_REPLY,
        "problem": problem,
    }
    return render(request, "review/came_back.html", context, status=UNFIT if problem else 200)


def _shown(row: Overruling, problem: dict[str, Any] | None) -> dict[str, Any]:
    asked: list[Question] = [each for each in parsed(row.annotation.interface).questions if each.name in row.questions]
    final = row.settlement.answers if row.settlement else {}
    return {
        "row": row,
        "words": excerpt(row.sample),
        "questions": [
            (each, row.annotation.answers.get(each.name), row.adjudication.answers.get(each.name), final.get(each.name))
            for each in asked
        ],
        "problem": problem if problem and problem["id"] == row.pk else None,
    }


def _body(row: Overruling) -> dict[str, Any]:
    def answers(given: dict[str, Any]) -> dict[str, Any]:
        return {name: given[name] for name in row.questions if name in given}

    return {
        "id": row.pk,
        "key": row.sample.key,
        "questions": row.questions,
        "answers": answers(row.annotation.answers),
        "decided": answers(row.adjudication.answers),
        "reason": row.adjudication.reason,
        "in_force": row.adjudication.current,
        "created_at": row.created_at,
        "reply": row.reply,
        "replied_at": row.replied_at,
        "outcome": row.outcome,
        "outcome_reason": row.settled_reason,
        "settled_at": row.settled_at,
    }
