"""What a token says (graph_gdap_contract section 15.4). Access tokens are of the v1 format from both endpoints."""

import base64
import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from partnercenter import clock
from partnercenter.accounts.models import AppRegistration
from partnercenter.accounts.tokens.requests import Client
from partnercenter.accounts.tokens.resources import Resource
from partnercenter.accounts.tokens.subjects import APP_MARKER, Subject
from partnercenter.accounts.tokens.tenants import Tenant

WITH_MFA, WITHOUT_MFA = ["pwd", "mfa"], ["pwd"]
_SERVICE_PRINCIPALS = uuid.UUID("5e710000-0000-4000-8000-000000000000")


def lifetime() -> timedelta:
    return timedelta(minutes=settings.ACCESS_TOKEN_MINUTES)


def person_claims(
    subject: Subject,
    *,
    client: Client,
    resource: Resource,
    scopes: tuple[str, ...],
    address: str,
    has_mfa: bool,
    code_id: uuid.UUID | None = None,
) -> dict[str, Any]:
    """An access token for a person through an app. `sid` names the code that the sign-in began with, if any."""
    claims = {
        **_common(subject.tenant, audience=resource.uri, client=client),
        "acr": "1",
        "amr": WITH_MFA if has_mfa else WITHOUT_MFA,
        "idtyp": "user",
        "oid": str(subject.user.pk),
        "scp": " ".join(scopes),
        "sub": pairwise(client.app, subject.user.pk),
        "unique_name": subject.user.username,
        "upn": subject.user.username,
        "wids": [str(role_id) for role_id in subject.wids],
        **_names(subject),
    }
    if subject.tenant.id != subject.home.id:
        claims["idp"] = subject.home.sts
    if address:
        claims["ipaddr"] = address
    if code_id is not None:
        claims["sid"] = str(code_id)
    return claims


def app_claims(tenant: Tenant, *, client: Client, resource: Resource) -> dict[str, Any]:
    """An access token for an app on its own."""
    principal = str(service_principal(client.app, tenant))
    claims = {
        **_common(tenant, audience=resource.uri, client=client),
        "idp": tenant.sts,
        "idtyp": "app",
        "oid": principal,
        "sub": principal,
        "wids": [str(APP_MARKER)],
    }
    if resource.is_graph and client.app.graph_roles:
        claims["roles"] = list(client.app.graph_roles)
    return claims


def id_claims(subject: Subject, *, client: Client, issuer: str, version: str, nonce: str) -> dict[str, Any]:
    """An id token: it tells the app who signed in, and opens nothing."""
    claims = {
        "aud": str(client.app.pk),
        "iss": issuer,
        **_times(clock.now()),
        "name": subject.user.name,
        "oid": str(subject.user.pk),
        "preferred_username": subject.user.username,
        "sub": pairwise(client.app, subject.user.pk),
        "tid": str(subject.tenant.id),
        "upn": subject.user.username,
        "ver": version,
    }
    return {**claims, "nonce": nonce} if nonce else claims


def pairwise(app: AppRegistration, user_id: uuid.UUID) -> str:
    """A name for the person that only this app knows them by."""
    digest = hashlib.sha256(f"{app.pk}/{user_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def service_principal(app: AppRegistration, tenant: Tenant) -> uuid.UUID:
    """The object id of the app in a tenant; the same every time."""
    return uuid.uuid5(_SERVICE_PRINCIPALS, f"{app.pk}/{tenant.id}")


def _common(tenant: Tenant, *, audience: str, client: Client) -> dict[str, Any]:
    return {
        "aud": audience,
        "iss": tenant.sts,
        **_times(clock.now()),
        "app_displayname": client.app.display_name,
        "appid": str(client.app.pk),
        "appidacr": client.appidacr,
        "tenant_region_scope": "EU",
        "tid": str(tenant.id),
        "uti": secrets.token_urlsafe(16),
        "ver": "1.0",
        "xms_tcdt": 1_577_836_800,  # when the tenant was made; nothing depends on it
    }


def _times(now: datetime) -> dict[str, int]:
    issued = int(now.timestamp())
    return {"iat": issued, "nbf": issued, "exp": issued + int(lifetime().total_seconds())}


def _names(subject: Subject) -> dict[str, str]:
    user = subject.user
    named = {"family_name": user.last_name, "given_name": user.first_name, "name": user.name}
    return {claim: value for claim, value in named.items() if value}
