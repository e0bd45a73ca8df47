"""What tokens are for: the resources that partner software asks for, and their scopes."""

from dataclasses import dataclass

from partnercenter.accounts.bearer import AZURE_AD_GRAPH, GRAPH, PARTNER_CENTER
from partnercenter.accounts.models import AppRegistration
from partnercenter.accounts.tokens.refusals import TokenRefused

DEFAULT = ".default"
OPENID = ("openid", "profile", "email", "offline_access")
IMPERSONATION = "user_impersonation"


@dataclass(frozen=True, slots=True)
class Resource:
    uri: str
    app_id: str = ""

    @property
    def is_graph(self) -> bool:
        return self.uri == GRAPH


MICROSOFT_GRAPH = Resource(GRAPH, "00000003-0000-0000-c000-000000000000")
# The last two exist for clients that ask for all their tokens up front; our APIs refuse them.
RESOURCES = (
    Resource(PARTNER_CENTER, "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd"),
    MICROSOFT_GRAPH,
    Resource(AZURE_AD_GRAPH, "00000002-0000-0000-c000-000000000000"),
    Resource("https://api.partner.microsoft.com"),
    Resource("https://management.azure.com", "797f4846-ba00-4fd7-ba43-dac1f8f63013"),
)
_KNOWN = {name: resource for resource in RESOURCES for name in (resource.uri, resource.app_id) if name}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One resource and what of it: `scopes` by name, or everything there is consent for with `is_default`."""

    resource: Resource
    scopes: tuple[str, ...]
    is_default: bool
    openid: tuple[str, ...] = ()

    @property
    def wants_id_token(self) -> bool:
        return "openid" in self.openid

    @property
    def wants_refresh_token(self) -> bool:
        return "offline_access" in self.openid

    def as_scope(self) -> str:
        """The text that asks for the same again."""
        names = [*self.scopes, *([DEFAULT] if self.is_default else [])]
        return " ".join([*(f"{self.resource.uri}/{name}" for name in names), *self.openid])


def wanted_by_resource(name: str, *, tenant: str, openid: bool = True) -> Wanted:
    """What `resource=` of a v1 request asks for; v1 gives a refresh token and an id token unasked."""
    resource = _KNOWN.get(name.strip().rstrip("/").lower())
    if resource is None:
        raise TokenRefused(500011, resource=name[:200], tenant=tenant)
    return Wanted(resource, (), is_default=True, openid=OPENID if openid else ())


def wanted_by_scope(scope: str, *, tenant: str) -> Wanted:
    """What `scope=` of a v2 request asks for. All scopes must be of one resource; a bare name is one of Graph."""
    asked = scope.split()
    openid = tuple(name for name in asked if name in OPENID)
    pairs = [_split(name, tenant) for name in asked if name not in OPENID]
    resources = {resource for resource, _ in pairs} or {MICROSOFT_GRAPH}
    names = tuple(dict.fromkeys(name for _, name in pairs if name != DEFAULT))
    is_default = any(name == DEFAULT for _, name in pairs)
    if len(resources) > 1 or (is_default and names):
        raise TokenRefused(70011, scope=scope[:500])
    return Wanted(resources.pop(), names, is_default=is_default, openid=openid)


def _split(scope: str, tenant: str) -> tuple[Resource, str]:
    """`https://graph.microsoft.com/.default` -> Graph and `.default`; a doubled slash is a habit of clients."""
    prefix, slash, name = scope.rpartition("/")
    if not slash:
        return MICROSOFT_GRAPH, name
    resource = _KNOWN.get(prefix.rstrip("/").lower())
    if resource is None:
        raise TokenRefused(500011, resource=prefix[:200], tenant=tenant)
    return resource, name


def granted_scopes(app: AppRegistration, wanted: Wanted) -> tuple[str, ...]:
    """Names of the delegated permissions that the token carries; refused without consent to all that was named."""
    consented = tuple(app.graph_scopes) if wanted.resource.is_graph else (IMPERSONATION,)
    if wanted.is_default:
        return consented
    by_name = {name.lower(): name for name in consented}
    if any(name.lower() not in by_name for name in wanted.scopes):
        raise TokenRefused(65001, app=app.pk, name=app.display_name)
    return tuple(by_name[name.lower()] for name in wanted.scopes)


def scope_in_answer(wanted: Wanted, granted: tuple[str, ...]) -> str:
    """As Entra tells it: Graph's own names bare, others with their resource, and `.default` if that was asked."""
    shown = granted if wanted.resource.is_graph else tuple(f"{wanted.resource.uri}/{name}" for name in granted)
    openid = tuple(name for name in wanted.openid if name != "offline_access")
    default = (f"{wanted.resource.uri}/{DEFAULT}",) if wanted.is_default else ()
    return " ".join((*openid, *shown, *default))
