"""The keys that sign tokens, and what clients read about them."""

import base64

import pytest
from cryptography import x509
from django.core.management import call_command
from django.test import override_settings
from joserfc import jwt
from joserfc.jwk import KeySet

from partnercenter.accounts.models import SigningKey
from partnercenter.accounts.signing import rotate, sign, signing_key, verified_claims
from tests.cast import after

KEYS = "/common/discovery/v2.0/keys"


@pytest.fixture
def published(world, client):
    return lambda path=KEYS: client.get(path).json()["keys"]


def test_the_first_key_is_made_when_it_is_first_asked_for(published):
    assert SigningKey.objects.count() == 0
    (key,) = published()
    assert (key["kid"], SigningKey.objects.count()) == (signing_key()[0], 1)


def test_a_key_goes_out_with_its_public_half_only(published):
    (key,) = published()
    assert key.keys() == {"kty", "use", "kid", "x5t", "x5c", "n", "e"}
    assert (key["kty"], key["use"], key["x5t"]) == ("RSA", "sig", key["kid"])


def test_the_certificate_holds_the_same_key(published):
    (key,) = published()
    certificate = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0]))
    modulus = certificate.public_key().public_numbers().n
    assert base64.urlsafe_b64encode(modulus.to_bytes(256)).rstrip(b"=").decode() == key["n"]


def test_a_client_verifies_a_token_with_the_key_set(published):
    token = sign({"upn": "ava"})
    assert jwt.decode(token, KeySet.import_key_set({"keys": published()}), algorithms=["RS256"]).claims == {
        "upn": "ava"
    }


def test_after_a_roll_over_both_keys_are_published_and_the_new_one_signs(published):
    (old,) = published()
    new = rotate()
    assert signing_key()[0] == new.kid
    assert {key["kid"] for key in published()} == {old["kid"], new.kid}
    with after(minutes=71):
        assert [key["kid"] for key in published()] == [new.kid]


def test_the_commands_roll_over_and_revoke(world, capsys):
    token = sign({})
    call_command("rotate_keys")
    assert verified_claims(token) == {}
    call_command("rotate_keys", "--revoke-old")
    assert SigningKey.objects.published(SigningKey.objects.first().created_at).count() == 1
    assert "tokens signed by older keys count no more" in capsys.readouterr().out


def test_under_another_secret_key_a_new_key_signs_and_old_tokens_count(world):
    token, (kid, _) = sign({"upn": "ava"}), signing_key()
    with override_settings(SECRET_KEY="another-secret-key-that-is-long-enough-0123456789abcdef"):
        assert signing_key()[0] != kid
        assert verified_claims(token) == {"upn": "ava"}


def test_the_private_half_is_not_readable_in_the_database(world):
    _, key = signing_key()
    secret = key.as_dict(private=True)
    kept = str(SigningKey.objects.values().get())
    assert [name for name in ("d", "p", "q", "dp", "dq", "qi") if str(secret[name]) in kept] == []


@pytest.mark.parametrize("path", ["/fabrikam.com/discovery/v2.0/keys", "/common/discovery/keys", KEYS])
def test_every_tenant_and_both_versions_have_the_same_keys(published, path):
    assert published(path) == published()
