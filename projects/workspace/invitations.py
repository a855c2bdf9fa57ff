"""Invitations: a link that makes whoever accepts it first a member. Only the link's hash is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from projects.workspace.actions import Refused, set_member
from projects.workspace.audit import change
from projects.workspace.models import Invitation, Membership, Project, Role, User


def token_sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(sha256: str) -> Invitation | None:
    """The invitation whose link has this hash."""
    return Invitation.objects.select_related("project", "created_by").filter(token_sha256=sha256).first()


def invite(*, actor: User, project: Project, role: str, email: str = "") -> tuple[Invitation, str]:
    """Makes an invitation. Returns it and its token, which can't be had again."""
    role, token = Role(role), secrets.token_urlsafe(32)
    with change(actor, project) as log:
        invitation = Invitation.objects.create(
            project=project,
            role=role,
            email=email,
            token_sha256=token_sha256(token),
            created_by=actor,
            expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
        )
        log("invitation.created", invitation, role=role.value)
    return invitation, token


def revoke(*, actor: User, invitation: Invitation) -> bool:
    """Makes the link useless; True if it was still open."""
    with change(actor, invitation.project) as log:
        open_still = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        revoked = open_still.update(revoked_at=timezone.now())
        if revoked:
            log("invitation.revoked", invitation)
    return bool(revoked)


def accept(*, user: User, invitation: Invitation) -> Membership:
    """Makes the person a member. Of several who try at once exactly one does; the others get Refused.

    Somebody who is a member already stays what they are, and the link stays open for another.
    """
    project = invitation.project
    with change(user, project) as log:
        Project.objects.select_for_update().get(pk=project.pk)
        mine = Membership.objects.filter(project=project, user=user).first()
        if mine is not None:
            return mine
        now = timezone.now()
        free = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now)
        if not free.update(accepted_by=user, accepted_at=now):
            raise Refused("This invitation can't be used any more: it was used, taken back, or its time is over.")
        log("invitation.accepted", invitation, role=invitation.role)
        return set_member(actor=user, project=project, user=user, role=invitation.role)
