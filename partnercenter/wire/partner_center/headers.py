"""The headers of every answer (section 1.4)."""

import secrets
import uuid

from django.http import HttpRequest, HttpResponse

from partnercenter.request_ids import RequestIds

SERVER_ID = "0000112D"
# One application id for all servers, as the real service has one per deployment.
REQUEST_CONTEXT = f"appId=cid-v1:{uuid.uuid5(uuid.NAMESPACE_DNS, 'partnercenter')}"


def is_java(request: HttpRequest) -> bool:
    """Whether the Java SDK asks, which fails at words that it does not know and repeats what others give up."""
    return "java" in request.headers.get("MS-PartnerCenter-Client", "").casefold()


def add_headers(response: HttpResponse, ids: RequestIds) -> None:
    response["MS-RequestId"] = ids.request_id
    response["MS-CorrelationId"] = ids.correlation_id
    response["MS-CV"] = f"{secrets.token_urlsafe(12)[:16].replace('-', '+').replace('_', '/')}.0"
    response["MS-ServerId"] = SERVER_ID
    response["Request-Context"] = REQUEST_CONTEXT
    if response.has_header("Content-Type"):
        response["Content-Length"] = str(len(response.content))
