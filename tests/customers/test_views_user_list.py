"""Users and licenses of a customer: the list and the pane about one of them."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.urls import reverse

from customers.models import Customer, CustomerUser
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter import clock
from partnercenter.accounts.models import User
from tests.factories import (
    SYSTEM,
    AssignmentFactory,
    CustomerUserFactory,
    RelationshipFactory,
    SecurityGroupFactory,
    StaffFactory,
    plan,
    sku,
    stock,
)
from tests.portal.editing import Editing
from tests.portal.visitor import Page, Visitor

PRODUCT = "POWER_BI_PRO"


def address(customer: Customer, query: str = "") -> str:
    return f"{reverse('users', args=[customer.pk])}{query}"


def open_list(user: User, customer: Customer, query: str = "") -> Page:
    page = Visitor(user).get(address(customer, query))
    assert page.status == 200
    return page


def names(user: User, customer: Customer, query: str = "") -> list[str]:
    page = open_list(user, customer, query)
    return page.names if page.main.all("table") else []


def give(user: CustomerUser, product: str = PRODUCT, *, without: str = "") -> None:
    """A license, given as the portal gives it."""
    off = frozenset({plan(product, without)}) if without else frozenset()
    update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku(product), off),)))


@pytest.fixture
def staffed(world):
    """Fabrikam with a few more people of all kinds; Litware's namesake has one that would leak."""
    stock(world.fabrikam, PRODUCT, seats=10)
    stock(world.namesake, PRODUCT, seats=10)
    lost = CustomerUserFactory(customer=world.fabrikam, first_name="Gone", last_name="Person", local_part="gone")
    lost.deleted_at = clock.now()
    lost.save()
    CustomerUserFactory(
        customer=world.fabrikam, first_name="Émile", last_name="Zola", local_part="zola", usage_location="FR"
    )
    blocked = CustomerUserFactory(
        customer=world.fabrikam, first_name="Bo", last_name="Locked", local_part="aaa", usage_location=""
    )
    blocked.sign_in_blocked = True
    blocked.last_directory_sync_at = clock.now()
    blocked.save()
    CustomerUserFactory(customer=world.namesake, first_name="Never", last_name="Shown", local_part="never")
    give(world.dana)
    give(world.dana_of_namesake)
    return world


NOTHING = "\N{EN DASH}"
ROWS = [
    ["Bo Locked", "aaa@fabrikam.com", NOTHING, NOTHING, "Sign-in blocked No location Synchronized"],
    ["Dana Hudecova", "dana.hudecova@fabrikam.com", "Power BI Pro", "SK", "Active"],
    ["Global Admin", "global.admin@fabrikam.com", NOTHING, "SK", "Admin"],
    ["Émile Zola", "zola@fabrikam.com", NOTHING, "FR", "Active"],
]
EVERYBODY = [row[0] for row in ROWS]


def test_the_list_shows_the_living_users_of_this_customer_and_nobody_else(staffed):
    page = open_list(staffed.ava, staffed.fabrikam)
    assert page.columns == ["Name", "Email", "Licenses", "Location", "Status"]
    assert page.rows == ROWS
    assert page.headline == "Fabrikam, Inc. | Users and licenses"


def test_another_partner_with_a_right_at_the_same_customer_sees_the_same_users(staffed):
    assert open_list(staffed.max, staffed.fabrikam).rows == ROWS
    assert names(staffed.max, staffed.namesake) == ["Dana Hudecova", "Never Shown"]


def test_a_user_with_two_licenses_has_both_in_one_row(staffed):
    stock(staffed.fabrikam, "EXCHANGESTANDARD", seats=1)
    give(staffed.dana, "EXCHANGESTANDARD")
    assert open_list(staffed.ava, staffed.fabrikam, "?q=dana").rows[0][2] == "Exchange Online (Plan 1), Power BI Pro"


def test_search_finds_names_and_emails_by_any_part_of_them(staffed):
    expected = {
        "dana": ["Dana Hudecova"],
        "HUDEC": ["Dana Hudecova"],
        "zola@fab": ["Émile Zola"],
        "ÉMILE": ["Émile Zola"],
        "@fabrikam.com": EVERYBODY,
        "  bo ": ["Bo Locked"],
        "gone": [],
        "never": [],
        "%": [],
        "_": [],
        "\0": EVERYBODY,
        "x" * 3000: [],
    }
    found = {query: names(staffed.ava, staffed.fabrikam, f"?q={quote(query)}") for query in expected}
    assert found == expected


def test_the_filters_show_their_kind_of_users(staffed):
    page = open_list(staffed.ava, staffed.fabrikam)
    (pills,) = page.main.all("nav", **{"aria-label": "Filter users"})
    assert {pill.text: page.follow(pill.text).names for pill in pills.all("a")} == {
        "All": EVERYBODY,
        "Licensed": ["Dana Hudecova"],
        "Unlicensed": ["Bo Locked", "Global Admin", "Émile Zola"],
        "Admins": ["Global Admin"],
    }


def test_the_chosen_filter_is_marked(staffed):
    page = open_list(staffed.ava, staffed.fabrikam).follow("Admins")
    (pills,) = page.main.all("nav", **{"aria-label": "Filter users"})
    assert [link.text for link in pills.all("a") if link["aria-current"]] == ["Admins"]


def test_a_filter_keeps_the_search_and_the_order_and_a_search_keeps_the_filter(staffed):
    page = open_list(staffed.ava, staffed.fabrikam, "?q=a&sort=-name").follow("Unlicensed")
    assert page.names == ["Émile Zola", "Global Admin", "Bo Locked"]
    page = page.search.submit(q="global")
    assert page.names == ["Global Admin"]
    assert parse_qs(urlsplit(page.address).query)["filter"] == ["unlicensed"]
    assert parse_qs(urlsplit(page.address).query)["sort"] == ["-name"]


def test_an_unknown_filter_shows_everybody(staffed):
    assert names(staffed.ava, staffed.fabrikam, "?filter=deleted") == EVERYBODY


def test_a_search_without_a_match_says_so(staffed):
    page = open_list(staffed.ava, staffed.fabrikam, "?q=nobody")
    assert "No user matches" in page.text


def test_the_list_is_sorted_by_every_column_that_says_so_both_ways(staffed):
    zola = CustomerUser.objects.get(first_name="Émile")
    zola.user_principal_name = "0zola@fabrikam.com"
    zola.save()
    orders = {
        "Name": ["Bo Locked", "Dana Hudecova", "Global Admin", "Émile Zola"],
        "Email": ["Émile Zola", "Bo Locked", "Dana Hudecova", "Global Admin"],
    }
    page = open_list(staffed.ava, staffed.fabrikam, "?sort=location")
    assert [row[3] for row in page.rows] == [NOTHING, "FR", "SK", "SK"]
    assert [row[3] for row in page.follow("Location").rows] == ["SK", "SK", "FR", NOTHING]
    for column, order in orders.items():
        page = page.follow(column)
        assert page.names == order
        page = page.follow(column)
        assert page.names == order[::-1]


def test_pages_go_forward_and_back_over_everybody_once(staffed, settings):
    settings.PAGE_SIZE = 1
    for query in ("?sort=name", "?sort=-email", "?sort=location", "?filter=unlicensed"):
        page, forward = open_list(staffed.ava, staffed.fabrikam, query), []
        while True:
            forward += page.names
            if not page.can_turn("Next"):
                break
            page = page.turn("Next")
        backward = page.names
        while page.can_turn("Previous"):
            page = page.turn("Previous")
            backward = page.names + backward
        settings.PAGE_SIZE = 50
        assert forward == backward == names(staffed.ava, staffed.fabrikam, query)
        settings.PAGE_SIZE = 1


# Who may not -------------------------------------------------------------------------------------------------------


def test_without_a_directory_right_the_page_says_which_roles_and_groups_would_do(staffed):
    page = Visitor(staffed.nora).get(address(staffed.fabrikam))
    assert page.status == 403
    assert (
        "To see users at Fabrikam, Inc. you need Directory Readers, Global Reader or User Administrator." in page.text
    )
    assert (
        "It comes with membership of GDAP Directory writers (Directory Writers), GDAP Leads (Directory Writers), "
        "GDAP Helpdesk (Helpdesk Administrator), GDAP License desk (License Administrator) "
        "or GDAP User admins (User Administrator)."
    ) in page.text
    assert "dana" not in page.html.casefold()


def test_where_no_group_has_such_a_role_the_page_says_what_to_request(staffed):
    page = Visitor(staffed.ava).get(address(staffed.tailspin))
    assert page.status == 403
    assert (
        "No security group of Contoso Cloud Partners has one of these roles here; "
        "an Admin agent can request an admin relationship with it."
    ) in page.text


def test_the_pane_cannot_be_opened_around_the_refusal(staffed):
    page = Visitor(staffed.nora).get(address(staffed.fabrikam, f"?user={staffed.dana.pk}"))
    assert page.status == 403
    assert "dana" not in page.html.casefold()


# Selecting ---------------------------------------------------------------------------------------------------------


def ticked(page: Page) -> list[str]:
    """Names of the ticked rows."""
    lines = [line for body in page.main.all("tbody") for line in body.all("tr")]
    return [
        line.all("th")[0].text for line in lines if any("checked" in box for box in line.all("input", type="checkbox"))
    ]


def test_what_is_selected_stays_selected_on_every_page(staffed, settings):
    settings.PAGE_SIZE = 2
    zola = CustomerUser.objects.get(first_name="Émile")
    page = open_list(staffed.ava, staffed.fabrikam, f"?selected={staffed.dana.pk}&selected={zola.pk}")
    assert ticked(page) == ["Dana Hudecova"]
    assert page.form("list-form").values["selected"] == [str(zola.pk), str(staffed.dana.pk)]
    page = page.turn("Next")
    assert ticked(page) == ["Émile Zola"]
    assert sorted(page.form("list-form").values["selected"]) == sorted([str(zola.pk), str(staffed.dana.pk)])
    assert ticked(page.turn("Previous")) == ["Dana Hudecova"]
    assert ticked(page.follow("Email")) == ["Dana Hudecova"]
    assert ticked(page.follow("Licensed")) == ["Dana Hudecova"]


def test_a_search_and_an_open_pane_keep_the_selection(staffed):
    page = open_list(staffed.ava, staffed.fabrikam, f"?selected={staffed.dana.pk}")
    page = page.follow("Global Admin")
    assert ticked(page) == ["Dana Hudecova"]
    page = page.search.submit(q="global")
    assert page.form("list-form").values["selected"] == [str(staffed.dana.pk)]


def test_garbage_and_strangers_in_the_selection_do_no_harm(staffed):
    query = f"?selected=garbage&selected=&selected={staffed.dana_of_namesake.pk}&selected={staffed.dana.pk}"
    page = open_list(staffed.ava, staffed.fabrikam, query)
    assert ticked(page) == ["Dana Hudecova"]
    assert "never" not in page.html.casefold()


def test_the_command_edits_the_one_user_that_is_ticked(staffed):
    page = open_list(staffed.ava, staffed.fabrikam)
    page = page.form("list-form").submit(selected=str(staffed.dana.pk), press="Edit user")
    assert page.status == 200
    assert page.headline == "Edit user | User info"
    assert page.form("wizard-form").values["display_name"] == ["Dana Hudecova"]


@pytest.mark.parametrize("count", [0, 2])
def test_the_command_says_that_it_takes_one_user(staffed, count):
    chosen = [str(user.pk) for user in (staffed.dana, staffed.global_admin)][:count]
    page = open_list(staffed.ava, staffed.fabrikam, "?sort=-name")
    page = page.form("list-form").submit(selected=chosen, press="Edit user")
    assert page.messages == [f"Edit works on one user at a time; {count} are selected."]
    assert page.names == EVERYBODY[::-1]
    assert ticked(page) == ["Global Admin", "Dana Hudecova"][: count or None] * bool(count)


def test_editing_a_selected_stranger_or_garbage_is_not_there(staffed):
    page = Visitor(staffed.ava).open(
        f"{reverse('edit-selected', args=[staffed.fabrikam.pk])}?selected={staffed.dana_of_namesake.pk}"
    )
    assert page.status == 404
    page = Visitor(staffed.ava).open(f"{reverse('edit-selected', args=[staffed.fabrikam.pk])}?selected=garbage")
    assert page.names == EVERYBODY


# The pane ----------------------------------------------------------------------------------------------------------


def pane(page: Page) -> str:
    found = page.document.with_id("pane")
    assert found is not None
    return found.text


def facts(page: Page) -> dict[str, str]:
    found = page.document.with_id("pane")
    assert found is not None
    return {line.all("dt")[0].text: line.all("dd")[0].text for line in found.all("div") if line.all("dt")[:1]}


def test_a_name_opens_the_pane_about_its_user_and_the_pane_closes_again(staffed):
    give(staffed.dana, without="BI_AZURE_P2")
    page = open_list(staffed.ava, staffed.fabrikam, "?sort=-name").follow("Dana Hudecova")
    assert page.names == EVERYBODY[::-1]
    assert parse_qs(urlsplit(page.address).query)["user"] == [str(staffed.dana.pk)]
    assert facts(page) == {
        "First name": "Dana",
        "Last name": "Hudecova",
        "Display name": "Dana Hudecova",
        "Email": "dana.hudecova@fabrikam.com",
        "Location": "SK",
        "Power BI Pro": "1 of 2 service plans on",
    }
    assert "User (no admin role)" in pane(page)
    page = page.follow("Close the details of Dana Hudecova")
    assert pane(page) == ""
    assert page.names == EVERYBODY[::-1]


def test_the_pane_leads_to_the_wizard(staffed):
    page = open_list(staffed.ava, staffed.fabrikam, f"?user={staffed.global_admin.pk}")
    assert "Global Administrator" in pane(page)
    page = page.follow("Edit Global Admin")
    assert page.form("wizard-form").values["display_name"] == ["Global Admin"]


def test_the_pane_opens_also_for_somebody_who_is_on_another_page_of_the_list(staffed, settings):
    settings.PAGE_SIZE = 1
    page = open_list(staffed.ava, staffed.fabrikam, f"?user={staffed.dana.pk}")
    assert page.names == ["Bo Locked"]
    assert facts(page)["Display name"] == "Dana Hudecova"


def test_a_foreign_deleted_or_broken_id_opens_no_pane(staffed):
    deleted = CustomerUser.objects.get(first_name="Gone")
    for wrong in (staffed.dana_of_namesake.pk, staffed.dana_of_northwind.pk, deleted.pk, "garbage", ""):
        page = open_list(staffed.ava, staffed.fabrikam, f"?user={wrong}")
        assert pane(page) == ""
        assert page.names == EVERYBODY


def test_the_pane_hides_what_the_person_may_not_see_and_says_why(staffed):
    """A Guest Inviter reads users, but not their directory roles."""
    guest = StaffFactory(partner=staffed.contoso, username="ivy.inviter@contoso-partners.example")
    group = SecurityGroupFactory(partner=staffed.contoso, display_name="GDAP Inviters", members=[guest])
    relationship = RelationshipFactory(
        partner=staffed.contoso, customer=staffed.fabrikam, display_name="Guests", roles=["Guest Inviter"]
    )
    AssignmentFactory(relationship=relationship, group=group)
    page = open_list(guest, staffed.fabrikam, f"?user={staffed.global_admin.pk}")
    assert [row[4] for row in page.rows] == ["Sign-in blocked No location Synchronized", "Active", "Active", "Active"]
    assert "Global Administrator" not in pane(page)
    assert "To see directory roles at Fabrikam, Inc. you need" in pane(page)


def test_markup_in_a_name_stays_text_in_list_pane_and_wizard(staffed):
    odd = CustomerUserFactory(
        customer=staffed.fabrikam, first_name="<b>", last_name='"><script>', display_name="<script>alert(1)</script>"
    )
    page = open_list(staffed.ava, staffed.fabrikam, f"?user={odd.pk}")
    assert page.names[0] == "<script>alert(1)</script>"
    assert facts(page)["Last name"] == '"><script>'
    editing = Editing(staffed.ava, odd)
    assert editing.form.values["last_name"] == ['"><script>']
