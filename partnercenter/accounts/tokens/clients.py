"""Which app asks, and whether it can prove it."""

import base64
import binascii
from urllib.parse import unquote

from partnercenter import clock
from partnercenter.accounts.models import AppRegistration, ClientSecret, SignInLimit, digest_of
from partnercenter.accounts.services import subjects
from partnercenter.accounts.tokens.limits import guarded_secret
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.requests import Client, TokenRequest, as_id


def authenticated_client(request: TokenRequest) -> Client:
    """The app of the request. One that keeps a secret must show it, one that is public must not.

    The secret comes in the form or by HTTP Basic; client assertions (certificates) are not supported.
    """
    basic_id, basic_secret = _basic(request.authorization)
    app = app_named(basic_id or request.need("client_id"), where=request.where)
    if request.fields.get("client_assertion"):
        raise TokenRefused(700027)
    secret = basic_secret or request.fields.get("client_secret", "")
    if app.is_public:
        if secret:
            raise TokenRefused(700025)
        return Client(app, has_secret=False)
    with guarded_secret(subjects(SignInLimit.Kind.APP, f"{app.pk} at {request.address}", request.address)):
        _check_secret(app, secret)
    return Client(app, has_secret=True)


def app_named(client_id: str, *, where: str) -> AppRegistration:
    apps = AppRegistration.objects.select_related("tenant").filter(is_active=True)
    app = apps.filter(pk=as_id(client_id)).first()
    if app is None:
        raise TokenRefused(700016, app=client_id[:100], tenant=where)
    return app


def _check_secret(app: AppRegistration, secret: str) -> None:
    """Looked up by digest: what takes longer or shorter tells nothing about a secret."""
    if not secret:
        raise TokenRefused(7000218)
    known = ClientSecret.objects.filter(app=app, digest=digest_of(secret)).first()
    if known is None:
        raise TokenRefused(7000215, app=app.pk)
    if known.has_expired(clock.now()):
        raise TokenRefused(7000222, app=app.pk)


def _basic(authorization: str) -> tuple[str, str]:
    """Client id and secret of an Authorization header, both form-encoded first (RFC 6749 section 2.3.1)."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise TokenRefused(9002313) from error
    return unquote(name), unquote(secret)
