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

READ_ONLY = [model for model in WITH_ROWS if model not in CHANGED_BY_A_SERVICE]
KNOWN_BY_ID = [model for model in WITH_ROWS if model._meta.pk.get_internal_type() == "UUIDField"]
NEVER_ADDED = [model for model in OUR_MODELS if model is not AppRegistration]

pytestmark = pytest.mark.usefixtures("still")


@pytest.fixture
def a_row_of_each(still):
    add_a_row_of_each()


def of_each(models, found):
    """What is found for each model, by its name: one test looks at all of them, as making the rows takes longest."""
    return {model.__name__: found(model) for model in models}


def all_of(models, wanted):
    return of_each(models, lambda model: wanted)


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


def test_the_list_opens(as_ops, a_row_of_each):
    found = of_each(OUR_MODELS, lambda model: as_ops.get(address(model)).status_code)
    assert found == all_of(OUR_MODELS, 200)


def test_the_page_of_a_row_opens(as_ops, a_row_of_each):
    found = of_each(
        WITH_ROWS, lambda model: as_ops.get(address(model, "change", rows_of(model).first().pk)).status_code
    )
    assert found == all_of(WITH_ROWS, 200)


def test_the_list_asks_as_many_queries_for_three_rows_as_for_one(as_ops, a_row_of_each):
    for model in WITH_ROWS:
        as_ops.get(address(model))  # content types and the like are read once per process
    one = of_each(WITH_ROWS, lambda model: queries_of(as_ops, address(model)))
    before = of_each(WITH_ROWS, lambda model: rows_of(model).count())
    add_a_row_of_each()
    add_a_row_of_each()
    assert of_each(WITH_ROWS, lambda model: queries_of(as_ops, address(model))) == one
    assert {model for model in WITH_ROWS if rows_of(model).count() == before[model.__name__]} <= REFERENCE_DATA


def test_the_search_finds_a_row_by_its_text(as_ops, a_row_of_each):
    def is_found(model):
        row = rows_of(model).first()
        path = admin_of(model).search_fields[0].lstrip("=").replace("__", ".")
        found = as_ops.get(address(model), {"q": f'"{attrgetter(path)(row)}"'})
        return row in found.context["cl"].result_list

    assert of_each(WITH_ROWS, is_found) == all_of(WITH_ROWS, True)


def test_the_search_for_what_is_not_there_finds_nothing(as_ops, a_row_of_each):
    for words in ("no such thing anywhere", str(uuid.uuid4())):
        found = of_each(
            WITH_ROWS,
            lambda model: list(as_ops.get(address(model), {"q": words}).context["cl"].result_list),  # noqa: B023
        )
        assert found == all_of(WITH_ROWS, [])


def test_a_pasted_id_finds_its_row(as_ops, a_row_of_each):
    first = of_each(KNOWN_BY_ID, lambda model: [rows_of(model).first()])

    def found(model):
        answer = as_ops.get(address(model), {"q": f" {first[model.__name__][0].pk} "})
        return list(answer.context["cl"].result_list)

    assert of_each(KNOWN_BY_ID, found) == first


def test_nobody_adds_a_row(as_ops):
    def answers(model):
        path = address(model, "add")
        return [as_ops.get(path).status_code, as_ops.post(path).status_code]

    assert of_each(NEVER_ADDED, answers) == all_of(NEVER_ADDED, [403, 403])


def test_nobody_changes_a_row(as_ops, a_row_of_each):
    first = of_each(READ_ONLY, lambda model: rows_of(model).first().pk)
    before = of_each(READ_ONLY, lambda model: rows_of(model).values().get(pk=first[model.__name__]))
    answers = of_each(
        READ_ONLY,
        lambda model: as_ops.post(address(model, "change", first[model.__name__]), {"name": "Changed"}).status_code,
    )
    assert answers == all_of(READ_ONLY, 403)
    assert of_each(READ_ONLY, lambda model: rows_of(model).values().get(pk=first[model.__name__])) == before


def test_nobody_deletes_a_row(as_ops, a_row_of_each):
    first = of_each(WITH_ROWS, lambda model: rows_of(model).first().pk)

    def answers(model):
        pk = first[model.__name__]
        path = address(model, "delete", pk)
        as_ops.post(address(model), {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
        return [as_ops.get(path).status_code, as_ops.post(path, {"post": "yes"}).status_code]

    assert of_each(WITH_ROWS, answers) == all_of(WITH_ROWS, [403, 403])
    there = of_each(WITH_ROWS, lambda model: rows_of(model).filter(pk=first[model.__name__]).exists())
    assert there == all_of(WITH_ROWS, True)


def test_partner_staff_are_sent_to_the_sign_in(client):
    client.force_login(StaffFactory(roles=[PartnerRole.GLOBAL_ADMIN]))

    def answer(model):
        page = client.get(address(model))
        return page.status_code, page.url

    there = of_each(OUR_MODELS, lambda model: (302, f"/admin/login/?next={address(model)}"))
    assert of_each(OUR_MODELS, answer) == there


def test_no_page_carries_a_script_or_a_style_of_its_own(as_ops, a_row_of_each):
    def own_code(model):
        pages = [as_ops.get(path) for path in (address(model), address(model, "change", rows_of(model).first().pk))]
        allowed = ["'unsafe-inline'" for page in pages if "'unsafe-inline'" in page["Content-Security-Policy"]]
        return [found for page in pages for found in INLINE.findall(page.content.decode())] + allowed

    assert of_each(WITH_ROWS, own_code) == all_of(WITH_ROWS, [])


def test_every_link_on_the_page_of_a_row_leads_to_a_page(as_ops, a_row_of_each):
    pages = [as_ops.get(address(model, "change", rows_of(model).first().pk)) for model in WITH_ROWS]
    links = {link for page in pages for link in re.findall(r'href="(/admin/[^"]+)"', page.content.decode())}
    answers = {link: as_ops.get(html.unescape(link), follow=True) for link in links}
    assert {link for link, answer in answers.items() if answer.status_code != 200} == set()
    assert {link for link, answer in answers.items() if answer.request["QUERY_STRING"] == "e=1"} == set()


def test_the_table_of_personal_grants_is_empty(as_ops):
    page = as_ops.get(address(CustomerUserGrant))
    assert page.context["cl"].result_count == 0
