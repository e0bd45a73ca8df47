"""Pages that belong to no app: the way in, the theme, and what is shown where nothing is."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.defaults import server_error

from partnercenter.portal.context import THEMES
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.unavailable import not_available
from partnercenter.tenant.http import is_of_tenant
from partnercenter.trouble import unavailable

ONE_YEAR = 31_536_000


@staff_page
def home(request: PortalRequest) -> HttpResponse:
    return redirect("customers")


@staff_page
def help_page(request: PortalRequest) -> HttpResponse:
    return render(request, "portal/help.html", workspace_page(("Help", "")))


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie; anything else goes back to what the system prefers."""
    back = request.POST.get("next", "/")
    response = HttpResponseRedirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme", chosen, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme")
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """In the shell of the side that was asked."""
    return render(request, "tenant/404.html" if is_of_tenant(request) else "404.html", status=404)


def not_up_to_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form that was sent belongs to another session."""
    start_url = "/tenant/" if is_of_tenant(request) else "/"
    return HttpResponse(loader.render_to_string("403_csrf.html", {"start_url": start_url}), status=403)


def failed(request: HttpRequest) -> HttpResponse:
    """A mistake of ours, or trouble of the database outside of a view: while a session is stored, say."""
    error = sys.exc_info()[1]
    found = unavailable(error) if error else None
    return not_available(request, found) if found else server_error(request)
