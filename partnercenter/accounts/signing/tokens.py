"""Signed tokens: RS256 by a key of the table, and nothing else."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from partnercenter.accounts.signing.keys import public_jwk, public_key, signing_key

ALGORITHM = "RS256"
LONGEST_TOKEN = 16_384  # ours are below 3 kB


class TokenMalformed(ValueError):
    """Not a signed token at all."""


class SignatureRefused(ValueError):
    """Another algorithm, a key that does not count, or a signature that does not fit."""


def sign(claims: Mapping[str, Any]) -> str:
    """The token of `claims`, signed by the current key."""
    kid, key = signing_key()
    return jwt.encode({"alg": ALGORITHM, "kid": kid, "x5t": kid}, dict(claims), key, algorithms=[ALGORITHM])


def verified_claims(token: str) -> dict[str, Any]:
    """The claims of a token that one of our keys signed. Who may use it when and where, the caller judges.

    The algorithm is ours to choose, never the token's: with `none` nothing would be checked, and with HS256 the
    public key would pass for a shared secret.
    """
    header = _header(token)
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str):
        raise SignatureRefused
    jwk = public_jwk(kid)
    if not jwk:
        raise SignatureRefused
    try:
        return dict(_decoded(token, jwk))
    except (JoseError, ValueError, RecursionError) as error:
        raise SignatureRefused from error


@lru_cache(maxsize=512)
def _decoded(token: str, jwk: str) -> dict[str, Any]:
    """What a token says never changes, nor whether this key signed it; a client sends the same one for an hour."""
    return jwt.decode(token, public_key(jwk), algorithms=[ALGORITHM]).claims


def _header(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3 or not all(parts[:2]):  # noqa: PLR2004  header, claims, signature
        raise TokenMalformed
    try:
        header = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except (ValueError, RecursionError) as error:
        raise TokenMalformed from error
    if not isinstance(header, dict):
        raise TokenMalformed
    return header
