"""The documented body of a refusal at each door; empty where it is another."""

import json
import re

PARTNER_CENTER = {"code", "description", "data", "source"}
PAGES = {status: f"page {status}" for status in (400, 403, 404, 409, 500, 503, 504)}


def shape(door: str, status: int, headers: dict[str, str], content: bytes) -> str:
    text = content.decode("utf-8-sig", errors="replace")
    if door == "portal":
        return _page(status, text)
    try:
        body = json.loads(text)
    except ValueError:
        return ""
    return _JUDGES[door](body, headers) if isinstance(body, dict) else ""


def _page(status: int, text: str) -> str:
    """A whole page of the product, with a headline and its frame."""
    is_whole = "</html>" in text and re.search(r"<h1[ >]", text) and "/static/" in text
    return PAGES.get(status, "") if is_whole else ""


def _partner_center(body: dict[str, object], headers: dict[str, str]) -> str:
    if set(body) == {"statusCode", "message"} and "Retry-After" in headers:
        return "throttled"
    is_whole = set(body) == PARTNER_CENTER and "MS-RequestId" in headers and "MS-CorrelationId" in headers
    return f"code {body['code']}" if is_whole else ""


def _graph(body: dict[str, object], headers: dict[str, str]) -> str:
    error = body.get("error")
    if not isinstance(error, dict) or not {"code", "message", "innerError"} <= set(error):
        return ""
    return str(error["code"]) if error["innerError"].get("request-id") == headers.get("request-id") else ""


def _tokens(body: dict[str, object], headers: dict[str, str]) -> str:
    return str(body["error"]) if {"error", "error_description", "trace_id", "correlation_id"} <= set(body) else ""


def _emulator(body: dict[str, object], headers: dict[str, str]) -> str:
    error = body.get("error")
    return str(error["code"]) if isinstance(error, dict) and set(error) == {"code", "message"} else ""


def _health(body: dict[str, object], headers: dict[str, str]) -> str:
    return "not ready" if {"status", "checks"} == set(body) else ""


_JUDGES = {
    "v1": _partner_center, "graph": _graph, "tokens": _tokens, "emulator": _emulator, "health": _health,
}  # fmt: skip
