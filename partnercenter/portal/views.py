"""Pages that belong to no app: the way in, the theme, and health."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from partnercenter.portal.context import THEMES
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest

ONE_YEAR = 31_536_000


@staff_page
def home(request: PortalRequest) -> HttpResponse:
    return redirect("customers")


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


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers when the process and its database do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
