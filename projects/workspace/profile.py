"""What people do to their own account: their name, their e-mail address, their key to the API."""

from allauth.account.models import EmailAddress
from rest_framework.authtoken.models import Token

from projects.workspace.audit import change
from projects.workspace.credentials import new_token
from projects.workspace.models import User


def update_profile(*, user: User, name: str, email: str) -> None:
    """Names the person for others, and replaces their address."""
    with change(user, None) as log:
        user = User.objects.select_for_update().get(pk=user.pk)
        changed = []
        if name != user.get_full_name():
            user.first_name, user.last_name = name, ""
            changed.append("name")
        if email != user.email:
            user.email = email
            # allauth looks people up in its own table.
            EmailAddress.objects.filter(user=user).delete()
            if email:
                EmailAddress.objects.create(user=user, email=email, primary=True)
            changed.append("email")
        if changed:
            user.save(update_fields=["first_name", "last_name", "email"])
            log("account.changed", user, changed=changed)


def renew_token(*, user: User) -> str:
    """A new key to the API; an earlier one stops working. The key is shown to its owner this once."""
    with change(user, None) as log:
        User.objects.select_for_update().get(pk=user.pk)
        before = Token.objects.filter(user=user).exists()
        key = new_token(user)
        log("token.renewed" if before else "token.created", user)
    return key


def revoke_token(*, user: User) -> bool:
    """Ends the key to the API; True if there was one."""
    with change(user, None) as log:
        ended, _ = Token.objects.filter(user=user).delete()
        if ended:
            log("token.revoked", user)
    return bool(ended)
