"""What lets a person in: the link with which a password is chosen, and tokens for the API."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from rest_framework.authtoken.models import Token

from projects.workspace.models import User


def password_link(user: User) -> str:
    """The address at which this person, and nobody without it, chooses a password; it works once."""
    uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    return f"{settings.SITE_URL}{path}"


def new_token(user: User) -> str:
    """A fresh token for the API; the one before stops working."""
    Token.objects.filter(user=user).delete()
    return str(Token.objects.create(user=user).key)
