"""Who may open portal pages at all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from gdap.access import PartnerPermission, require_partner
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.interrupted import keep_interrupted_post

P = ParamSpec("P")


def staff_page(
    view: Callable[Concatenate[PortalRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Partner staff with a customer-facing role only; ops are sent to the admin, strangers to the sign-in.

    What somebody was about to send when the session ended is kept for after the sign-in.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        portal_request = cast("PortalRequest", request)
        if not request.user.is_authenticated:
            keep_interrupted_post(request)
            sign_in = redirect_to_login(request.get_full_path())
            return HttpResponseClientRedirect(sign_in.url) if portal_request.htmx else sign_in
        if portal_request.user.is_superuser:
            return redirect("admin:index")
        require_partner(portal_request.principal, PartnerPermission.WORK_WITH_CUSTOMERS)
        return view(portal_request, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)
