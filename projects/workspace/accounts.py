"""Sign-in rules for django-allauth: nobody signs up without an invitation, and signing up accepts it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from projects.workspace import invitations
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.models import Invitation, User

# The session's key for the hash of the link that was opened in it.
INVITATION = "invitation"
JOINED = "joined"


def opened_invitation(request: HttpRequest) -> Invitation | None:
    """The invitation whose link was opened in this session, while it can be used."""
    sha256 = request.session.get(INVITATION)
    invitation = invitations.find(sha256) if sha256 else None
    return invitation if invitation and invitation.is_open else None


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open only in a session that has opened the link of an invitation that can still be used."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        **dict.fromkeys(
            ("email_password_mismatch", "username_password_mismatch"),
            "The user name, the address or the password is not correct.",
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        request.invitation = opened_invitation(request)  # type: ignore[attr-defined]
        return request.invitation is not None  # type: ignore[attr-defined]

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The account and the membership come into being together, or neither does."""
        invitation = opened_invitation(request)
        try:
            if invitation is None:
                raise Refused("This invitation can't be used any more.")
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit=True)
                invitations.accept(user=saved, invitation=invitation)
        except Refused as refusal:
            messages.error(request, f"{refusal} No account was made; ask for a new link.")
            raise ImmediateHttpResponse(redirect("account_signup")) from refusal
        request.session.pop(INVITATION, None)
        request.session[JOINED] = invitation.project.slug
        return saved

    def set_password(self, user: User, password: str) -> None:
        """However it comes about (chosen, changed, reset), the audit log says that it did."""
        with change(user, None) as log:
            super().set_password(user, password)
            log("account.password_set", user)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        slug = request.session.pop(JOINED, "")
        return reverse("project", args=[slug]) if slug else reverse("home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("me")


def display_name(user: User) -> str:
    return str(user)
