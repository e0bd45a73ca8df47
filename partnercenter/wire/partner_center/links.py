"""Links: relative, without `/v1`, percent-encoded, `headers` always an array (section 1.6)."""

from collections.abc import Mapping
from typing import Any


def link(uri: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {
        "uri": uri,
        "method": "GET",
        "headers": [{"key": key, "value": value} for key, value in (headers or {}).items()],
    }


def self_link(uri: str) -> dict[str, Any]:
    return {"self": link(uri)}
