"""Who may open pages of the admin center at all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from gdap.access.customer_side import customer_principal
from partnercenter import request_ids
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.session import signed_in

P = ParamSpec("P")


def tenant_page(
    view: Callable[Concatenate[TenantRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A user of a customer only; everybody else, staff of a partner too, is sent to the sign-in of this side."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        person = signed_in(request)
        tenant_request = cast("TenantRequest", request)
        if person is None:
            return _to_sign_in(tenant_request)
        tenant_request.person, tenant_request.customer = person, person.customer
        tenant_request.principal = customer_principal(person, ids=request_ids.of(request))
        return view(tenant_request, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", never_cache(guarded))


def _to_sign_in(request: TenantRequest) -> HttpResponse:
    url = f"{resolve_url('tenant-sign-in')}?{urlencode({'next': request.get_full_path()})}"
    if request.htmx:
        return HttpResponseClientRedirect(url)
    answer = HttpResponse(status=302)
    answer["Location"] = url
    return answer
