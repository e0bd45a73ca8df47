"""OpenAPI of the routes as they are: drf-spectacular walks them, the resources describe themselves."""

from functools import cache
from typing import Any

from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.plumbing import ResolvedComponent

from partnercenter.accounts.views.described import token_operations
from partnercenter.wire.partner_center.schema import component, refer
from partnercenter.wire.partner_center.views import PartnerCenterView, UnknownPath

SCOPE = "https://api.partnercenter.microsoft.com/.default"
SECURITY: dict[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "entra": {
        "type": "oauth2",
        "flows": {
            "password": {"tokenUrl": "/organizations/oauth2/v2.0/token", "scopes": {SCOPE: "Partner Center"}},
            "authorizationCode": {
                "authorizationUrl": "/organizations/oauth2/v2.0/authorize",
                "tokenUrl": "/organizations/oauth2/v2.0/token",
                "scopes": {SCOPE: "Partner Center"},
            },
        },
    },
}


class Routes(EndpointEnumerator):
    """The resources of the Partner Center API, HEAD among their methods where it is a request of its own."""

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        view = getattr(callback, "cls", None)
        return isinstance(view, type) and issubclass(view, PartnerCenterView) and view is not UnknownPath

    def get_allowed_methods(self, callback: Any) -> list[str]:
        return [method.upper() for method in callback.cls.http_method_names if _described(callback.cls, method)]


class Generator(SchemaGenerator):
    endpoint_inspector_cls = Routes

    def parse(self, input_request: Any, public: bool) -> dict[str, Any]:  # noqa: FBT001  drf-spectacular's signature
        for name, scheme in SECURITY.items():
            component(self.registry, ResolvedComponent.SECURITY_SCHEMA, name, scheme)
        paths: dict[str, Any] = super().parse(input_request, public)  # type: ignore[no-untyped-call]
        for path, method, operation in token_operations():
            paths.setdefault(path, {})[method] = refer(self.registry, operation)
        return paths


@cache
def description() -> dict[str, Any]:
    """The whole description. Routes don't change while the process runs."""
    found: dict[str, Any] = Generator().get_schema(public=True)
    return found


def _described(view: type, method: str) -> bool:
    return hasattr(getattr(view, method, None), "described")
