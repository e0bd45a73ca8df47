"""No token, secret, code or password reaches a log."""

import logging

from partnercenter.accounts.tokens.devices import waiting_device
from tests.accounts.conftest import AT_GRAPH
from tests.accounts.test_authorize import BACK, told


def test_whatever_comes_in_or_goes_out_no_log_knows_it(world, desk, handset, client, ask, sign_in, caplog):  # noqa: PLR0917  fixtures
    for name in ("", "django.request", "partnercenter.access"):
        caplog.set_level(logging.DEBUG, logger=name)
    signed_in = sign_in(world.ava, desk)
    client.force_login(world.ava)
    query = {"client_id": str(desk.app.pk), "response_type": "code", "redirect_uri": BACK, "scope": AT_GRAPH}
    code = told(client.get("/common/oauth2/v2.0/authorize", query))["code"]
    asked = {"client_id": str(handset.app.pk), "scope": AT_GRAPH}
    device = client.post("/common/oauth2/v2.0/devicecode", asked).json()
    assert waiting_device(device["user_code"]) is not None
    for fields in (
        {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK},
        {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK},
        {"grant_type": "refresh_token", "refresh_token": signed_in["refresh_token"]},
        {"grant_type": "refresh_token", "refresh_token": "a-token-that-is-wrong"},
        {"grant_type": "password", "username": world.ava.username, "password": "a-password-that-is-wrong"},
        {"grant_type": "client_credentials", "client_secret": "a-secret-that-is-wrong"},
    ):
        ask(world.contoso.pk, **{**desk.proof, "scope": AT_GRAPH, **fields})
    secrets = [
        *(desk.secret, signed_in["access_token"], signed_in["refresh_token"], signed_in["id_token"], code),
        *(device["device_code"], device["user_code"], "that-is-wrong"),
    ]
    assert caplog.records != []
    assert [secret for secret in secrets if secret in caplog.text] == []
