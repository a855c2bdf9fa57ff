"""The label loop for programs: lease, submit, draft, skip."""

from typing import Any

import orjson
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.formats.readers.base import flaw
from projects.labeling import actions
from projects.labeling.models import Assignment
from projects.labeling.task import task_json
from projects.schema import SchemaError
from projects.workspace.access import membership_for
from projects.workspace.http import Conflict


class SampleBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    fields = serializers.DictField()  # type: ignore[assignment]
    metadata = serializers.DictField()


class SuggestionBody(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]
    value = serializers.JSONField()
    score = serializers.FloatField(allow_null=True)


class SuggestedBody(serializers.Serializer[Any]):
    how = serializers.ChoiceField(choices=("prefilled", "beside"), help_text="How the person is to meet them.")
    questions = serializers.DictField(child=SuggestionBody(many=True), help_text="By question, the surest first.")


class TaskBody(serializers.Serializer[Any]):
    assignment = serializers.IntegerField()
    sample = SampleBody()
    interface = serializers.IntegerField(help_text="The interface's version.")
    shown = serializers.DictField(help_text="The order in which candidates are to be shown.")
    revision = serializers.IntegerField(help_text="Send it with the next draft.")
    deadline = serializers.DateTimeField()
    draft = serializers.DictField(required=False)
    suggestions = SuggestedBody(required=False, help_text="Missing where there are none, or none for you.")
    note = serializers.CharField(required=False, help_text="What the reviewer wrote when returning the sample.")


class SubmissionBody(serializers.Serializer[Any]):
    assignment = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    submission = serializers.UUIDField()
    answers = serializers.DictField()
    comments = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=10_000), required=False)
    duration_ms = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True)
    next = serializers.BooleanField(default=True)


# One for all requests: making a serializer takes longer than checking a body with it, and checking leaves it as it is.
_SUBMISSION = SubmissionBody()


class SubmittedBody(serializers.Serializer[Any]):
    annotation = serializers.IntegerField()
    next = TaskBody(required=False, allow_null=True)


class DraftBody(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=0, max_value=2**31 - 2)
    answers = serializers.DictField()

    def validate_answers(self, answers: dict[str, Any]) -> dict[str, Any]:
        """A draft need not fit the questions, but the database has to hold it."""
        try:
            reason = flaw(answers, orjson.dumps(answers))
        except TypeError:  # what orjson says of deep nesting
            reason = "nested too deeply"
        if reason:
            raise ValidationError(reason)
        return answers


class DraftConflictBody(DraftBody):
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()


class SkipBody(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, allow_blank=True)


@extend_schema(
    operation_id="next",
    request=None,
    responses={200: TaskBody, 204: OpenApiResponse(description="There is nothing for this person now.")},
)
@api_view(["POST"])
def next_sample(request: Request, slug: str) -> Response:
    """Leases the next sample for you; the same one again until you submit or skip it. 409 for whoever has to practise
    first."""
    membership = membership_for(request.user, slug)
    if membership.practises:
        raise Conflict("You practise before you label: POST /api/v1/projects/PROJECT/practice/ does.")
    assignment = actions.next_assignment(membership=membership)
    return Response(task_json(assignment)) if assignment else Response(status=204)


@extend_schema(operation_id="submit", request=SubmissionBody, responses={200: SubmittedBody, 201: SubmittedBody})
@api_view(["POST"])
def annotations(request: Request, slug: str) -> Response:
    """Submits answers; with ``next`` the reply holds the next sample. The same submission again answers 200."""
    membership = membership_for(request.user, slug)
    data = _SUBMISSION.run_validation(request.data)
    try:
        done = actions.submit(
            membership=membership,
            assignment_id=data["assignment"],
            submission=data["submission"],
            answers=data["answers"],
            comments=data.get("comments"),
            duration_ms=data.get("duration_ms"),
            then_next=data["next"],
        )
    except Assignment.DoesNotExist:
        raise Http404("No such assignment.") from None
    except SchemaError as error:
        raise ValidationError({problem.path: [problem.reason] for problem in error.problems}) from error
    except (actions.LeaseLost, actions.SubmissionReused) as error:
        raise Conflict(str(error)) from error
    reply: dict[str, Any] = {"annotation": done.annotation.pk}
    if data["next"]:
        reply["next"] = task_json(done.next)
    return Response(reply, status=201 if done.created else 200)


@extend_schema(operation_id="save_draft", request=DraftBody, responses={200: DraftBody, 409: DraftConflictBody})
@api_view(["PUT"])
def draft(request: Request, slug: str, assignment_id: int) -> Response:
    """Saves unfinished answers; 409 with the stored ones when they were saved elsewhere since ``revision``."""
    membership = membership_for(request.user, slug)
    body = DraftBody(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        saved = actions.save_draft(membership=membership, assignment_id=assignment_id, **body.validated_data)
    except Assignment.DoesNotExist:
        raise Http404("No such assignment.") from None
    except actions.DraftConflict as conflict:
        error = Conflict(str(conflict))
        error.extra = {"revision": conflict.stored.revision, "answers": conflict.stored.draft or {}}
        raise error from conflict
    return Response({"revision": saved.revision, "answers": saved.draft})


@extend_schema(
    operation_id="skip",
    request=SkipBody,
    responses={200: TaskBody, 204: OpenApiResponse(description="Skipped; there is nothing more for this person.")},
)
@api_view(["POST"])
def skip(request: Request, slug: str, assignment_id: int) -> Response:
    """Gives the sample back for others and leases the next one."""
    membership = membership_for(request.user, slug)
    body = SkipBody(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        following = actions.skip(
            membership=membership, assignment_id=assignment_id, reason=body.validated_data["reason"]
        )
    except Assignment.DoesNotExist:
        raise Http404("No such assignment.") from None
    except actions.LeaseLost as error:
        raise Conflict(str(error)) from error
    return Response(task_json(following)) if following else Response(status=204)
