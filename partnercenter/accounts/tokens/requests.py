"""A token request as it came in."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from partnercenter.accounts.models import AppRegistration
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.resources import Wanted, wanted_by_resource, wanted_by_scope
from partnercenter.accounts.tokens.tenants import Tenant

NOBODY = uuid.UUID(int=0)


class Version(IntEnum):
    """Which of the two dialects an endpoint speaks: v1 names a `resource`, v2 a `scope`."""

    V1 = 1
    V2 = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """`tenant` is None for `common` and `organizations`; `address` is the caller's, for the claim `ipaddr`."""

    version: Version
    tenant: Tenant | None
    segment: str
    fields: Mapping[str, str]
    authorization: str = ""
    address: str = ""

    def need(self, name: str) -> str:
        value = self.fields.get(name, "").strip()
        if not value:
            raise TokenRefused(900144, name=name)
        return value

    @property
    def where(self) -> str:
        return self.tenant.name if self.tenant else self.segment

    def wanted(self, *, otherwise: str = "") -> Wanted:
        """What it asks for; `otherwise` is the scope of what it redeems, when the request itself names nothing."""
        if self.version is Version.V1 and (self.fields.get("resource") or not otherwise):
            return wanted_by_resource(self.need("resource"), tenant=self.where)
        scope = self.fields.get("scope", "").strip() if self.version is Version.V2 else ""
        return wanted_by_scope(scope or otherwise or self.need("scope"), tenant=self.where)


@dataclass(frozen=True, slots=True)
class Client:
    """An app that has proven to be what it says, as far as it can."""

    app: AppRegistration
    has_secret: bool

    @property
    def appidacr(self) -> str:
        """0 for a public client, 1 for one with a secret."""
        return "1" if self.has_secret else "0"


def as_id(text: str) -> uuid.UUID:
    """The GUID that was sent, or one that nothing has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return NOBODY
