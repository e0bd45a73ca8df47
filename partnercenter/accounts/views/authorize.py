"""The authorize endpoint: a browser comes from an app, a person signs in, and it goes back with a code."""

from collections.abc import Mapping

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partnercenter.accounts.models import User
from partnercenter.accounts.tokens import TokenRefused, Version, tenant_named
from partnercenter.accounts.tokens.codes import check_challenge, new_code
from partnercenter.accounts.tokens.redirects import ReplyAddress, reply_address
from partnercenter.accounts.tokens.requests import TokenRequest
from partnercenter.accounts.tokens.resources import Wanted, granted_scopes
from partnercenter.accounts.tokens.subjects import subject_at
from partnercenter.accounts.views.csp import allow_form_to_lead_to
from partnercenter.accounts.views.entra import refusal_body
from partnercenter.accounts.views.sessions import has_second_factor

ASKS_THE_PERSON = ("login", "select_account", "consent")


class BackToApp(HttpResponseRedirectBase):
    """To an address that the app registered, whatever its scheme."""

    status_code = 302

    def __init__(self, reply: ReplyAddress, address: str) -> None:
        self.allowed_schemes = [reply.uri.partition(":")[0]]
        super().__init__(address)


@never_cache
@require_http_methods(["GET", "POST"])
def authorize_v2(request: HttpRequest, tenant: str) -> HttpResponse:
    return _authorize(request, tenant, Version.V2)


@never_cache
@require_http_methods(["GET", "POST"])
def authorize_v1(request: HttpRequest, tenant: str) -> HttpResponse:
    return _authorize(request, tenant, Version.V1)


def _authorize(request: HttpRequest, segment: str, version: Version) -> HttpResponse:
    """What is wrong with app or address is said on a page of ours; all else is told to the app."""
    asked = {name: str(value).replace("\x00", "") for name, value in request.GET.dict().items()}
    try:
        tenant = tenant_named(segment)
        where = tenant.name if tenant else segment
        reply = reply_address(asked, where=where)
        asking = TokenRequest(version=version, tenant=tenant, segment=segment, fields=asked)
        try:
            wanted = _checked(asking, reply)
        except TokenRefused as refusal:
            return _send_back(request, reply, _told(request, refusal))
        return _with_person(request, asking, reply, wanted)
    except TokenRefused as refusal:
        return render(request, "accounts/refused.html", {"refusal": refusal_body(request, refusal)}, status=400)


def _checked(asking: TokenRequest, reply: ReplyAddress) -> Wanted:
    response_type = asking.fields.get("response_type", "")
    if response_type != "code":
        raise TokenRefused(700054, name=response_type[:50])
    check_challenge(asking.fields)
    wanted = asking.wanted()
    granted_scopes(reply.app, wanted)
    return wanted


def _with_person(request: HttpRequest, asking: TokenRequest, reply: ReplyAddress, wanted: Wanted) -> HttpResponse:
    user, prompt = request.user, asking.fields.get("prompt", "")
    if not isinstance(user, User):
        if prompt == "none":
            return _send_back(request, reply, _told(request, TokenRefused(50058)))
        return redirect_to_login(request.get_full_path())
    if user.partner_id is None:
        raise TokenRefused(50034, user=user.username, tenant=asking.where)
    decision = request.POST.get("decision", "")
    if decision == "another":
        logout(request)
        return redirect_to_login(_without_prompt(request))
    if prompt in ASKS_THE_PERSON and (decision != "continue" or prompt == "login"):
        page = {"app": reply.app, "person": user, "may_continue": prompt != "login"}
        return allow_form_to_lead_to(render(request, "accounts/authorize.html", page), reply.origin)
    subject_at(asking.tenant, user=User.objects.select_related("partner").get(pk=user.pk), app=reply.app)
    code = new_code(
        user=user,
        reply=reply,
        segment=asking.segment,
        wanted=wanted,
        asked=asking.fields,
        has_mfa=has_second_factor(request),
    )
    return _send_back(request, reply, {"code": code})


def _without_prompt(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("prompt", None)
    return f"{request.path}?{query.urlencode()}"


def _told(request: HttpRequest, refusal: TokenRefused) -> dict[str, str]:
    body = refusal_body(request, refusal)
    return {name: str(body[name]) for name in ("error", "error_description", "error_uri")}


def _send_back(request: HttpRequest, reply: ReplyAddress, answer: Mapping[str, str]) -> HttpResponse:
    if reply.mode != "form_post":
        return BackToApp(reply, reply.with_answer(answer))
    page = {"app": reply.app, "uri": reply.uri, "fields": reply.fields(answer).items()}
    return allow_form_to_lead_to(render(request, "accounts/form_post.html", page), reply.origin)
