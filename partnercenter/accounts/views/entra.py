"""What all addresses of the token service share: ids of the request, JSON answers and Entra-shaped refusals."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from partnercenter import clock, request_ids
from partnercenter.accounts.tokens import TokenRefused, TokenRequest, Version, tenant_named
from partnercenter.accounts.tokens.requests import NOBODY, as_id
from partnercenter.addresses import address_of
from partnercenter.trouble import SECONDS_TO_WAIT, Unavailable, unavailable

P = ParamSpec("P")
Address = Callable[Concatenate[HttpRequest, P], HttpResponse]
ERROR_PAGE = "https://login.microsoftonline.com/error?code="


def answers_clients(*methods: str) -> Callable[[Address[P]], Address[P]]:
    """For an address that programs call: only these methods, no cookies, no caching, refusals as JSON."""

    def decorate(view: Address[P]) -> Address[P]:
        @csrf_exempt
        @sensitive_post_parameters()
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in methods:
                return refusal_json(request, TokenRefused(900561, accepted=methods[0], method=request.method))
            try:
                answer = view(request, *args, **kwargs)
            except TokenRefused as refusal:
                answer = refusal_json(request, refusal)
            except (DatabaseError, Unavailable) as error:
                if unavailable(error) is None:
                    raise
                answer = refusal_json(request, TokenRefused(90033))
                answer["Retry-After"] = str(SECONDS_TO_WAIT)
            answer["Cache-Control"] = "no-store, no-cache"
            answer["Pragma"] = "no-cache"
            return answer

        return cast("Address[P]", guarded)

    return decorate


def token_request(request: HttpRequest, *, segment: str, version: Version) -> TokenRequest:
    """The posted form. Bodies that are none, or too big, are refused; other types of body hold no fields."""
    try:
        fields = request.POST.dict()
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise TokenRefused(9002313) from error
    if any("\x00" in str(value) for value in fields.values()):
        raise TokenRefused(9002313)  # PostgreSQL knows no text with it
    return TokenRequest(
        version=version,
        tenant=tenant_named(segment),
        segment=segment,
        fields={name: str(value) for name, value in fields.items()},
        authorization=request.headers.get("Authorization", ""),
        address=address_of(request),
    )


def refusal_json(request: HttpRequest, refusal: TokenRefused) -> JsonResponse:
    answer = JsonResponse(refusal_body(request, refusal), status=refusal.status)
    if refusal.retry_after:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


def refusal_body(request: HttpRequest, refusal: TokenRefused) -> Mapping[str, object]:
    """`error`, `error_description` and so on, as clients of Entra take them apart."""
    trace_id, correlation_id = request_ids.of(request).request_id, correlation_id_of(request)
    timestamp = clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
    body = {
        "error": refusal.kind.error,
        "error_description": f"AADSTS{refusal.code}: {refusal} Trace ID: {trace_id} Correlation ID: {correlation_id} "
        f"Timestamp: {timestamp}",
        "error_codes": [refusal.code],
        "timestamp": timestamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
        "error_uri": f"{ERROR_PAGE}{refusal.code}",
    }
    return {**body, "suberror": refusal.kind.suberror} if refusal.kind.suberror else body


def correlation_id_of(request: HttpRequest) -> str:
    """What the client calls its attempt, if that is a GUID; the id of this request otherwise."""
    asked = as_id(request.headers.get("client-request-id", ""))
    return request_ids.of(request).request_id if asked == NOBODY else str(asked)
