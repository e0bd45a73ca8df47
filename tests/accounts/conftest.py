"""Contoso's programs, and a way to ask the token service as they do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from partnercenter.accounts.models import AppRegistration, Partner
from partnercenter.accounts.services import add_secret, register_app
from partnercenter.accounts.signing import verified_claims
from tests.cast import World, world
from tests.factories import SYSTEM

__all__ = ["world"]

PARTNER_CENTER = "https://api.partnercenter.microsoft.com"
GRAPH = "https://graph.microsoft.com"
AT_PARTNER_CENTER = f"{PARTNER_CENTER}/.default"
AT_GRAPH = f"{GRAPH}/.default"
GRAPH_SCOPES = ("Directory.ReadWrite.All", "User.Read")


@dataclass(frozen=True)
class Program:
    """An app with what it needs to prove itself; without a secret it is a public one."""

    app: AppRegistration
    secret: str = ""

    @property
    def proof(self) -> dict[str, str]:
        return {"client_id": str(self.app.pk), **({"client_secret": self.secret} if self.secret else {})}


def program(tenant: Partner, name: str, *, is_public: bool = False, **fields: Any) -> Program:
    fields = {"graph_scopes": GRAPH_SCOPES, "is_multi_tenant": True, **fields}
    app = register_app(by=SYSTEM, tenant=tenant, display_name=name, is_public=is_public, **fields)
    return Program(app, "" if is_public else add_secret(by=SYSTEM, app=app))


@pytest.fixture
def desk(world: World) -> Program:
    """Contoso's program with a secret."""
    return program(
        world.contoso,
        "Contoso Desk",
        redirect_uris=["https://desk.example/back", "http://localhost/back"],
        graph_roles=["Directory.Read.All"],
    )


@pytest.fixture
def handset(world: World) -> Program:
    """Contoso's program without one."""
    return program(world.contoso, "Contoso Handset", is_public=True, redirect_uris=["http://localhost"])


@pytest.fixture
def ask(client: Any) -> Callable[..., Any]:
    """`ask("contoso-partners.example", grant_type=..., ...)` posts to the v2 endpoint, `version="v1"` to the other."""

    def ask(tenant: Any, *, version: str = "v2", headers: Any = None, address: str = "127.0.0.1", **fields: str) -> Any:
        path = f"/{tenant}/oauth2/{'v2.0/' if version == 'v2' else ''}token"
        return client.post(path, fields, headers=headers, REMOTE_ADDR=address)

    return ask


@pytest.fixture
def sign_in(world: World, ask: Callable[..., Any]) -> Callable[..., Any]:
    """`sign_in(world.ava, desk)` is the body of a password grant at the person's own tenant."""

    def sign_in(user: Any, program: Program, *, tenant: Any = "", scope: str = AT_PARTNER_CENTER, **fields: str) -> Any:
        set_password(user, "demo")
        return ask(
            tenant or user.partner_id,
            grant_type="password",
            username=user.username,
            password="demo",
            scope=f"openid offline_access {scope}",
            **program.proof,
            **fields,
        ).json()

    return sign_in


def set_password(user: Any, password: str) -> None:
    user.password = make_password(password)
    user.save(update_fields=["password"])


def claims_of(answer: Any) -> dict[str, Any]:
    """The claims of the access token in an answer, or in its body; its signature must count."""
    body = answer if isinstance(answer, dict) else answer.json()
    return verified_claims(body["access_token"])


def refused(answer: Any) -> tuple[int, str, int]:
    """Status, error and AADSTS number of a refusal."""
    body = answer.json()
    (code,) = body["error_codes"]
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    return answer.status_code, body["error"], code
