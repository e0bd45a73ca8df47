"""The token endpoint, v1 and v2."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from partnercenter.accounts.tokens import Version, tokens_for
from partnercenter.accounts.views.entra import answers_clients, token_request


@answers_clients("POST")
def token_v1(request: HttpRequest, tenant: str) -> HttpResponse:
    return JsonResponse(tokens_for(token_request(request, segment=tenant, version=Version.V1)))


@answers_clients("POST")
def token_v2(request: HttpRequest, tenant: str) -> HttpResponse:
    return JsonResponse(tokens_for(token_request(request, segment=tenant, version=Version.V2)))
