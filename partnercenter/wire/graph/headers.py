"""The headers of every answer (section 14), and the ids that the audit record and the error body name too."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from partnercenter import clock, request_ids
from partnercenter.request_ids import given_id


def request_id(request: HttpRequest) -> str:
    """The server's own id of this request."""
    return request_ids.of(request).request_id


def client_request_id(request: HttpRequest) -> str:
    """The client's id; in a batch that of the batch, and else the server's, where the client sent none."""
    return given_id(request, "client-request-id") or request_ids.of(request).correlation_id


def add_headers(response: HttpResponse, request: HttpRequest) -> None:
    response["request-id"] = request_id(request)
    response["client-request-id"] = client_request_id(request)
    response["Date"] = http_date(clock.now().timestamp())
    response["Cache-Control"] = "no-cache"
    if response.has_header("Content-Type"):
        response["OData-Version"] = "4.0"
