"""When a page fails, neither the log nor a mail to admins nor the page tells what somebody had sent."""

import logging
import secrets

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils.log import AdminEmailHandler

from tests.accounts.conftest import AT_GRAPH

pytestmark = pytest.mark.once


@pytest.fixture
def mails(settings):
    """Mails with the whole report, as an operator may want them."""
    settings.ADMINS = [("Ops", "ops@example.com")]
    handler = AdminEmailHandler(include_html=True)
    logging.getLogger("django.request").addHandler(handler)
    yield mail.outbox
    logging.getLogger("django.request").removeHandler(handler)


def test_no_secret_is_in_logs_mails_and_pages_of_errors(world, desk, caplog, mails):
    caplog.set_level(logging.DEBUG)
    secret = secrets.token_hex(12)
    client = Client(raise_request_exception=False)
    client.force_login(world.ava)
    with connection.cursor() as cursor:
        for table in ("accounts_signinlimit", "accounts_clientsecret", "otp_totp_totpdevice", "accounts_signingkey"):
            cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_gone"')
    bearer = {"Authorization": f"Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.{secret}.{secret}"}
    token = f"/{world.contoso.pk}/oauth2/v2.0/token"
    asked = {"client_id": str(desk.app.pk), "scope": AT_GRAPH}
    tries = [
        Client(raise_request_exception=False).post("/sign-in/", {"username": "ava", "password": secret}),
        Client(raise_request_exception=False).post("/admin/login/", {"username": "ops", "password": secret}),
        Client(raise_request_exception=False).post("/tenant/sign-in/", {"username": "a@b.example", "password": secret}),
        client.post(token, {**asked, "grant_type": "client_credentials", "client_secret": secret}),
        client.post(token, {**asked, "grant_type": "password", "username": "ava", "password": secret}),
        client.post("/devicelogin", {"user_code": secret}),
        client.post("/account/second-factor/", {"go": "confirm", "code": secret[:20]}),
        client.get(f"/account/second-factor/?code={secret}"),
        client.get("/v1/customers", headers=bearer),
        client.get("/v1.0/me", headers=bearer),
    ]
    assert [answer.status_code for answer in tries] == [500] * len(tries)
    bodies = [answer.content.decode() for answer in tries]
    reports = [f"{sent.subject} {sent.body} {sent.alternatives}" for sent in mails]
    assert len(reports) >= 8
    session = client.cookies["sessionid"].value
    assert [report[:200] for report in reports if session in report] == []
    found = [text[:200] for text in (*bodies, *reports, caplog.text) if secret[:20] in text]
    assert found == []
