"""Pages about people: a project's members, an invitation's link, and the person's own account."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from rest_framework.authtoken.models import Token

from projects.workspace import actions, invitations, profile
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.accounts import INVITATION
from projects.workspace.forms import InviteForm, ProfileForm
from projects.workspace.models import Invitation, Membership, Role, User
from projects.workspace.views import UNFIT, signed_in

GONE = 410


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in the project, and who is invited. A new invitation's link is in the answer to its POST, nowhere else."""
    membership = membership_for(request.user, slug, OWNERS)
    project, link, made = membership.project, "", None
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made, token = invitations.invite(actor=membership.user, project=project, **form.cleaned_data)
        link = request.build_absolute_uri(reverse("invitation", args=[token]))
        form = InviteForm()
    pending = project.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    context = {
        "project": project,
        "membership": membership,
        "members": project.memberships.select_related("user").order_by("joined_at", "pk"),
        "pending": pending.select_related("created_by"),
        "roles": Role.choices,
        "form": form,
        "link": link,
        "made": made,
    }
    return render(request, "workspace/members.html", context, status=UNFIT if form.errors else 200)


@login_required
@require_POST
def member(request: HttpRequest, slug: str, user_id: int) -> HttpResponse:
    """Changes a member's role, or ends the membership."""
    membership = membership_for(request.user, slug, OWNERS)
    person = get_or_404(Membership.objects.select_related("user"), "member", project=membership.project, user=user_id)
    role = request.POST.get("role", "")
    if role not in (*Role.values, "remove"):
        raise Http404("No such role.")
    try:
        if role == "remove":
            actions.remove_member(actor=membership.user, project=membership.project, user=person.user)
            messages.success(request, f"{person.user} is no longer in the project.")
        else:
            actions.set_member(actor=membership.user, project=membership.project, user=person.user, role=role)
            messages.success(request, f"{person.user} is {Role(role).label.lower()} now.")
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("members", slug)
    if person.user == membership.user and role != Role.OWNER:  # they have just closed this page for themselves
        return redirect("home") if role == "remove" else redirect("project", slug)
    return redirect("members", slug)


@login_required
@require_POST
def invitation_revoke(request: HttpRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Makes an invitation's link useless."""
    membership = membership_for(request.user, slug, OWNERS)
    found = get_or_404(Invitation.objects.all(), "invitation", project=membership.project, pk=invitation_id)
    if invitations.revoke(actor=membership.user, invitation=found):
        messages.success(request, "The link is useless now.")
    else:
        messages.info(request, "The invitation was used or taken back already.")
    return redirect("members", slug)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation's link: with one click for who is signed in, else by signing up or in."""
    sha256 = invitations.token_sha256(token)
    found = invitations.find(sha256)
    if found is None:
        raise Http404("No such invitation.")
    user = request.user if isinstance(request.user, User) else None
    if user and Membership.objects.filter(project=found.project, user=user).exists():
        messages.info(request, "You are a member of this project.")
        return redirect("project", found.project.slug)
    problem = "" if found.is_open else why_closed(found)
    if request.method == "POST" and user and not problem:
        try:
            invitations.accept(user=user, invitation=found)
            return redirect("project", found.project.slug)
        except actions.Refused as refusal:
            problem = str(refusal)
    if not user and not problem:
        request.session[INVITATION] = sha256
    context = {"invitation": found, "problem": problem}
    return render(request, "workspace/invitation.html", context, status=GONE if problem else 200)


def why_closed(invitation: Invitation) -> str:
    if invitation.accepted_at:
        return "Somebody has used this invitation already. Each link is for one person."
    if invitation.revoked_at:
        return "This invitation was taken back."
    return "This invitation's time is over."


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """The person's own account."""
    user = signed_in(request)
    form = ProfileForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        profile.update_profile(user=user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("me")
    return my_page(request, user, form)


@login_required
@never_cache
@require_POST
def my_token(request: HttpRequest) -> HttpResponse:
    """A new key to the API, shown in this answer only; or the end of the present one."""
    user = signed_in(request)
    if request.POST.get("do") == "revoke":
        if profile.revoke_token(user=user):
            messages.success(request, "The token has ended.")
        return redirect("me")
    return my_page(request, user, ProfileForm(user), key=profile.renew_token(user=user))


@login_required
@never_cache
@require_POST
def my_keys(request: HttpRequest) -> HttpResponse:
    """Keeps the keys that the person uses. The screens' help sends one screen's, and gets no page; a form of the
    account's page switches all of them, or sets them back."""
    user, screen = signed_in(request), request.POST.get("screen", "")
    try:
        bind = json.loads(request.POST.get("bind", "null")) if request.POST.get("do") != "reset" else {}
        profile.set_keys(user=user, screen=screen, off=bool(request.POST.get("off")), bind=bind)
    except ValueError as error:
        return JsonResponse({"detail": str(error)}, status=400)
    if screen:
        return HttpResponse(status=204)
    messages.success(request, "Saved.")
    return redirect("me")


def my_page(request: HttpRequest, user: User, form: ProfileForm, key: str = "") -> HttpResponse:
    context = {
        "form": form,
        "key": key,
        "keys_off": any(each["off"] for each in user.keys.values()),
        "keys_changed": sum(len(each["bind"]) for each in user.keys.values()),
        "token": Token.objects.filter(user=user).first(),
        "memberships": user.memberships.select_related("project").order_by("project__name", "pk"),
    }
    return render(request, "workspace/me.html", context, status=UNFIT if form.errors else 200)
