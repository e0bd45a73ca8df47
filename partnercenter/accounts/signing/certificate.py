"""The certificate around a key: clients of Entra find it in `x5c` and know the key by its thumbprint."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

LIFETIME = timedelta(days=5 * 365)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "partnercenter token signing")])


@dataclass(frozen=True, slots=True)
class Certificate:
    der: bytes

    @property
    def jwk_members(self) -> dict[str, str | list[str]]:
        """`kid`, `x5t` and `x5c` of the key's JWK; Entra uses the thumbprint as key id."""
        # The thumbprint of x5t is SHA-1 by definition (RFC 7517 section 4.8); nothing rests on its strength.
        thumbprint = base64.urlsafe_b64encode(hashlib.sha1(self.der, usedforsecurity=False).digest())
        name = thumbprint.rstrip(b"=").decode()
        return {"kid": name, "x5t": name, "x5c": [base64.b64encode(self.der).decode()]}


def new_certificate(key: RSAKey, now: datetime) -> Certificate:
    """Self-signed: it proves nothing, it only has the shape that clients read."""
    private = key.private_key
    assert isinstance(private, RSAPrivateKey), "a generated key has both halves"  # noqa: S101  for the type checker
    certificate = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFETIME)
        .sign(private, hashes.SHA256())
    )
    return Certificate(certificate.public_bytes(serialization.Encoding.DER))
