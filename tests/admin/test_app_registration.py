"""Ops register programs, and see each secret once."""

import pytest

from partnercenter.accounts.models import AppRegistration, ClientSecret, digest_of
from partnercenter.accounts.services import add_secret, register_app
from partnercenter.audit.models import AuditRecord
from tests.admin.pages import address, errors_in, values_in
from tests.factories import SYSTEM, PartnerFactory

pytestmark = pytest.mark.usefixtures("still")


@pytest.fixture
def contoso(still):
    return PartnerFactory(name="Contoso Cloud Partners")


@pytest.fixture
def register(as_ops, contoso):
    def register(**fields):
        values = {
            "tenant": contoso.pk,
            "display_name": "Desk",
            "redirect_uris": "https://desk.example/a\nhttps://desk.example/b\n",
            **fields,
        }
        return as_ops.post(address(AppRegistration, "add"), values)

    return register


@pytest.fixture
def app(contoso):
    return register_app(by=SYSTEM, tenant=contoso, display_name="Desk", graph_scopes=["User.Read"])


@pytest.fixture
def save(as_ops, app):
    def save(**changed):
        page = address(AppRegistration, "change", app.pk)
        fields = page_values(as_ops.get(page)) | changed
        return as_ops.post(page, {name: value for name, value in fields.items() if value is not None})

    return save


def page_values(page):
    return {name: value for name, value in values_in(page).items() if value != []}


def digests():
    return sorted(ClientSecret.objects.values_list("digest", flat=True))


def test_the_form_for_a_new_program_opens(as_ops):
    assert as_ops.get(address(AppRegistration, "add")).status_code == 200


def test_a_new_program_gets_a_secret_that_is_shown_this_once(as_ops, register, contoso):
    page = register()
    app = AppRegistration.objects.get()
    secret = page.context["secret"]
    assert (app.tenant, app.display_name, app.is_public, app.is_active) == (contoso, "Desk", False, True)
    assert app.redirect_uris == ["https://desk.example/a", "https://desk.example/b"]
    assert digests() == [digest_of(secret)]
    assert page.content.decode().count(secret) == 1
    later = [as_ops.get(address(AppRegistration, "change", app.pk)), as_ops.get(address(ClientSecret))]
    assert [secret in again.content.decode() for again in later] == [False, False]
    assert secret not in str(page.cookies)


def test_a_public_program_gets_none(register):
    assert register(is_public="on").status_code == 302
    assert (AppRegistration.objects.get().is_public, digests()) == (True, [])


def test_what_the_service_refuses_comes_back_in_the_form(register):
    page = register(redirect_uris="https://desk.example/a\njavascript:alert(1)")
    assert errors_in(page) == {
        "redirect_uris": [
            "javascript:alert(1) is no redirect URI: use https, or http on this machine, and no fragment.",
        ]
    }
    assert AppRegistration.objects.count() == 0


def test_a_change_goes_through_the_service_and_is_recorded(ops, app, save):
    assert save(display_name="Desk 2", graph_scopes="User.Read\nGroup.Read.All").status_code == 302
    app.refresh_from_db()
    assert (app.display_name, app.graph_scopes) == ("Desk 2", ["User.Read", "Group.Read.All"])
    record = AuditRecord.objects.get(operation="update_application")
    assert (record.principal_name, record.door, record.after) == (
        ops.username,
        "admin",
        {"display_name": "Desk 2", "graph_scopes": ["User.Read", "Group.Read.All"]},
    )


def test_a_program_that_was_switched_off_stays_in_the_list(as_ops, app, save):
    save(is_active=None)
    assert list(as_ops.get(address(AppRegistration)).context["cl"].result_list) == [app]
    assert AppRegistration.objects.get().is_active is False


def test_a_second_secret_is_shown_once_and_the_first_can_go(app, save):
    first = add_secret(by=SYSTEM, app=app)
    second = save(new_secret="on").context["secret"]
    assert digests() == sorted([digest_of(first), digest_of(second)])
    assert save(remove_secrets=[ClientSecret.objects.get(digest=digest_of(first)).pk]).status_code == 302
    assert digests() == [digest_of(second)]


def test_a_public_program_that_asks_for_a_secret_is_refused(as_ops, contoso):
    public = register_app(by=SYSTEM, tenant=contoso, display_name="Handset", is_public=True)
    page = address(AppRegistration, "change", public.pk)
    answer = as_ops.post(page, {**page_values(as_ops.get(page)), "new_secret": "on"})
    assert errors_in(answer) == {"__all__": ["A public app can keep no secret, so it gets none."]}
    assert digests() == []
