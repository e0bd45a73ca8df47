"""Bodies of successful answers (graph_gdap_contract section 15.3): v2 with numbers, v1 with texts only."""

import base64
import json
import uuid
from collections.abc import Mapping

from partnercenter.accounts.models import RefreshToken
from partnercenter.accounts.signing import sign
from partnercenter.accounts.tokens.claims import app_claims, id_claims, person_claims
from partnercenter.accounts.tokens.refresh import new_refresh_token
from partnercenter.accounts.tokens.requests import Client, TokenRequest, Version
from partnercenter.accounts.tokens.resources import IMPERSONATION, Wanted, granted_scopes, scope_in_answer
from partnercenter.accounts.tokens.subjects import Subject
from partnercenter.accounts.tokens.tenants import Tenant

Body = Mapping[str, str | int]


def answer_for_app(request: TokenRequest, *, client: Client, tenant: Tenant, wanted: Wanted) -> Body:
    claims = app_claims(tenant, client=client, resource=wanted.resource)
    return {**_times(request, claims, wanted), "access_token": sign(claims)}


def answer_for_person(
    request: TokenRequest,
    *,
    client: Client,
    subject: Subject,
    wanted: Wanted,
    nonce: str = "",
    redeemed: RefreshToken | None = None,
    code_id: uuid.UUID | None = None,
    has_mfa: bool = True,
) -> Body:
    """Access token, and what else was asked for: id token, refresh token, `client_info`."""
    scopes = granted_scopes(client.app, wanted)
    code_id = redeemed.code_id if redeemed else code_id
    claims = person_claims(
        subject,
        client=client,
        resource=wanted.resource,
        scopes=scopes,
        address=request.address,
        has_mfa=has_mfa,
        code_id=code_id,
    )
    is_v1 = request.version is Version.V1
    body = {
        **_times(request, claims, wanted),
        "scope": " ".join(scopes) or IMPERSONATION if is_v1 else scope_in_answer(wanted, scopes),
        "access_token": sign(claims),
    }
    if wanted.wants_refresh_token or redeemed is not None:
        body["refresh_token"] = new_refresh_token(
            client=client,
            subject=subject,
            wanted=wanted,
            has_mfa=has_mfa,
            code_id=code_id,
        )
    if wanted.wants_id_token:
        body["id_token"] = _id_token(request, client, subject, nonce)
    if request.fields.get("client_info") == "1":
        body["client_info"] = _client_info(subject)
    return body


def _times(request: TokenRequest, claims: Mapping[str, int], wanted: Wanted) -> dict[str, str | int]:
    """`expires_in` is a second short, as in Entra's answers."""
    seconds = claims["exp"] - claims["iat"] - 1
    if request.version is Version.V2:
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds}
    return {
        "token_type": "Bearer",
        "expires_in": str(seconds),
        "ext_expires_in": str(seconds),
        "expires_on": str(claims["exp"]),
        "not_before": str(claims["nbf"]),
        "resource": wanted.resource.uri,
    }


def _id_token(request: TokenRequest, client: Client, subject: Subject, nonce: str) -> str:
    is_v1 = request.version is Version.V1
    issuer = subject.tenant.sts if is_v1 else f"https://login.microsoftonline.com/{subject.tenant.id}/v2.0"
    version = "1.0" if is_v1 else "2.0"
    return sign(id_claims(subject, client=client, issuer=issuer, version=version, nonce=nonce))


def _client_info(subject: Subject) -> str:
    """By which MSAL knows the account: the person and their home, wherever the token is for."""
    info = {"uid": str(subject.user.pk), "utid": str(subject.home.id)}
    return base64.urlsafe_b64encode(json.dumps(info).encode()).rstrip(b"=").decode()
