"""Authorization codes: from the sign-in page back to the app, once, within ten minutes."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta

from partnercenter import clock
from partnercenter.accounts.models import AuthorizationCode, User, digest_of
from partnercenter.accounts.tokens.redirects import ReplyAddress
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.requests import Client, TokenRequest
from partnercenter.accounts.tokens.resources import Wanted
from partnercenter.accounts.tokens.tenants import home_of, tenant_named

LIFETIME = timedelta(minutes=10)
REMEMBERED = timedelta(days=2)  # longer than any access token counts
SHORTEST_PROOF, LONGEST_PROOF = 43, 128  # RFC 7636 section 4.1


def check_challenge(asked: Mapping[str, str]) -> None:
    """PKCE is wanted by nobody but checked when it is there; `plain` is as old clients do it."""
    challenge, method = asked.get("code_challenge", ""), asked.get("code_challenge_method", "")
    if not challenge and not method:
        return
    if method not in ("", "plain", "S256") or not SHORTEST_PROOF <= len(challenge) <= LONGEST_PROOF:
        raise TokenRefused(501491)


def new_code(
    *, user: User, reply: ReplyAddress, segment: str, wanted: Wanted, asked: Mapping[str, str], has_mfa: bool
) -> str:
    """Tidies away earlier ones, but for those that came twice: their access tokens may still be about."""
    now = clock.now()
    own = AuthorizationCode.objects.filter(user=user, app=reply.app, expires_at__lte=now - LIFETIME)
    own.exclude(replayed_at__gt=now - REMEMBERED).delete()
    code = f"0.{secrets.token_urlsafe(48)}"
    challenge = asked.get("code_challenge", "")
    AuthorizationCode.objects.create(
        digest=digest_of(code),
        app=reply.app,
        user=user,
        tenant=segment,
        redirect_uri=reply.uri,
        scope=wanted.as_scope(),
        nonce=asked.get("nonce", ""),
        has_mfa=has_mfa,
        code_challenge=challenge,
        code_challenge_method=(asked.get("code_challenge_method") or "plain") if challenge else "",
        issued_at=now,
        expires_at=now + LIFETIME,
    )
    return code


def redeemed_code(request: TokenRequest, *, client: Client) -> AuthorizationCode:
    """The row of a code, from now on used. Whoever fails a check leaves it as it was."""
    rows = AuthorizationCode.objects.select_related("user__partner")
    row = rows.filter(digest=digest_of(request.need("code")), app=client.app).first()
    if row is None:
        raise TokenRefused(70000, name="code")
    if row.redeemed_at is not None:
        raise _replayed(row)
    now = clock.now()
    if row.has_expired(now):
        raise TokenRefused(70008)
    if request.need("redirect_uri") != row.redirect_uri:
        raise TokenRefused(500112, uri=request.need("redirect_uri")[:500])
    _check_tenant(request, row)
    _check_verifier(request.fields.get("code_verifier", ""), row)
    # One statement decides: of two that come with one code at the same moment, one matches no row.
    if not AuthorizationCode.objects.filter(pk=row.pk, redeemed_at__isnull=True).update(redeemed_at=now):
        raise _replayed(row)
    return row


def _replayed(row: AuthorizationCode) -> TokenRefused:
    """Somebody else may have it too: what was issued from it counts no more (RFC 6749 section 4.1.2)."""
    now = clock.now()
    AuthorizationCode.objects.filter(pk=row.pk, replayed_at__isnull=True).update(replayed_at=now)
    row.refresh_tokens.filter(revoked_at__isnull=True).update(revoked_at=now)
    return TokenRefused(54005)


def _check_tenant(request: TokenRequest, row: AuthorizationCode) -> None:
    home = home_of(row.user)
    if (tenant_named(row.tenant) or home).id != (request.tenant or home).id:
        raise TokenRefused(700005)


def _check_verifier(verifier: str, row: AuthorizationCode) -> None:
    if not row.code_challenge and not verifier:
        return
    proof = verifier
    if row.code_challenge_method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not hmac.compare_digest(proof.encode(), row.code_challenge.encode()):
        raise TokenRefused(501481)
