"""The sign-in of staff and ops, and the code that comes second."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

from partnercenter.accounts.models import SignInLimit, User
from partnercenter.accounts.services import Subject, TooManyTries, begin_try, forgive, subjects
from partnercenter.addresses import address_of


class LimitedSignIn(AuthenticationForm):
    """Counts tries by account and address before anybody looks whether the password is right."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        tried = self._tried()
        try:
            begin_try(tried)
        except TooManyTries as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        found = super().clean()
        forgive(tried)
        return found

    def _tried(self) -> list[Subject]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return []
        return subjects(SignInLimit.Kind.STAFF, name, address_of(self.request))


class OpsSignInForm(LimitedSignIn, AdminAuthenticationForm):
    """Says no at once to whoever would be turned away on the next page."""

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if not user.is_superuser:
            raise forms.ValidationError(
                self.error_messages["invalid_login"],
                code="invalid_login",
                params={"username": self.username_field.verbose_name},
            )


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="The six digits that your app shows now, or one of your backup codes.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
