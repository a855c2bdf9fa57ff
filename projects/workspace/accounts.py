"""Sign-in rules for django-allauth: nobody signs up without an invitation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from projects.workspace.models import User

INVITATION = "invitation"


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open only in a session that has opened an invitation's link."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return INVITATION in request.session


def display_name(user: User) -> str:
    return str(user)
