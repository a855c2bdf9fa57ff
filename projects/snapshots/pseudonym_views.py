"""The key of pseudonyms: rotated, and who is who told to an owner; a page and the same for programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from projects.labeling.models import Annotation
from projects.review.models import Adjudication
from projects.snapshots import pseudonyms
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.models import Membership, Project, User


@login_required
@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Which key is in use, for which versions earlier ones were, and the dialog that rotates it."""
    return _page(request, membership_for(request.user, slug, OWNERS))


@login_required
@require_POST
def rotate(request: HttpRequest, slug: str) -> HttpResponse:
    """Ends the key that the dialog was about."""
    membership = membership_for(request.user, slug, OWNERS)
    given = request.POST.get("epoch", "")
    epoch = int(given) if given.isdecimal() and len(given) < 9 else 0
    try:
        new = pseudonyms.rotate(actor=membership.user, project=membership.project, epoch=epoch)
        messages.success(request, f"Versions from now on have other pseudonyms: epoch {new}.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("pseudonyms", slug)


@login_required
@require_POST
def tell(request: HttpRequest, slug: str) -> HttpResponse:
    """The pseudonyms of one person."""
    membership = membership_for(request.user, slug, OWNERS)
    person = get_or_404(
        people(membership.project), "person", username=request.POST.get("person", "").replace("\x00", "")
    )
    named = pseudonyms.names_of(actor=membership.user, project=membership.project, person=person)
    return _page(request, membership, person=person, named=named)


def _page(request: HttpRequest, membership: Membership, **more: Any) -> HttpResponse:
    project = Project.objects.get(pk=membership.project.pk)
    context = {
        "project": project,
        "membership": membership,
        "epochs": pseudonyms.epochs(project),
        "people": people(project),
    }
    return render(request, "snapshots/pseudonyms.html", context | more)


def people(project: Project) -> QuerySet[User]:
    """Those whose pseudonyms versions can hold."""
    answered = Annotation.objects.filter(project=project).order_by().values("annotator")
    decided = Adjudication.objects.filter(project=project, reviewer__isnull=False).order_by().values("reviewer")
    return User.objects.filter(pk__in=answered.union(decided)).order_by("username")


class EpochBody(serializers.Serializer[Any]):
    epoch = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class NamedBody(EpochBody):
    pseudonym = serializers.CharField()
    first = serializers.IntegerField(allow_null=True, help_text="The first version made under this key.")
    last = serializers.IntegerField(allow_null=True)


@extend_schema(methods=["GET"], operation_id="pseudonym_epoch", request=None, responses={200: EpochBody})
@extend_schema(methods=["POST"], operation_id="rotate_pseudonyms", request=EpochBody, responses={201: EpochBody})
@api_view(["GET", "POST"])
def epoch_api(request: Request, slug: str) -> Response:
    """The epoch that new versions' pseudonyms are of; POST ends the named one. 409 where it has ended."""
    membership = membership_for(request.user, slug, OWNERS)
    if request.method == "GET":
        return Response({"epoch": membership.project.pseudonym_epoch})
    body = EpochBody(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        new = pseudonyms.rotate(actor=membership.user, project=membership.project, epoch=body.validated_data["epoch"])
    except Refused as error:
        raise Conflict(str(error)) from error
    return Response({"epoch": new}, status=201)


@extend_schema(operation_id="pseudonyms_of", request=None, responses={200: NamedBody(many=True)})
@api_view(["POST"])
def names_api(request: Request, slug: str, username: str) -> Response:
    """What a person is called in which versions. The audit log keeps that you asked."""
    membership = membership_for(request.user, slug, OWNERS)
    person = get_or_404(people(membership.project), "person", username=username.replace("\x00", ""))
    named = pseudonyms.names_of(actor=membership.user, project=membership.project, person=person)
    return Response([each._asdict() for each in named])
