"""What clients read about the token service before they use it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from partnercenter.accounts.signing import published_keys
from partnercenter.accounts.tokens import Tenant, tenant_named
from partnercenter.accounts.views.entra import answers_clients

UNKNOWN_TENANT = "{tenantid}"


@answers_clients("GET", "HEAD")
def configuration_v2(request: HttpRequest, tenant: str) -> HttpResponse:
    found = tenant_named(tenant)
    name = _name(found)
    return JsonResponse(
        {
            "token_endpoint": _at(request, "token-v2", tenant, found),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "jwks_uri": _at(request, "keys-v2", tenant, found),
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"https://login.microsoftonline.com/{name}/v2.0",
            "request_uri_parameter_supported": False,
            "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
            "authorization_endpoint": _at(request, "authorize-v2", tenant, found),
            "device_authorization_endpoint": _at(request, "device-code-v2", tenant, found),
            "http_logout_supported": True,
            "end_session_endpoint": request.build_absolute_uri(reverse("sign-out")),
            "claims_supported": CLAIMS,
            **_CLOUD,
        }
    )


@answers_clients("GET", "HEAD")
def configuration_v1(request: HttpRequest, tenant: str) -> HttpResponse:
    found = tenant_named(tenant)
    return JsonResponse(
        {
            "token_endpoint": _at(request, "token-v1", tenant, found),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "jwks_uri": _at(request, "keys-v1", tenant, found),
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid"],
            "issuer": f"https://sts.windows.net/{_name(found)}/",
            "authorization_endpoint": _at(request, "authorize-v1", tenant, found),
            "device_authorization_endpoint": _at(request, "device-code-v1", tenant, found),
            "end_session_endpoint": request.build_absolute_uri(reverse("sign-out")),
            "claims_supported": CLAIMS,
            **_CLOUD,
        }
    )


@answers_clients("GET", "HEAD")
def keys(request: HttpRequest, tenant: str) -> HttpResponse:
    """The same for every tenant: one service signs for all."""
    tenant_named(tenant)
    return JsonResponse({"keys": published_keys()})


@answers_clients("GET", "HEAD")
def instance(request: HttpRequest) -> HttpResponse:
    """MSAL asks this whether it may trust an authority it has never heard of; this server speaks for itself."""
    here = request.get_host()
    asked = request.GET.get("authorization_endpoint", "").rstrip("/").split("/")
    tenant = asked[3] if len(asked) > 3 else "common"  # noqa: PLR2004  https:, nothing, host, tenant
    return JsonResponse(
        {
            "tenant_discovery_endpoint": request.build_absolute_uri(reverse("configuration-v2", args=[tenant])),
            "api-version": "1.1",
            "metadata": [{"preferred_network": here, "preferred_cache": here, "aliases": [here]}],
        }
    )


CLAIMS = [
    *("sub", "iss", "cloud_instance_name", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username"),
    *("name", "tid", "ver", "at_hash", "c_hash", "email"),
]
_CLOUD = {
    "tenant_region_scope": "EU",
    "cloud_instance_name": "microsoftonline.com",
    "cloud_graph_host_name": "graph.windows.net",
    "msgraph_host": "graph.microsoft.com",
}


def _name(tenant: Tenant | None) -> str:
    return UNKNOWN_TENANT if tenant is None else str(tenant.id)


def _at(request: HttpRequest, name: str, segment: str, tenant: Tenant | None) -> str:
    """An address of this server; like Entra it names a tenant by its id, however it was asked for."""
    return request.build_absolute_uri(reverse(name, args=[segment if tenant is None else tenant.id]))
