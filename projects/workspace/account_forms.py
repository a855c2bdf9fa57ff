"""django-allauth's forms in the product's words."""

from typing import Any

from allauth.account import forms

ENOUGH = "At least ten characters, and not one that everybody uses."


class _Plain:
    """Labels say what a field is for; nothing is repeated inside it."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in LABELS:
                field.label = LABELS[name]
            if name == "password1":
                field.help_text = ENOUGH
                field.label = "Password" if "username" in self.fields else "New password"


LABELS = {
    "login": "User name or e-mail",
    "username": "User name",
    "email": "E-mail",
    "oldpassword": "Present password",
    "password2": "Password, once more",
}


class LoginForm(_Plain, forms.LoginForm):  # type: ignore[misc]
    pass


class SignupForm(_Plain, forms.SignupForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(_Plain, forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(_Plain, forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(_Plain, forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(_Plain, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(_Plain, forms.ReauthenticateForm):  # type: ignore[misc]
    pass
