"""App registrations and their secrets, through the service."""

import pytest

from partnercenter.accounts.models import AppRegistration, ClientSecret
from partnercenter.accounts.services import add_secret, register_app, remove_secret, update_app
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import DomainError
from tests.cast import forget_records
from tests.factories import SYSTEM


def recorded():
    """Operation, before and after of each record, oldest first."""
    return list(AuditRecord.objects.order_by("occurred_at", "pk").values_list("operation", "before", "after"))


@pytest.mark.parametrize(
    "uri",
    [
        *("javascript:alert(1)", "data:text/html,x", "http://evil.example", "https://", "//desk.example", "desk"),
        *("https://desk.example/#x", "https://desk.example/ x", "file:///etc/passwd", "http://localhost.evil.example"),
        "http://[",
    ],
)
def test_a_redirect_uri_that_could_lead_astray_is_not_registered(world, uri):
    with pytest.raises(DomainError) as refused:
        register_app(by=SYSTEM, tenant=world.contoso, display_name="Desk", redirect_uris=[uri])
    assert [problem.field for problem in refused.value.problems] == ["redirect_uris"]
    assert AppRegistration.objects.count() == 0


def test_a_redirect_uri_is_https_or_loopback_or_the_apps_own_scheme(world):
    uris = ["https://desk.example/back", "http://127.0.0.1:8400/x", "com.desk.app://back", "msal4711://auth"]
    app = register_app(by=SYSTEM, tenant=world.contoso, display_name="Desk", redirect_uris=uris)
    assert AppRegistration.objects.get(pk=app.pk).redirect_uris == uris


def test_an_app_has_a_name(world):
    with pytest.raises(DomainError, match="Give the app a name"):
        register_app(by=SYSTEM, tenant=world.contoso, display_name=" ")


def test_a_public_app_gets_no_secret(handset):
    with pytest.raises(DomainError, match="A public app can keep no secret"):
        add_secret(by=SYSTEM, app=handset.app)
    assert ClientSecret.objects.count() == 0


def test_every_change_is_recorded_and_no_secret_is(world, desk):
    forget_records()
    update_app(by=SYSTEM, app=desk.app, display_name="Contoso Desk 2", is_active=True)
    (operation, before, after) = recorded()[0]
    assert (operation, before, after) == (
        "update_application",
        {"display_name": "Contoso Desk"},
        {"display_name": "Contoso Desk 2"},
    )
    row = ClientSecret.objects.get()
    remove_secret(by=SYSTEM, secret=row)
    assert ("update_application_secrets", {"secrets": [f"{row.hint}..."]}, {"secrets": []}) in recorded()
    assert desk.secret not in str(recorded())


def test_a_change_that_changes_nothing_is_not_recorded(desk):
    before = recorded()
    update_app(by=SYSTEM, app=desk.app, is_active=True)
    assert recorded() == before


def test_only_what_may_change_is_changed(desk):
    with pytest.raises(TypeError, match="is_public"):
        update_app(by=SYSTEM, app=desk.app, is_public=True)
