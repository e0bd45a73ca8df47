"""The page that is shown while the database can't be had. It asks nothing of the database itself."""

import logging

from django.http import HttpRequest, HttpResponse
from django.template import loader

from partnercenter.operations.answer import route_of
from partnercenter.tenant.http import is_of_tenant
from partnercenter.trouble import Unavailable

log = logging.getLogger(__name__)


def not_available(request: HttpRequest, found: Unavailable) -> HttpResponse:
    log.warning("%s %s: %s", request.method, route_of(request), found.__cause__ or found)  # paths open links
    start_url = "/tenant/" if is_of_tenant(request) else "/"
    page = loader.render_to_string("503.html", {"problem": found.problems[0], "start_url": start_url})
    response = HttpResponse(page, status=found.status)
    response["Retry-After"] = str(found.seconds)
    return response
