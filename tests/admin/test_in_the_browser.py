"""The pages of ops under the strict content security policy; `open_page` fails a test whose page breaks it."""

import pytest
from django.urls import reverse

PAGES = ("customers_customer", "customers_customeruser", "licensing_subscribedsku", "gdap_customergrant")

pytestmark = [pytest.mark.e2e, pytest.mark.once]


@pytest.fixture
def signed_in(page):
    page.goto("/admin/")
    page.get_by_label("User principal name").fill("ops")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Records").wait_for()
    return page


def test_lists_and_rows_open_with_their_scripts_and_styles(signed_in):
    for name in PAGES:
        signed_in.goto(reverse(f"admin:{name}_changelist"))
        signed_in.locator("#result_list tbody th a").first.click()
        signed_in.get_by_role("link", name="History").wait_for()


def test_a_directory_role_moves_from_one_list_to_the_other(signed_in):
    signed_in.goto(reverse("admin:customers_customeruser_changelist") + "?q=dana.hudecova@fabrikam.com")
    signed_in.get_by_role("link", name="dana.hudecova@fabrikam.com").click()
    role = "Helpdesk Administrator"
    signed_in.locator("#id_roles_from").select_option(label=role)
    signed_in.locator("#id_roles_add").click()
    assert signed_in.locator("#id_roles_to option").all_inner_texts() == [role]
