"""Where the description is read and tried out.

`/_schema` collides with nothing: the real services have no path that begins with an underscore, and what stands in
place of a tenant in the addresses of the token service is a GUID, a domain or a word.
"""

from itertools import groupby

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnercenter.openapi.generator import description
from partnercenter.openapi.operations import shown_operations
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """For programs, without a sign-in: it tells what the sources of this server tell."""
    return HttpResponse(orjson.dumps(description()), content_type="application/vnd.oai.openapi+json; charset=utf-8")


@require_safe
@staff_page
def operations(request: PortalRequest) -> HttpResponse:
    by_tag = sorted(shown_operations(), key=lambda each: each.tag)
    groups = [(tag, list(each)) for tag, each in groupby(by_tag, key=lambda each: each.tag)]
    crumbs = [("Home", reverse("home")), ("Partner Center API", "")]
    return render(request, "openapi/operations.html", {"groups": groups, "breadcrumbs": crumbs})


@require_safe
@staff_page
def operation(request: PortalRequest, operation_id: str) -> HttpResponse:
    """One operation: what it takes and gives, and a form that sends it from the browser."""
    found = next((each for each in shown_operations() if each.id == operation_id), None)
    if found is None:
        raise Http404
    crumbs = [("Home", reverse("home")), ("Partner Center API", reverse("schema-page")), (found.summary, "")]
    return render(request, "openapi/operation.html", {"operation": found, "breadcrumbs": crumbs})
