"""The keys of the token service: which one signs, which ones count, and what they sign.

sign(claims)                  a signed token
verified_claims(token)        its claims, or `SignatureRefused`
rotate(), signing_key()       a new key, the current one
published_keys()              the key set that clients verify with
"""

from partnercenter.accounts.signing.keys import published_keys, rotate, signing_key
from partnercenter.accounts.signing.tokens import SignatureRefused, TokenMalformed, sign, verified_claims

__all__ = [
    "SignatureRefused",
    "TokenMalformed",
    "published_keys",
    "rotate",
    "sign",
    "signing_key",
    "verified_claims",
]
