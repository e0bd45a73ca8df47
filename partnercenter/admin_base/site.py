"""The admin site as ops see it."""

from collections.abc import Callable

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NAME = "partnercenter operations"


def is_ops(request: HttpRequest) -> bool:
    """Django would let in everybody with `is_staff`; the models that an account may see is no question here."""
    return request.user.is_active and request.user.is_superuser


def open_to_ops(site: AdminSite, *, sign_in: Callable[..., HttpResponseBase]) -> None:
    """Name the site, keep everybody but superusers out, and let them in by `sign_in` alone."""
    site.site_header = site.site_title = NAME
    site.index_title = "Records"
    site.site_url = None  # ops have no page in the portal
    site.login = sign_in  # type: ignore[method-assign,assignment]  # as below
    site.has_permission = is_ops  # type: ignore[method-assign]  # the site is Django's own; other apps register there too
