"""What somebody has been told: a page, its buttons, and the same for programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.workspace import notices
from projects.workspace.digest import mail_configured
from projects.workspace.http import NewestFirst
from projects.workspace.models import Digest, User
from projects.workspace.notice_models import Notification
from projects.workspace.views import signed_in

PAGE = 50


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """The person's notifications, the newest first. POST marks all as read, or says how often a mail should come."""
    user = signed_in(request)
    if request.method == "POST":
        if request.POST.get("do") == "read":
            notices.mark_read(user=user)
        elif request.POST.get("digest") in Digest.values:
            notices.set_digest(user=user, digest=request.POST["digest"])
            messages.success(request, "Saved.")
        return redirect("notifications")
    mine = Notification.objects.filter(user=user).select_related("project").order_by("-pk")
    context = {
        "page": Paginator(mine, PAGE).get_page(request.GET.get("page")),
        "unread": mine.filter(read_at=None).count(),
        "digests": Digest.choices,
        "mail": mail_configured(),
    }
    return render(request, "workspace/notifications.html", context)


@login_required
@never_cache
@require_GET
def notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Leads to what a notification is about, which is read by that."""
    user = signed_in(request)
    found = Notification.objects.filter(user=user, pk=notification_id).first()
    if found is None:
        return redirect("notifications")
    notices.mark_read(user=user, notification_id=found.pk)
    return redirect(found.address)


class NotificationBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    project = serializers.CharField(source="project.slug", help_text="The project's slug.")
    title = serializers.CharField()
    address = serializers.CharField(help_text="A path of this site.")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NotificationPage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = NotificationBody(many=True)


class ReadRequest(serializers.Serializer[Any]):
    id = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="One notification; without it, all of them."
    )


class ReadBody(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many were not read before.")


@extend_schema(
    methods=["GET"],
    operation_id="list_notifications",
    request=None,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR), OpenApiParameter("page_size", OpenApiTypes.INT)],
    responses={200: NotificationPage},
)
@extend_schema(methods=["POST"], operation_id="read_notifications", request=ReadRequest, responses={200: ReadBody})
@api_view(["GET", "POST"])
def notifications_api(request: Request) -> Response:
    """What you have been told, the newest first. POST marks one notification as read, or all."""
    user = request.user
    assert isinstance(user, User)
    if request.method == "GET":
        pages = NewestFirst()
        rows = pages.paginate_queryset(Notification.objects.filter(user=user).select_related("project"), request)
        return pages.get_paginated_response(NotificationBody(rows, many=True).data)
    body = ReadRequest(data=request.data)
    body.is_valid(raise_exception=True)
    return Response({"read": notices.mark_read(user=user, notification_id=body.validated_data.get("id"))})
