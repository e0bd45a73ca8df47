"""References to objects: `{"@odata.id": ".../users/{id}"}`."""

import re

from partnercenter.wire.graph.bodies import Members
from partnercenter.wire.graph.errors import bad_request
from partnercenter.wire.graph.paths import tidied

_OBJECT = re.compile(r"(?:https?://[^/?#]+)?/(?:v1\.0|beta)?/?(?P<path>[^?#]+)", re.IGNORECASE)
_COLLECTIONS = ("users", "directoryobjects")


def referred_user(body: Members) -> str:
    """The id or name of the user that the body refers to, on whichever host."""
    address = body.text("@odata.id") or ""
    found = _OBJECT.fullmatch(address)
    parts = tidied(found["path"]).strip("/").split("/") if found else []
    match parts:
        case [collection, key] if collection in _COLLECTIONS:
            return key
    raise bad_request("@odata.id must be the address of a user, such as https://graph.microsoft.com/v1.0/users/{id}.")
