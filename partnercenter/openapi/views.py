"""Where the description is read and tried out.

`/_schema` collides with nothing: the real services have no path that begins with an underscore, and what stands in
place of a tenant in the addresses of the token service is a GUID, a domain or a word.
"""

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from partnercenter.openapi.generator import description


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """For programs, without a sign-in: it tells what the sources of this server tell."""
    return HttpResponse(orjson.dumps(description()), content_type="application/vnd.oai.openapi+json; charset=utf-8")
