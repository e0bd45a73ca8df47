"""Tags of versions and `If-Match` (graph_gdap_contract sections 2, 2.3 and 7)."""

import base64
import uuid

from django.conf import settings
from django.http import HttpRequest

from partnercenter.wire.graph.errors import Kind, Refused

_NEVER = -1  # no row has this version, so the service says that it was changed


def etag(row_id: uuid.UUID, version: int) -> str:
    """In the form of the real ones: the base64 of a quoted tag in single quotes. Clients treat it as opaque."""
    inner = f"'\"{version:08x}-0000-0200-0000-{row_id.hex[:8]}0000\"'"
    return f'W/"{base64.b64encode(inner.encode()).decode()}"'


def expected_version(request: HttpRequest, row_id: uuid.UUID, version: int) -> int | None:
    """The version that the service shall find; None for any.

    Without the header the write is refused, unless GRAPH_STRICT_IF_MATCH is off: some clients never send it.
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent and settings.GRAPH_STRICT_IF_MATCH:
        raise Refused(Kind.ETAG_MISSING, "The If-Match header is required: send the @odata.etag that you read.")
    if sent in ("", "*"):
        return None
    tags = {_opaque(tag) for tag in sent.split(",")}
    return version if _opaque(etag(row_id, version)) in tags else _NEVER


def _opaque(tag: str) -> str:
    """Without the mark of a weak tag and without quotes: clients drop or keep either."""
    return tag.strip().removeprefix("W/").strip('"')
