"""The device flow: what the device asks, and the page where a person types its code."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from partnercenter.accounts.models import DeviceCode, SignInLimit, User
from partnercenter.accounts.services import TooManyTries, begin_try, forgive, subjects
from partnercenter.accounts.tokens import Version
from partnercenter.accounts.tokens.clients import app_named
from partnercenter.accounts.tokens.devices import (
    LIFETIME,
    POLL_SECONDS,
    answer_device,
    new_device_code,
    waiting_device,
)
from partnercenter.accounts.views.entra import answers_clients, token_request
from partnercenter.accounts.views.sessions import has_second_factor
from partnercenter.addresses import address_of

TEMPLATE = "accounts/device.html"


@answers_clients("POST")
def device_code_v2(request: HttpRequest, tenant: str) -> HttpResponse:
    return JsonResponse({**_started(request, tenant, Version.V2), "verification_uri": _page(request)})


@answers_clients("POST")
def device_code_v1(request: HttpRequest, tenant: str) -> HttpResponse:
    """The same with texts, and another name for the page's address."""
    body = _started(request, tenant, Version.V1)
    return JsonResponse({**{name: str(value) for name, value in body.items()}, "verification_url": _page(request)})


def _started(request: HttpRequest, segment: str, version: Version) -> dict[str, str | int]:
    asked = token_request(request, segment=segment, version=version)
    app = app_named(asked.need("client_id"), where=asked.where)
    device_code, user_code = new_device_code(app=app, segment=segment, wanted=asked.wanted())
    return {
        "user_code": user_code,
        "device_code": device_code,
        "expires_in": int(LIFETIME.total_seconds()),
        "interval": POLL_SECONDS,
        "message": f"To sign in, use a web browser to open the page {_page(request)} and enter the code {user_code} "
        "to authenticate.",
    }


def _page(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("device-sign-in"))


@require_http_methods(["GET", "POST"])
def device_sign_in(request: HttpRequest) -> HttpResponse:
    """Type the code, see which app it is, decide. Ops have no tokens, so they are sent to the admin."""
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    if user.partner_id is None:
        return redirect("admin:index")
    typed = request.POST.get("user_code", "")
    try:
        device = _looked_for(request, user, typed) if typed else None
    except TooManyTries as refusal:
        return render(request, TEMPLATE, {"error": refusal.message}, status=refusal.status)
    decision = request.POST.get("decision", "")
    if device is None:
        error = "That code is not known, has expired or was used already." if request.method == "POST" else ""
        return render(request, TEMPLATE, {"error": error}, status=400 if error else 200)
    if decision not in ("approve", "decline"):
        return render(request, TEMPLATE, {"device": device})
    done = answer_device(device, user=user, approve=decision == "approve", has_mfa=has_second_factor(request))
    return render(request, TEMPLATE, {"done": decision if done else "too_late", "device": device})


def _looked_for(request: HttpRequest, user: User, typed: str) -> DeviceCode | None:
    """Codes are short enough to be guessed at: whoever misses too often waits."""
    tried = subjects(SignInLimit.Kind.DEVICE, str(user.pk), address_of(request))
    begin_try(tried)
    device = waiting_device(typed)
    if device is not None:
        forgive(tried)
    return device
