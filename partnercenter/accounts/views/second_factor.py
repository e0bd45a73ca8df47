"""The page in the account menu where staff and ops set up, renew or remove their second factor."""

import base64
from collections.abc import Callable
from typing import cast

import segno
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnercenter.accounts.forms import CodeForm
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Principal
from partnercenter.accounts.services import (
    backup_codes_left,
    begin_second_factor,
    confirm_second_factor,
    must_have_second_factor,
    remove_second_factor,
    renew_backup_codes,
    waiting_device,
)
from partnercenter.accounts.views.sessions import stay_signed_in
from partnercenter.errors import DomainError

TEMPLATE = "accounts/second_factor.html"
DONE = "accounts/backup_codes.html"
_GROUP = 4


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    user = User.objects.get(pk=request.user.pk)  # the request's own is lazy, and no row
    action = ACTIONS.get(request.POST.get("go", "")) if request.method == "POST" else None
    form = CodeForm(request.POST if action and request.POST.get("go") != "begin" else None)
    try:
        if action is not None and (not form.is_bound or form.is_valid()):
            return action(request, user, form.cleaned_data["code"] if form.is_bound else "")
    except DomainError as refusal:
        _say(form, refusal)
    return _page(request, user, form)


def _say(form: CodeForm, refusal: DomainError) -> None:
    if not form.is_bound:
        raise refusal
    for problem in refusal.problems:
        form.add_error(problem.field or None, problem.message)


def _page(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    device = None if user.has_second_factor else waiting_device(user)
    context = {
        "form": form,
        "is_set_up": user.has_second_factor,
        "device": device,
        "is_required": must_have_second_factor(user),
        "codes_left": backup_codes_left(user) if user.has_second_factor else 0,
    }
    if device is not None:
        context |= {"picture": _picture(device), "secret": _spelled(device)}
    return render(request, TEMPLATE, context)


def _begin(request: HttpRequest, user: User, code: str) -> HttpResponse:
    begin_second_factor(by=_principal(request), user=user)
    return redirect("second-factor")


def _confirm(request: HttpRequest, user: User, code: str) -> HttpResponse:
    codes = confirm_second_factor(by=_principal(request), user=user, code=code)
    stay_signed_in(request, user, TOTPDevice.objects.get(user=user))
    return render(request, DONE, {"codes": codes, "is_new": True})


def _renew(request: HttpRequest, user: User, code: str) -> HttpResponse:
    return render(request, DONE, {"codes": renew_backup_codes(by=_principal(request), user=user, code=code)})


def _remove(request: HttpRequest, user: User, code: str) -> HttpResponse:
    remove_second_factor(by=_principal(request), user=user, code=code)
    stay_signed_in(request, user, None)
    return redirect("second-factor")


ACTIONS: dict[str, Callable[[HttpRequest, User, str], HttpResponse]] = {
    "begin": _begin,
    "confirm": _confirm,
    "codes": _renew,
    "remove": _remove,
}


def _principal(request: HttpRequest) -> Principal:
    return cast("Principal", request.principal)  # type: ignore[attr-defined]  # see portal.http


def _picture(device: TOTPDevice) -> SafeString:
    """The QR code: a path with attributes only, for the page allows no style of its own. Dark on light in any theme."""
    code = segno.make(device.config_url, error="m")
    return mark_safe(code.svg_inline(border=3, omitsize=True, light="#fff", title="QR code", svgclass="qr"))  # noqa: S308  made of a QR code


def _spelled(device: TOTPDevice) -> str:
    """The secret for whoever can't scan, in groups that can be typed."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))
