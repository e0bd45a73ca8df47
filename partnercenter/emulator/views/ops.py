"""Who may open the pages of the emulator: ops, in demo mode. For everybody else they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import Crumb, MenuItem

P = ParamSpec("P")

PAGES = (("Clock", "clock-page", "clock"), ("Mailbox", "mailbox", "mail"))


def ops_page(
    view: Callable[Concatenate[PortalRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Mails and clock concern all partners and customers, so nobody of either side gets here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO_MODE:
            raise Http404
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_superuser:
            raise Http404
        return view(cast("PortalRequest", request), *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)


def emulator_page(current: str, *crumbs: Crumb) -> dict[str, object]:
    """Shell context of a page; `current` is the URL name of the menu entry it belongs to."""
    label = next(label for label, name, _ in PAGES if name == current)
    admin = MenuItem(label="Django admin", url=reverse("admin:index"), icon="server")
    pages = [
        MenuItem(label=label, url=reverse(name), icon=icon, current=name == current) for label, name, icon in PAGES
    ]
    return {
        "menu_label": "Emulator",
        "menu": [*pages, admin],
        "breadcrumbs": [("Emulator", ""), (label, reverse(current)), *crumbs],
    }
