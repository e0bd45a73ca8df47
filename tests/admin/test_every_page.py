"""What holds for the list and the page of every model."""

import html
import re
import uuid
from dataclasses import replace
from operator import attrgetter

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Country, CustomerUser, DirectoryRole
from customers.services import UserInfo, update_user
from gdap.models import CustomerUserGrant, SecurityGroup
from licensing.models import Product, ProductServicePlan, ServicePlan, Subscription
from partnercenter.accounts.models import AppRegistration, PartnerRole
from tests.admin.pages import OUR_MODELS, WITH_ROWS, add_a_row_of_each, address, admin_of, rows_of
from tests.cast import principal
from tests.factories import StaffFactory

CHANGED_BY_A_SERVICE = {AppRegistration, CustomerUser, SecurityGroup, Subscription}
REFERENCE_DATA = {Country, DirectoryRole, Product, ProductServicePlan, ServicePlan}
INLINE = re.compile(
    r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\ssrc=)(?![^>]*application/json)""", re.IGNORECASE
)

every_model = pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
every_model_with_rows = pytest.mark.parametrize("model", WITH_ROWS, ids=lambda model: model.__name__)
read_only = pytest.mark.parametrize(
    "model", [model for model in WITH_ROWS if model not in CHANGED_BY_A_SERVICE], ids=lambda model: model.__name__
)

known_by_id = pytest.mark.parametrize(
    "model",
    [model for model in WITH_ROWS if model._meta.pk.get_internal_type() == "UUIDField"],
    ids=lambda model: model.__name__,
)

never_added = pytest.mark.parametrize(
    "model", [model for model in OUR_MODELS if model is not AppRegistration], ids=lambda model: model.__name__
)

pytestmark = pytest.mark.usefixtures("still")


@pytest.fixture
def a_row_of_each(still):
    add_a_row_of_each()


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_every_model_of_ours_is_in_the_admin_and_groups_of_django_are_not():
    registered = set(admin.site._registry)
    assert set(OUR_MODELS) - registered == set()
    assert Group not in registered


def test_the_apps_that_hold_models_are_those_that_are_tested_here():
    ours = ("partnercenter", "customers", "licensing", "gdap")
    with_models = {app.label for app in apps.get_app_configs() if app.name.startswith(ours) and list(app.get_models())}
    assert with_models == {model._meta.app_label for model in OUR_MODELS}


def test_the_front_page_is_for_ops_of_partnercenter(as_ops):
    page = as_ops.get("/admin/").content.decode()
    assert "partnercenter operations" in page
    assert "View site" not in page


def test_the_front_page_leads_to_what_ops_changed(as_ops, ops):
    add_a_row_of_each()
    user = CustomerUser.objects.get()
    mine = update_user(by=principal(ops), user=user, info=replace(UserInfo.of(user), first_name="Danka"))
    (link,) = re.findall(r'href="([^"]+)">What I changed', as_ops.get("/admin/").content.decode())
    entries = as_ops.get(link).context["cl"].result_list
    assert [entry.after for entry in entries] == [{change.field: change.after for change in mine}]


@every_model
def test_the_list_opens(as_ops, a_row_of_each, model):
    assert as_ops.get(address(model)).status_code == 200


@every_model_with_rows
def test_the_page_of_a_row_opens(as_ops, a_row_of_each, model):
    row = rows_of(model).first()
    assert as_ops.get(address(model, "change", row.pk)).status_code == 200


@every_model_with_rows
def test_the_list_asks_as_many_queries_for_three_rows_as_for_one(as_ops, a_row_of_each, model):
    as_ops.get(address(model))  # content types and the like are read once per process
    one = queries_of(as_ops, address(model))
    before = rows_of(model).count()
    add_a_row_of_each()
    add_a_row_of_each()
    assert queries_of(as_ops, address(model)) == one
    assert rows_of(model).count() > before or model in REFERENCE_DATA


@every_model_with_rows
def test_the_search_finds_a_row_by_its_text(as_ops, a_row_of_each, model):
    row = rows_of(model).first()
    path = admin_of(model).search_fields[0].lstrip("=").replace("__", ".")
    found = as_ops.get(address(model), {"q": f'"{attrgetter(path)(row)}"'})
    assert row in found.context["cl"].result_list


@every_model_with_rows
def test_the_search_for_what_is_not_there_finds_nothing(as_ops, a_row_of_each, model):
    for words in ("no such thing anywhere", str(uuid.uuid4())):
        found = as_ops.get(address(model), {"q": words})
        assert list(found.context["cl"].result_list) == []


@known_by_id
def test_a_pasted_id_finds_its_row(as_ops, a_row_of_each, model):
    row = rows_of(model).first()
    found = as_ops.get(address(model), {"q": f" {row.pk} "})
    assert list(found.context["cl"].result_list) == [row]


@never_added
def test_nobody_adds_a_row(as_ops, model):
    assert [as_ops.get(address(model, "add")).status_code, as_ops.post(address(model, "add")).status_code] == [403, 403]


@read_only
def test_nobody_changes_a_row(as_ops, a_row_of_each, model):
    row = rows_of(model).first()
    before = rows_of(model).values().get(pk=row.pk)
    assert as_ops.post(address(model, "change", row.pk), {"name": "Changed"}).status_code == 403
    assert rows_of(model).values().get(pk=row.pk) == before


@every_model_with_rows
def test_nobody_deletes_a_row(as_ops, a_row_of_each, model):
    row = rows_of(model).first()
    path = address(model, "delete", row.pk)
    assert [as_ops.get(path).status_code, as_ops.post(path, {"post": "yes"}).status_code] == [403, 403]
    selected = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    as_ops.post(address(model), selected)
    assert rows_of(model).filter(pk=row.pk).exists()


@every_model
def test_partner_staff_are_sent_to_the_sign_in(client, model):
    client.force_login(StaffFactory(roles=[PartnerRole.GLOBAL_ADMIN]))
    answer = client.get(address(model))
    assert (answer.status_code, answer.url) == (302, f"/admin/login/?next={address(model)}")


@every_model_with_rows
def test_no_page_carries_a_script_or_a_style_of_its_own(as_ops, a_row_of_each, model):
    row = rows_of(model).first()
    for path in (address(model), address(model, "change", row.pk)):
        answer = as_ops.get(path)
        assert INLINE.findall(answer.content.decode()) == []
        assert "'unsafe-inline'" not in answer["Content-Security-Policy"]


def test_every_link_on_the_page_of_a_row_leads_to_a_page(as_ops, a_row_of_each):
    pages = [as_ops.get(address(model, "change", rows_of(model).first().pk)) for model in WITH_ROWS]
    links = {link for page in pages for link in re.findall(r'href="(/admin/[^"]+)"', page.content.decode())}
    answers = {link: as_ops.get(html.unescape(link), follow=True) for link in links}
    assert {link for link, answer in answers.items() if answer.status_code != 200} == set()
    assert {link for link, answer in answers.items() if answer.request["QUERY_STRING"] == "e=1"} == set()


def test_the_table_of_personal_grants_is_empty(as_ops):
    page = as_ops.get(address(CustomerUserGrant))
    assert page.context["cl"].result_count == 0
