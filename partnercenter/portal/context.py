"""What the shell of every page needs."""

from django.http import HttpRequest

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, object]:
    """The signed-in person and the theme; see templates/base.html."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, object] = {"theme": theme if theme in THEMES else ""}
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
    return context
