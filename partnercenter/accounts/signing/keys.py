"""Keys live in a table, so that all processes share them and a roll-over is one row (docs/adr/0008)."""

import hashlib
import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey

from partnercenter import clock
from partnercenter.accounts.models import SigningKey
from partnercenter.accounts.signing.certificate import new_certificate
from partnercenter.prepared import Prepared

_ENCRYPTION = {"alg": "dir", "enc": "A256GCM"}
# How long a replaced key goes on counting beyond the life of the last token it signed: other servers' clocks differ.
GRACE = timedelta(minutes=10)
_PUBLISHED = Prepared(
    lambda now, kid: SigningKey.objects.published(now).filter(kid=kid).order_by(), now=datetime, kid=str
)


def published_keys() -> list[dict[str, Any]]:
    """Public keys as JWKS members, newest first; makes the first one if there is none yet."""
    signing_key()
    return [row.public_jwk for row in SigningKey.objects.published(clock.now())]


def signing_key() -> tuple[str, RSAKey]:
    """Id and key of the newest key that signs; makes one if there is none yet.

    Processes that make their first one at the same moment make two: both are published, the newest signs.
    """
    for row in SigningKey.objects.filter(retired_at__isnull=True, created_at__lte=clock.now()):
        key = _private_key(row.private_jwe, settings.SECRET_KEY)
        if key is not None:
            return row.kid, key
    row = _create()
    key = _private_key(row.private_jwe, settings.SECRET_KEY)
    assert key is not None, "what was encrypted a moment ago can be read"  # noqa: S101  for the type checker
    return row.kid, key


def public_jwk(kid: str) -> str:
    """The key that `kid` names, if its signatures count now; for `public_key`. Empty otherwise."""
    row = _PUBLISHED.first(now=clock.now(), kid=kid)
    return "" if row is None else json.dumps(row.public_jwk)


@transaction.atomic
def rotate(*, retire_old_at_once: bool = False) -> SigningKey:
    """A new key signs from now on. Older ones go on counting until their last token has run out, unless told not to."""
    now = clock.now()
    lifetime = timedelta(minutes=settings.ACCESS_TOKEN_MINUTES)
    until = now if retire_old_at_once else now + lifetime + GRACE
    old = SigningKey.objects.published(now)
    old = old if retire_old_at_once else old.filter(retired_at__isnull=True)
    old.update(retired_at=until)
    return _create()


def _create() -> SigningKey:
    key = RSAKey.generate_key(2048, auto_kid=False)
    certificate = new_certificate(key, clock.now())
    public = {"kty": "RSA", "use": "sig", **certificate.jwk_members, **_public_numbers(key)}
    return SigningKey.objects.create(
        kid=public["kid"],
        public_jwk=public,
        private_jwe=jwe.encrypt_compact(
            _ENCRYPTION, json.dumps(key.as_dict(private=True)), _encryption_key(settings.SECRET_KEY)
        ),
    )


def _public_numbers(key: RSAKey) -> dict[str, str]:
    numbers = key.as_dict(private=False)
    return {"n": str(numbers["n"]), "e": str(numbers["e"])}


def _encryption_key(secret: str) -> OctKey:
    return OctKey.import_key(hashlib.sha256(f"partnercenter.accounts.signing:{secret}".encode()).digest())


@lru_cache(maxsize=8)
def _private_key(private_jwe: str, secret: str) -> RSAKey | None:
    """The key, or None when it was encrypted under another SECRET_KEY: then it signs no more."""
    try:
        plain = jwe.decrypt_compact(private_jwe, _encryption_key(secret)).plaintext
    except JoseError:
        return None
    return RSAKey.import_key(json.loads(plain or b"{}"))


@lru_cache(maxsize=32)
def public_key(jwk: str) -> RSAKey:
    return RSAKey.import_key({name: value for name, value in json.loads(jwk).items() if name in ("kty", "n", "e")})
