"""The request as portal views know it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Principal

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

NUL = "\0"  # the one character that no text in PostgreSQL can hold; nobody can type it


class PortalRequest(HttpRequest):
    """A request of a signed-in staff member. `principal` is set by `PrincipalMiddleware`, `htmx` by django-htmx."""

    user: User
    principal: Principal
    htmx: "HtmxDetails"
