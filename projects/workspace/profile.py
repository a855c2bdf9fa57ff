"""What people do to their own account: their name, their e-mail address, their key to the API."""

import re
from typing import Final

from allauth.account.models import EmailAddress
from rest_framework.authtoken.models import Token

from projects.workspace.audit import change
from projects.workspace.credentials import new_token
from projects.workspace.models import User

# The screens whose keys can be given others (static/js/keys.js).
KEY_SCREENS: Final = ("label", "bulk", "review")
MOST_KEYS: Final = 30
_ACTION = re.compile(r"[a-z-]{1,20}")


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


def set_keys(*, user: User, screen: str, off: bool, bind: dict[str, str] | None = None) -> None:
    """Keeps which keys the person uses on a screen, or on all (``screen`` empty): ``off`` switches single-key shortcuts
    off, ``bind`` gives actions other keys (None: as they were). Raises ValueError naming what does not fit."""
    if screen and screen not in KEY_SCREENS:
        raise ValueError(f"screen: expected one of {', '.join(KEY_SCREENS)}")
    if bind is not None:
        _check_keys(bind)
    with change(user, None) as log:
        user = User.objects.select_for_update().get(pk=user.pk)
        kept = dict(user.keys)
        for name in (screen,) if screen else KEY_SCREENS:
            chosen = kept.get(name, {}).get("bind", {}) if bind is None else bind
            kept[name] = {"off": off, "bind": chosen}
        kept = {name: chosen for name, chosen in kept.items() if chosen["off"] or chosen["bind"]}
        if kept != user.keys:
            User.objects.filter(pk=user.pk).update(keys=kept)
            log("account.changed", user, changed=["keys"])


def _check_keys(bind: object) -> None:
    if not isinstance(bind, dict) or len(bind) > MOST_KEYS:
        raise ValueError(f"bind: expected an object of at most {MOST_KEYS} actions")
    for action, key in bind.items():
        if not isinstance(action, str) or not _ACTION.fullmatch(action):
            raise ValueError(f"bind.{str(action)[:20]}: no such action")
        if not isinstance(key, str) or len(key) != 1 or not key.isprintable() or key.isspace() or key.isdigit():
            raise ValueError(f"bind.{action}: expected one character that is no digit and no space")


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
