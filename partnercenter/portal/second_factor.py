"""No session goes around the second factor: neither one without its code, nor one of somebody who must set it up."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_otp import DEVICE_ID_SESSION_KEY

from partnercenter.accounts.models import User
from partnercenter.accounts.services import must_have_second_factor
from partnercenter.tenant.http import is_of_tenant

# What somebody reaches who must set it up first.
OPEN = ("second-factor", "sign-out", "theme", "healthz")


class SecondFactorMiddleware:
    """Asks no query but the one for the person, which every page asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = _signed_in(request)
        if user is None:
            return self.get_response(request)
        if user.has_second_factor and DEVICE_ID_SESSION_KEY not in request.session:
            logout(request)
        elif not user.has_second_factor and must_have_second_factor(user) and request.path not in _open():
            return _to_set_up(request)
        return self.get_response(request)


def _signed_in(request: HttpRequest) -> User | None:
    """Nobody is looked up for a request without the cookie, or on the customer's side."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or is_of_tenant(request):
        return None
    return request.user if isinstance(request.user, User) else None


def _open() -> set[str]:
    return {reverse(name) for name in OPEN}


def _to_set_up(request: HttpRequest) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by django-htmx
        return HttpResponseClientRedirect(reverse("second-factor"))
    return redirect("second-factor")
