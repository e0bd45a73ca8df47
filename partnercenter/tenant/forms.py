"""The sign-in of a customer's user."""

from typing import Any, ClassVar

from django import forms

from customers.models import CustomerUser
from customers.queries import user_with_password
from partnercenter.accounts.models import SignInLimit
from partnercenter.accounts.services import TooManyTries, begin_try, forgive, subjects


class SignInForm(forms.Form):
    """`person` is who signed in, once the form is valid."""

    error_messages: ClassVar = {
        "unknown": "No account of a customer has this user principal name and password. Mind capital letters. Staff of "
        "a partner sign in to Partner Center instead.",
        "blocked": "Sign-in is blocked for this account. An administrator of your organization can unblock it.",
    }

    username = forms.CharField(
        label="User principal name",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        max_length=256, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    person: CustomerUser | None = None
    address = ""  # from where the form was sent

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return self.cleaned_data
        tried = subjects(SignInLimit.Kind.TENANT, name, self.address)
        try:
            begin_try(tried)
        except TooManyTries as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        person = user_with_password(name, password)
        if person is not None:
            forgive(tried)
        if person is None or person.sign_in_blocked:
            kind = "unknown" if person is None else "blocked"
            raise forms.ValidationError(self.error_messages[kind], code=kind)
        self.person = person
        return self.cleaned_data
