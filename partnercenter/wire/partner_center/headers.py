"""The headers of every answer (section 1.4)."""

import re
import secrets
import uuid

from django.http import HttpRequest, HttpResponse

USABLE_ID = re.compile(r"[A-Za-z0-9._{}-]{1,64}")
SERVER_ID = "0000112D"
# One application id for all servers, as the real service has one per deployment.
REQUEST_CONTEXT = f"appId=cid-v1:{uuid.uuid5(uuid.NAMESPACE_DNS, 'partnercenter')}"


def given_id(request: HttpRequest, header: str) -> str:
    """The id that the client sent, if it is one that can be echoed."""
    value = request.headers.get(header, "").strip()
    return value if USABLE_ID.fullmatch(value) else ""


def request_id(request: HttpRequest) -> str:
    """The id of this request, made up where the client sent none."""
    return _id(request, "MS-RequestId")


def correlation_id(request: HttpRequest) -> str:
    """The id that spans several calls of one client; likewise."""
    return _id(request, "MS-CorrelationId")


def _id(request: HttpRequest, header: str) -> str:
    """Kept with the request, so that the audit record, the answer and the log name the same one."""
    ids: dict[str, str] = request.META.setdefault("partnercenter.ids", {})
    return ids.setdefault(header, given_id(request, header) or str(uuid.uuid4()))


def is_java(request: HttpRequest) -> bool:
    """Whether the Java SDK asks, which fails at words that it does not know and repeats what others give up."""
    return "java" in request.headers.get("MS-PartnerCenter-Client", "").casefold()


def add_headers(response: HttpResponse, *, request_id: str, correlation_id: str) -> None:
    response["MS-RequestId"] = request_id
    response["MS-CorrelationId"] = correlation_id
    response["MS-CV"] = f"{secrets.token_urlsafe(12)[:16].replace('-', '+').replace('_', '/')}.0"
    response["MS-ServerId"] = SERVER_ID
    response["Request-Context"] = REQUEST_CONTEXT
    if response.has_header("Content-Type"):
        response["Content-Length"] = str(len(response.content))
