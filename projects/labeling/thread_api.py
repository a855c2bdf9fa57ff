"""Comments for programs."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.labeling import threads
from projects.labeling.thread_views import do_to
from projects.samples import comments
from projects.samples.comment_models import Comment
from projects.samples.models import Sample
from projects.workspace.access import DECIDERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.models import Membership, Role


class CommentRequest(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=comments.LONGEST, help_text="Markdown; @name mentions a member.")
    client_id = serializers.UUIDField(help_text="Made by the client: the same comment sent twice is one.")
    parent = serializers.IntegerField(  # type: ignore[assignment]
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1, help_text="The comment that this answers."
    )
    question = serializers.BooleanField(default=False, help_text="It waits for an answer.")


class ChangeRequest(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=comments.LONGEST, required=False)
    resolved = serializers.BooleanField(required=False, help_text="Of a question: whether it is settled.")


class CommentBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]
    author = serializers.CharField(help_text="A name, or what stands for it where the policy keeps names back.")
    mine = serializers.BooleanField()
    text = serializers.CharField(allow_blank=True, help_text="Empty where it was removed.")
    question = serializers.BooleanField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    removed_at = serializers.DateTimeField(allow_null=True)


@extend_schema(methods=["GET"], operation_id="list_comments", request=None, responses={200: CommentBody(many=True)})
@extend_schema(methods=["POST"], operation_id="add_comment", request=CommentRequest, responses={201: CommentBody})
@api_view(["GET", "POST"])
def sample_comments(request: Request, slug: str, key: str) -> Response:
    """The comments on a sample: all for owners and reviewers, for annotators those of threads that they take part in.
    POST begins a thread, or answers in one. An annotator begins threads about samples that were given to them."""
    membership = membership_for(request.user, slug)
    sample = threads.sample_for(membership, key)
    if request.method == "GET":
        return Response(_bodies(membership, sample))
    body = CommentRequest(data=request.data)
    body.is_valid(raise_exception=True)
    data = body.validated_data
    try:
        made = _add(membership, sample, data)
    except comments.ClientIdReused as error:
        raise Conflict(str(error)) from error
    except Refused as error:
        raise ValidationError({"text": [str(error)]}) from error
    return Response(_body(membership, sample, made.pk), status=201)


@extend_schema(methods=["PATCH"], operation_id="change_comment", request=ChangeRequest, responses={200: CommentBody})
@extend_schema(methods=["DELETE"], operation_id="remove_comment", request=None, responses={204: None})
@api_view(["PATCH", "DELETE"])
def comment(request: Request, slug: str, comment_id: int) -> Response:
    """Changes the text of one's own comment while it is new, or says whether a question is settled. DELETE takes the
    text away: one's own, or as an owner anybody's."""
    membership = membership_for(request.user, slug)
    found = get_or_404(_readable(membership), "comment", pk=comment_id)
    sample = threads.sample_for(membership, found.sample.key)
    try:
        if request.method == "DELETE":
            do_to(membership, found, "remove")
            return Response(status=204)
        body = ChangeRequest(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        if "text" in data:
            do_to(membership, found, "edit", data["text"])
        if "resolved" in data:
            do_to(membership, found, "settle" if data["resolved"] else "reopen")
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response(_body(membership, sample, found.pk))


def _add(membership: Membership, sample: Sample, data: dict[str, Any]) -> Comment:
    if data.get("parent"):
        parent = _readable(membership).filter(sample=sample, pk=data["parent"]).first()
        if parent is None:
            raise Refused("parent: no such comment on this sample.")
        return comments.answer(membership=membership, parent=parent, text=data["text"], client_id=data["client_id"])
    if membership.role == Role.ANNOTATOR and not threads.is_given(membership, sample):
        raise Http404("No such sample.")
    return comments.begin(
        membership=membership,
        sample=sample,
        text=data["text"],
        client_id=data["client_id"],
        question=data["question"],
    )


def _readable(membership: Membership) -> QuerySet[Comment]:
    found = Comment.objects.filter(project=membership.project).select_related("sample", "parent", "author")
    return found if membership.role in DECIDERS else found.filter(annotator=membership.user)


def _bodies(membership: Membership, sample: Sample) -> list[dict[str, Any]]:
    mine = membership.role == Role.ANNOTATOR
    found = threads.threads(membership, sample, mine=mine)
    return [_as_json(said) for thread in found for said in (thread.first, *thread.answers)]


def _body(membership: Membership, sample: Sample, pk: int) -> dict[str, Any]:
    return next(body for body in _bodies(membership, sample) if body["id"] == pk)


def _as_json(said: threads.Said) -> dict[str, Any]:
    comment = said.comment
    body = {"id": comment.pk, "parent": comment.parent_id, "author": said.name, "mine": said.mine}
    times = {name: getattr(comment, name) for name in ("resolved_at", "created_at", "edited_at", "removed_at")}
    shown = {name: value.isoformat() if value else None for name, value in times.items()}
    return {**body, "text": comment.text, "question": comment.question, **shown}
