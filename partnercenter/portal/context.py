"""What the shell of every page needs."""

from django.conf import settings
from django.http import HttpRequest

from partnercenter import clock
from partnercenter.emulator import shared_clock

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, object]:
    """The signed-in person and the theme; see templates/base.html."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, object] = {
        "theme": theme if theme in THEMES else "",
        "emulated_time": _emulated_time(),
        "demo_mode": settings.DEMO_MODE,
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    principal = request.principal  # type: ignore[attr-defined]  # see portal.http
    context["account"] = {
        "name": user.name,
        "upn": user.username,
        "initials": "".join(word[0] for word in user.name.split()[:2]).upper(),
        "partner": principal.partner_name,
        "roles": sorted(str(role.label) for role in principal.partner_roles),
    }
    context["sandbox"] = _sandbox() if principal.partner_id else None
    return context


def _sandbox() -> dict[str, int] | None:
    if not settings.SANDBOX_MODE:
        return None
    return {
        "customers": settings.SANDBOX_CUSTOMERS,
        "subscriptions": settings.SANDBOX_SUBSCRIPTIONS,
        "licenses": settings.SANDBOX_LICENSES,
    }


def _emulated_time() -> dict[str, object] | None:
    """The time of the page, where it is not the wall's: everything on it is meant as of then."""
    setting = shared_clock.moved() if clock.is_emulated() else None
    return {"now": clock.now(), "stands": setting.frozen_at is not None} if setting else None
