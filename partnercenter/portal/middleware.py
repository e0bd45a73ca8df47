"""Who acts in a request, and what a refusal looks like in the browser."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from gdap.access import AccessDenied
from partnercenter import request_ids
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Door, Principal, principal_for
from partnercenter.errors import DomainError
from partnercenter.portal.unavailable import not_available
from partnercenter.tenant.http import is_of_tenant
from partnercenter.trouble import unavailable

PAGES = {400: "400.html", 403: "403.html", 404: "404.html"}
TENANT_PAGES = {400: "tenant/400.html", 403: "tenant/403.html", 404: "tenant/404.html"}


class PrincipalMiddleware:
    """Puts `request.principal` there, read when first used, and turns refusals that a view let pass into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.principal = SimpleLazyObject(lambda: _principal(request))  # type: ignore[attr-defined]  # see portal.http
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        found = unavailable(exception)
        if found:
            return not_available(request, found)
        if not isinstance(exception, DomainError):
            return None
        context = {
            "problems": exception.problems,
            "explanation": exception.explanation if isinstance(exception, AccessDenied) else None,
        }
        pages = TENANT_PAGES if is_of_tenant(request) else PAGES
        return render(request, pages.get(exception.status, pages[400]), context, status=exception.status)


def _principal(request: HttpRequest) -> Principal:
    user = User.objects.select_related("partner").get(pk=cast("User", request.user).pk)
    door = Door.ADMIN if request.path.startswith("/admin/") else Door.PORTAL
    ids = request_ids.of(request)
    return principal_for(user, door=door, request_id=ids.request_id, correlation_id=ids.correlation_id)
