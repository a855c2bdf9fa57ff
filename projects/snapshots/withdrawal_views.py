"""What was withdrawn and which versions hold it, what is behind the dialogs, and the same for programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.provenance.actions import end_consent
from projects.provenance.models import Consent, ConsentState, Creator
from projects.samples.models import Sample
from projects.snapshots import withdrawal
from projects.snapshots.downloads import of_withdrawal
from projects.snapshots.models import Tombstone, Withdrawal
from projects.snapshots.queries import find
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict, NewestFirst
from projects.workspace.models import Project
from projects.workspace.repeatable import repeatable

PAGE = 50
MAX_SHOWN_DOWNLOADS = 20


@login_required
@require_http_methods(["GET", "POST"])
def withdrawals(request: HttpRequest, slug: str) -> HttpResponse:
    """Every sample that was withdrawn, with the versions that hold it; POST withdraws."""
    membership = membership_for(request.user, slug, OWNERS)
    project = membership.project
    if request.method == "POST":
        samples, subject, back = _chosen(project, request)
        reason = _text(request, "reason")
        try:
            if "consent" in request.POST and reason:
                _end(membership.user, project, request)
            done = withdrawal.withdraw(
                actor=membership.user, project=project, samples=samples, reason=reason, subject=subject
            )
            messages.success(request, done.sentence())
        except Refused as error:
            messages.error(request, str(error))
        return redirect(*back)
    page = Paginator(stones(project), PAGE).get_page(request.GET.get("page"))
    acts = Withdrawal.objects.filter(pk__in={stone.withdrawal_id for stone in page}).select_related("created_by")
    left = Count("tombstones", filter=Q(tombstones__erased_at=None))
    context = {
        "project": project,
        "membership": membership,
        "page": page,
        "acts": [(act, of_withdrawal(act)[:MAX_SHOWN_DOWNLOADS]) for act in acts.annotate(left=left).order_by("-pk")],
    }
    return render(request, "snapshots/withdrawals.html", context)


def _chosen(project: Project, request: HttpRequest) -> tuple[QuerySet[Sample], str, tuple[str, ...]]:
    """The samples that the dialog was about, whose they are in words, and the page that it was on."""
    samples = Sample.objects.filter(project=project)
    if "creator" in request.POST:
        creator = get_or_404(Creator.objects.filter(project=project), "creator", pk=_number(request, "creator"))
        return samples.filter(provenance__creator=creator), f"creator {creator.name}", ("creators", project.slug)
    if "consent" in request.POST:
        consent = get_or_404(Consent.objects.filter(project=project), "consent", pk=_number(request, "consent"))
        return samples.filter(provenance__consent=consent), f"consent {consent}", ("consents", project.slug)
    sample = get_or_404(samples, "sample", key=_text(request, "sample"))
    return samples.filter(pk=sample.pk), "", ("sample", project.slug, sample.key)


def _end(actor: Any, project: Project, request: HttpRequest) -> None:
    consent = Consent.objects.get(project=project, pk=_number(request, "consent"))
    if consent.state == ConsentState.GIVEN:
        end_consent(actor=actor, project=project, consent=consent, note=_text(request, "reason")[:2000])


@login_required
@require_POST
def acknowledge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An owner needs a superseded version nevertheless."""
    membership = membership_for(request.user, slug, OWNERS)
    snapshot = find(membership.project, number, gone=True)
    try:
        withdrawal.acknowledge(actor=membership.user, snapshot=snapshot, reason=_text(request, "reason"))
        messages.success(request, "Noted in the audit log. You may download this version now.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("snapshot", slug, number)


def stones(project: Project) -> QuerySet[Tombstone]:
    """The project's tombstones, newest first, with what a page or a program tells of them."""
    found = Tombstone.objects.filter(withdrawal__project=project).order_by("-pk")
    return found.select_related("withdrawal__created_by").prefetch_related("versions")


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


class WithdrawalRequest(serializers.Serializer[Any]):
    samples = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=10_000)
    creator = serializers.CharField(max_length=200, required=False)
    consent = serializers.CharField(max_length=200, required=False)
    reason = serializers.CharField(max_length=withdrawal.LONGEST_REASON)


class SuccessorBody(serializers.Serializer[Any]):
    snapshot = serializers.IntegerField()
    job = serializers.IntegerField()


class WithdrawalDone(serializers.Serializer[Any]):
    withdrawal = serializers.IntegerField()
    samples = serializers.IntegerField()
    superseded = serializers.ListField(child=serializers.IntegerField())
    successors = SuccessorBody(many=True)


class MediaErasure(serializers.Serializer[Any]):
    """The media files of the whole withdrawal that nothing else used."""

    files = serializers.IntegerField(source="media_files")
    bytes = serializers.IntegerField(source="media_bytes")
    done_at = serializers.DateTimeField(source="media_done_at", allow_null=True)


class TombstoneBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    content_hash = serializers.CharField(source="content_sha256")
    versions = serializers.SerializerMethodField()
    withdrawn_at = serializers.DateTimeField(source="withdrawal.created_at")
    reason = serializers.CharField(source="withdrawal.reason")
    withdrawal = serializers.IntegerField(source="withdrawal_id")
    erased_at = serializers.DateTimeField(allow_null=True, help_text="When its content was erased for good.")
    media = MediaErasure(source="withdrawal")

    def get_versions(self, stone: Tombstone) -> list[int]:
        return sorted(version.number for version in stone.versions.all())


class TombstonePage(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = TombstoneBody(many=True)


@extend_schema(
    methods=["GET"],
    operation_id="list_withdrawals",
    request=None,
    parameters=[OpenApiParameter("cursor", OpenApiTypes.STR), OpenApiParameter("page_size", OpenApiTypes.INT)],
    responses={200: TombstonePage},
)
@extend_schema(methods=["POST"], operation_id="withdraw", request=WithdrawalRequest, responses={201: WithdrawalDone})
@api_view(["GET", "POST"])
@repeatable
def withdrawals_api(request: Request, slug: str) -> Response:
    """Lists what was withdrawn, newest first, or withdraws: the named samples, or all of one creator or consent."""
    membership = membership_for(request.user, slug, OWNERS)
    project = membership.project
    if request.method == "GET":
        paginator = NewestFirst()
        page = paginator.paginate_queryset(stones(project), request)
        return paginator.get_paginated_response(TombstoneBody(page, many=True).data)
    body = WithdrawalRequest(data=request.data)
    body.is_valid(raise_exception=True)
    samples, subject = _named(project, body.validated_data)
    reason = body.validated_data["reason"]
    try:
        done = withdrawal.withdraw(
            actor=membership.user, project=project, samples=samples, reason=reason, subject=subject
        )
    except Refused as error:
        raise Conflict(str(error)) from error
    reply = {
        "withdrawal": done.withdrawal.pk,
        "samples": done.withdrawal.samples,
        "superseded": sorted(version.number for version in done.superseded),
        "successors": [{"snapshot": each.number, "job": each.job_id} for each in done.successors],
    }
    return Response(reply, status=201)


def _named(project: Project, data: dict[str, Any]) -> tuple[QuerySet[Sample], str]:
    given = [name for name in ("samples", "creator", "consent") if name in data]
    if len(given) != 1:
        raise ValidationError({"samples": ["expected exactly one of samples, creator and consent"]})
    found = Sample.objects.filter(project=project)
    if given == ["samples"]:
        keys = set(data["samples"])
        missing = sorted(keys - set(found.filter(key__in=keys).values_list("key", flat=True)))
        if missing:
            raise ValidationError({"samples": [f"no such sample: {', '.join(missing[:10])}"]})
        return found.filter(key__in=keys), ""
    name = data[given[0]]
    if given == ["creator"]:
        return found.filter(provenance__creator__name=name), f"creator {name}"
    return found.filter(provenance__consent__reference=name), f"consent {name}"


class AcknowledgementBody(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=withdrawal.LONGEST_REASON)


@extend_schema(operation_id="acknowledge_superseded", request=AcknowledgementBody, responses={201: AcknowledgementBody})
@api_view(["POST"])
def acknowledge_api(request: Request, slug: str, number: int) -> Response:
    """Lets you fetch a superseded version; the audit log has your reason."""
    membership = membership_for(request.user, slug, OWNERS)
    snapshot = find(membership.project, number, gone=True)
    body = AcknowledgementBody(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        made = withdrawal.acknowledge(actor=membership.user, snapshot=snapshot, reason=body.validated_data["reason"])
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response({"reason": made.reason}, status=201)
