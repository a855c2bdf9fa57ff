"""Webhooks for programs."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.workspace import webhooks
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict, NewestFirst
from projects.workspace.notice_models import Delivery, DeliveryState, WebhookState
from projects.workspace.outbox import NAMES
from projects.workspace.repeatable import repeatable
from projects.workspace.webhook_views import delivery_of, find


class WebhookRequest(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500, help_text="Where events are sent by POST.")
    events = serializers.ListField(child=serializers.ChoiceField(choices=NAMES), allow_empty=False)


class WebhookBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=WebhookState.choices)
    failures = serializers.IntegerField(help_text="In a row.")
    created_at = serializers.DateTimeField()


class NewWebhookBody(WebhookBody):
    secret = serializers.CharField(help_text="Told only now: what requests are signed with.")


class WebhookChange(serializers.Serializer[Any]):
    on = serializers.BooleanField()


class DeliveryBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event = serializers.CharField()
    message_id = serializers.CharField(help_text="The header webhook-id, the same for every attempt.")
    body = serializers.CharField(help_text="What was signed, byte for byte.")
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="HTTP status of the last answer.")
    error = serializers.CharField(allow_blank=True)
    next_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)


class DeliveryPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = DeliveryBody(many=True)


@extend_schema(methods=["GET"], operation_id="list_webhooks", request=None, responses={200: WebhookBody(many=True)})
@extend_schema(methods=["POST"], operation_id="add_webhook", request=WebhookRequest, responses={201: NewWebhookBody})
@api_view(["GET", "POST"])
@repeatable
def webhook_list(request: Request, slug: str) -> Response:
    """Lists the project's webhooks, or registers one: its secret is told in this answer only. 409 with the reason where
    the address can't be one."""
    membership = membership_for(request.user, slug, OWNERS)
    if request.method == "GET":
        return Response(WebhookBody(find(membership.project), many=True).data)
    body = WebhookRequest(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        made, secret = webhooks.add_webhook(actor=membership.user, project=membership.project, **body.validated_data)
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response({**WebhookBody(made).data, "secret": secret}, status=201)


@extend_schema(methods=["GET"], operation_id="webhook", request=None, responses={200: WebhookBody})
@extend_schema(methods=["PATCH"], operation_id="switch_webhook", request=WebhookChange, responses={200: WebhookBody})
@extend_schema(methods=["DELETE"], operation_id="remove_webhook", request=None, responses={204: None})
@api_view(["GET", "PATCH", "DELETE"])
def webhook_one(request: Request, slug: str, webhook_id: int) -> Response:
    """One webhook. PATCH switches it on or off; DELETE removes it and its log."""
    membership = membership_for(request.user, slug, OWNERS)
    found = get_or_404(find(membership.project), "webhook", pk=webhook_id)
    if request.method == "DELETE":
        webhooks.remove_webhook(actor=membership.user, webhook=found)
        return Response(status=204)
    if request.method == "PATCH":
        body = WebhookChange(data=request.data)
        body.is_valid(raise_exception=True)
        webhooks.switch(actor=membership.user, webhook=found, on=body.validated_data["on"])
        found.refresh_from_db()
    return Response(WebhookBody(found).data)


@extend_schema(
    methods=["GET"],
    operation_id="list_deliveries",
    request=None,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR), OpenApiParameter("page_size", OpenApiTypes.INT)],
    responses={200: DeliveryPage},
)
@extend_schema(methods=["POST"], operation_id="test_webhook", request=None, responses={202: DeliveryBody})
@api_view(["GET", "POST"])
def delivery_list(request: Request, slug: str, webhook_id: int) -> Response:
    """What was sent to a webhook, the newest first. POST sends a test."""
    membership = membership_for(request.user, slug, OWNERS)
    found = get_or_404(find(membership.project), "webhook", pk=webhook_id)
    if request.method == "POST":
        return Response(DeliveryBody(webhooks.send_test(actor=membership.user, webhook=found)).data, status=202)
    pages = NewestFirst()
    rows = pages.paginate_queryset(Delivery.objects.filter(webhook=found), request)
    return pages.get_paginated_response(DeliveryBody(rows, many=True).data)


@extend_schema(operation_id="send_delivery_again", request=None, responses={202: DeliveryBody})
@api_view(["POST"])
def delivery_resend(request: Request, slug: str, webhook_id: int, delivery_id: int) -> Response:
    """Sends an entry of the log again, under the same id. 409 where the webhook is switched off."""
    membership = membership_for(request.user, slug, OWNERS)
    delivery = delivery_of(membership.project, webhook_id, delivery_id)
    try:
        webhooks.send_again(actor=membership.user, delivery=delivery)
    except Refused as error:
        raise Conflict(str(error)) from error
    delivery.refresh_from_db()
    return Response(DeliveryBody(delivery).data, status=202)
