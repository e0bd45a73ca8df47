"""Billing > Licenses on the customer's side: products, their users, and giving and taking them."""

import uuid

import pytest

from customers.models import CustomerUser
from gdap.access.customer_side import customer_principal
from licensing.ledger import ledger_problems
from licensing.models import LicenseAssignment, Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from licensing.services.subscriptions import rewrite_windows
from partnercenter.audit.models import AuditRecord
from tests.cast import after
from tests.factories import SYSTEM, CustomerUserFactory, SubscriptionFactory, plan, sku, stock
from tests.tenant.visitor import TenantVisitor, admin_of

LIST = "/tenant/billing/licenses/"
BI = sku("POWER_BI_PRO")
E3 = sku("ENTERPRISEPACK")


@pytest.fixture
def admin(world):
    return TenantVisitor(world.global_admin)


@pytest.fixture
def owned(world):
    """Power BI at Fabrikam and at the other Fabrikam; what nobody can be assigned besides."""
    stock(world.fabrikam, "POWER_BI_PRO", seats=3)
    stock(world.fabrikam, "SHAREPOINTSTORAGE", seats=50)
    stock(world.fabrikam, "ATP_ENTERPRISE_FACULTY", seats=25)
    stock(world.namesake, "POWER_BI_PRO", seats=7)


def address(product=BI, page=""):
    return f"{LIST}{product}/{page}"


def give(*users, product=BI, disabled=()):
    for user in users:
        update_licenses(
            by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(product, frozenset(disabled)),))
        )


def holders(product=BI):
    rows = LicenseAssignment.objects.filter(subscribed_sku__product=product)
    return sorted(rows.values_list("user__user_principal_name", flat=True))


def user(world, name, **rest):
    return CustomerUserFactory(
        customer=world.fabrikam, display_name=name, local_part=name.lower().replace(" ", "."), **rest
    )


def test_the_list_has_one_row_per_product_that_users_can_get_over_all_subscriptions(world, owned, admin):
    SubscriptionFactory(customer=world.fabrikam, partner=world.litware, product="POWER_BI_PRO", quantity=2)
    give(world.dana)
    page = admin.get(LIST)
    assert page.headline == "Licenses"
    assert page.columns == ["Product", "Available", "Assigned"]
    assert page.rows == [["Power BI Pro", "4", "1/5"]]


def test_more_users_than_seats_and_products_that_are_gone_by_the_clock(world, owned, admin):
    ending = SubscriptionFactory(
        customer=world.fabrikam, partner=world.contoso, product="VISIOCLIENT", quantity=2, auto_renew=False
    )
    give(world.dana, world.global_admin)
    bought = Subscription.objects.get(customer=world.fabrikam, product=BI)
    bought.quantity = 1
    bought.save()
    rewrite_windows(bought)
    assert admin.get(LIST).rows == [["Power BI Pro", "0 Over-assigned by 1", "2/1"], ["Visio Plan 2", "2", "0/2"]]
    assert "Over-assigned by 1" in admin.get(address()).text
    with after(days=365 + 30 + 89):
        assert admin.get(LIST).rows[1] == ["Visio Plan 2", "0", "0/0"]
    with after(days=365 + 30 + 90):
        assert admin.get(LIST).names == ["Power BI Pro"]
    assert ending.product_id != BI


def test_the_list_takes_the_same_queries_for_one_and_for_three_turns_its_pages_and_searches(
    world, settings, django_assert_max_num_queries
):
    visitor = TenantVisitor(admin_of(world.tailspin))
    assert visitor.get(LIST).main.all("h2")[0].text == "No licenses"
    counts = []
    for number, part in enumerate(("VISIOCLIENT", "POWER_BI_PRO", "ENTERPRISEPACK")):
        stock(world.tailspin, part, seats=1)
        with django_assert_max_num_queries(8) as captured:
            assert len(visitor.get(LIST).rows) == number + 1
        counts.append(len(captured))
    assert len(set(counts)) == 1
    settings.PAGE_SIZE = 2
    first = visitor.get(f"{LIST}?sort=-name")
    assert (first.names, first.turn("Next").names) == (["Visio Plan 2", "Power BI Pro"], ["Office 365 E3"])
    assert visitor.get(f"{LIST}?q=visio").names == ["Visio Plan 2"]
    assert visitor.get(f"{LIST}?q=nothing").main.all("h2")[0].text == "No product matches"
    for odd in ("q=%00", "q=%25", "after=x", "before=%00", "sort=-nothing", "sort=assigned&after=WyJ4IiwieCJd"):
        assert visitor.get(f"{LIST}?{odd}").status == 200


def test_a_product_shows_who_has_it_with_how_many_apps_and_who_does_not(world, owned, admin):
    give(world.dana, disabled=[plan("POWER_BI_PRO", "BI_AZURE_P2")])
    CustomerUserFactory(customer=world.fabrikam, local_part="gone", deleted_at="2026-11-20T12:00:00Z")
    page = admin.get(LIST).follow("Power BI Pro")
    assert page.headline == "Power BI Pro | Licenses"
    assert "2 available, 1/3 assigned" in page.text
    every = LicenseAssignment.objects.get().subscribed_sku.product.service_plans.count()
    assert page.rows == [["Dana Hudecova", "dana.hudecova@fabrikam.com", "SK", f"{every - 1} of {every} on"]]
    assert page.follow("Not assigned").rows == [["Global Admin", "global.admin@fabrikam.com", "SK"]]
    assert page.search.submit(q="global").main.all("h2")[0].text == "No user matches"


def test_the_users_of_a_product_take_the_same_queries_for_one_and_for_three_and_turn_their_pages(
    world, owned, admin, settings, django_assert_max_num_queries
):
    counts = []
    for name in ("Zoe", "Yusuf", "Xenia"):
        give(user(world, name))
        with django_assert_max_num_queries(12) as captured:
            page = admin.get(address())
        counts.append(len(captured))
    assert (page.names, len(set(counts))) == (["Xenia", "Yusuf", "Zoe"], 1)
    settings.PAGE_SIZE = 2
    first = admin.get(f"{address()}?sort=-name")
    assert first.names == ["Zoe", "Yusuf"]
    ticked = first.form("list-form").offered("selected")
    second = first.form("list-form").submit({"selected": ticked[0]}, press="Next")
    assert second.names == ["Xenia"]
    assert "1 more selected on other pages." in second.text
    both = second.form("list-form").submit({"selected": second.form("list-form").offered("selected")}, press="Unassign")
    assert [badge.text for badge in both.main.all(classes="badge")] == ["Xenia", "Zoe"]


def test_selected_users_get_the_product_with_the_apps_that_stay_on(world, owned, admin):
    natalia = user(world, "Natalia Molnarova")
    page = admin.get(address()).follow("Assign licenses")
    assert page.names == ["Dana Hudecova", "Global Admin", "Natalia Molnarova"]
    page = page.form("list-form").submit({"selected": [str(world.dana.pk), str(natalia.pk)]}, press="Assign")
    assert page.headline == "Power BI Pro | Assign licenses"
    assert "3 licenses available." in page.text
    form = page.form_with("plan")
    off = str(plan("POWER_BI_PRO", "BI_AZURE_P2"))
    assert off in form.values["plan"]
    done = admin.arrive(form.submit(plan=[value for value in form.values["plan"] if value != off], press="Assign"))
    assert done.messages == ["Power BI Pro is assigned to 2 users."]
    assert done.names == ["Dana Hudecova", "Natalia Molnarova"]
    assert list(LicenseAssignment.objects.values_list("disabled_plans", flat=True)) == [[off], [off]]
    assert ledger_problems() == []
    entry = AuditRecord.objects.filter(operation="update_customer_user_licenses", customer_id=world.fabrikam.pk)[0]
    assert (entry.principal_kind, entry.principal_name) == ("customer", "global.admin@fabrikam.com")
    assert [link["role"] for link in entry.granted_by] == ["Global Administrator"]


def test_who_is_refused_stays_selected_with_the_reason_and_the_others_get_it(world, owned, admin):
    nowhere = user(world, "Nadia Haddad", usage_location="")
    more = [user(world, name) for name in ("Anna", "Bert")]
    give(*more[:1])
    give(more[1])
    chosen = [str(nowhere.pk), str(world.dana.pk), str(world.global_admin.pk)]
    page = admin.post(address(page="assign/"), {"selected": chosen, "plan": []})
    assert page.status == 400
    (message,) = page.messages
    assert message == (
        "2 users did not get it. Assigned to Dana Hudecova. For the others below nothing was changed. "
        "Global Admin: Power BI Pro has no available license left. Buy more, or remove it from somebody."
        "Nadia Haddad: Nadia Haddad has no usage location; set one before assigning licenses."
    )
    assert page.form_with("plan").values["selected"] == [str(world.global_admin.pk), str(nowhere.pk)]
    assert "plan" not in page.form_with("plan").values
    assert holders() == ["anna@fabrikam.com", "bert@fabrikam.com", "dana.hudecova@fabrikam.com"]


def test_selected_users_lose_the_product_after_one_more_question(world, owned, admin):
    give(world.dana, world.global_admin)
    page = admin.get(address())
    page = page.form("list-form").submit({"selected": str(world.dana.pk)}, press="Unassign")
    assert page.headline == "Power BI Pro | Unassign licenses"
    assert holders() == ["dana.hudecova@fabrikam.com", "global.admin@fabrikam.com"]
    done = admin.arrive(page.form_with("selected").submit(press="Unassign"))
    assert done.messages == ["Power BI Pro is taken from Dana Hudecova."]
    assert (holders(), ledger_problems()) == (["global.admin@fabrikam.com"], [])


def test_what_another_product_needs_stays(world, owned, admin):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=2)
    stock(world.fabrikam, "MCOMEETADV", seats=2)
    give(world.dana, product=E3)
    give(world.dana, product=sku("MCOMEETADV"))
    page = admin.post(address(E3, "unassign/"), {"selected": str(world.dana.pk)})
    assert (page.status, holders(E3)) == (400, ["dana.hudecova@fabrikam.com"])
    assert page.messages[0].startswith("1 user could not be changed. Nothing was changed. Dana Hudecova: ")


def test_the_apps_of_one_user_are_switched_on_and_off(world, owned, admin):
    give(world.dana)
    off = str(plan("POWER_BI_PRO", "BI_AZURE_P2"))
    page = admin.get(address()).follow("Dana Hudecova")
    assert page.headline == "Dana Hudecova | Power BI Pro"
    form = page.form_with("plan")
    kept = [value for value in form.values["plan"] if value != off]
    done = admin.arrive(form.submit(plan=kept, press="Save"))
    assert done.messages == ["The apps of Power BI Pro are changed for Dana Hudecova."]
    assert LicenseAssignment.objects.get().disabled_plans == [off]
    form = admin.get(address(page=f"users/{world.dana.pk}/")).form_with("plan")
    assert form.values["plan"] == kept
    assert admin.arrive(form.submit(press="Save")).messages == [
        "Dana Hudecova had just these apps already; nothing was changed."
    ]
    page = admin.get(address(page=f"users/{world.dana.pk}/")).follow("Unassign")
    assert page.headline == "Power BI Pro | Unassign licenses"


def test_input_that_no_page_offers_changes_nothing_and_keeps_what_was_chosen(world, owned, admin):
    give(world.global_admin)
    foreign = str(plan("ENTERPRISEPACK", "EXCHANGE_S_ENTERPRISE"))
    own = str(plan("POWER_BI_PRO", "BI_AZURE_P2"))
    wrong = "One of the apps is not part of this product any more; choose again."
    for values in ([foreign], [own, foreign], ["x"], ["\0"], [str(uuid.uuid4())]):
        page = admin.post(address(page="assign/"), {"selected": str(world.dana.pk), "plan": values})
        assert (page.status, page.errors_of("plan")) == (400, [wrong]), values
        assert page.form_with("plan").values.get("plan", []) == [value for value in values if value == own]
        page = admin.post(address(page=f"users/{world.global_admin.pk}/"), {"plan": values})
        assert (page.status, page.errors_of("plan")) == (400, [wrong]), values
    for page in ("assign/", "unassign/"):
        for selected in ([], ["x"], ["\0"], [str(uuid.uuid4())], [str(world.dana_of_northwind.pk)]):
            for ask in (admin.post, lambda there, values: admin.get(f"{there}?selected={values['selected'][:1]}")):
                gone = ask(address(page=page), {"selected": selected})
                assert gone.status == 302
    assert holders() == ["global.admin@fabrikam.com"]


def test_at_most_twenty_users_go_at_once(world, admin):
    stock(world.fabrikam, "POWER_BI_PRO", seats=40)
    people = [user(world, f"Person {number:02}") for number in range(21)]
    chosen = [str(one.pk) for one in people]
    page = admin.post(address(page="assign/"), {"selected": chosen, "plan": []})
    assert (page.status, holders()) == (400, [])
    assert page.messages == ["At most 20 users at once. You selected 21. Go back and take some of them out."]
    assert [button.text for button in page.main.all("button")] == []
    assert admin.post(address(page="assign/"), {"selected": chosen[1:], "plan": []}).status == 302
    assert len(holders()) == 20


CAN = ("Global Administrator", "License Administrator", "User Administrator", "Directory Writers")
CANNOT = (None, "Billing Administrator", "Service Support Administrator", "Global Reader", "Helpdesk Administrator")


def test_who_assigns_goes_by_the_own_directory_roles_and_the_others_see_and_are_told_who_could(world, owned):
    give(world.global_admin)
    needs = (
        "To assign and remove licenses you need the directory role License Administrator, User Administrator, "
        "Directory Writers or Global Administrator."
    )
    found = {}
    for number, role in enumerate((*CAN, *CANNOT)):
        person = admin_of(world.fabrikam, f"person{number}", roles=[role] if role else [], usage_location="")
        visitor = TenantVisitor(person)
        assert visitor.get(LIST).rows == [["Power BI Pro", "2", "1/3"]]
        page = visitor.get(address())
        pages = [address(page="assign/"), address(page="unassign/")]
        asked = [visitor.get(f"{there}?selected={world.dana.pk}").status for there in pages]
        posted = visitor.post(pages[0], {"selected": str(world.dana.pk), "plan": []})
        found[role] = (page.reasons[:1] == [], asked[0], posted.status)
        if role in CANNOT:
            assert page.reasons[0].startswith(f"{needs} In your organization that is: Casual User")
            assert needs in posted.text
            assert visitor.post(address(page=f"users/{world.global_admin.pk}/"), {"plan": []}).status == 403
            assert visitor.get(address(page=f"users/{world.global_admin.pk}/")).form_with("plan").open_fields == []
        else:
            admin_page = visitor.post(pages[1], {"selected": str(world.dana.pk)})
            assert admin_page.status == 302
    assert found == dict.fromkeys(CAN, (True, 200, 302)) | dict.fromkeys(CANNOT, (False, 403, 403))
    assert holders() == ["global.admin@fabrikam.com"]


def test_nobody_to_ask_is_said_too(world, owned):
    CustomerUser.objects.filter(pk=world.global_admin.pk).update(sign_in_blocked=True)
    page = TenantVisitor(world.dana).get(address())
    assert page.reasons[0].endswith("Nobody in your organization holds one of these roles now.")


def test_a_role_counts_in_the_own_tenant_only_and_ends_with_the_user(world, owned):
    stranger = customer_principal(admin_of(world.namesake))
    with pytest.raises(Exception, match="There is no such customer"):
        update_licenses(by=stranger, user=world.dana, update=LicenseUpdate(assign=(LicenseToAssign(BI),)))
    admin = customer_principal(world.global_admin)
    CustomerUser.objects.filter(pk=world.global_admin.pk).update(sign_in_blocked=True)
    with pytest.raises(Exception, match="you need the directory role"):
        update_licenses(by=admin, user=world.dana, update=LicenseUpdate(assign=(LicenseToAssign(BI),)))
    assert holders() == []


def test_what_is_not_there_for_this_organization_is_a_404(world, owned, admin):
    stock(world.namesake, "VISIOCLIENT", seats=1)
    give(world.dana)
    for product in (sku("VISIOCLIENT"), sku("SHAREPOINTSTORAGE"), sku("ATP_ENTERPRISE_FACULTY"), uuid.uuid4()):
        for page in ("", "assign/", "unassign/", f"users/{world.dana.pk}/"):
            assert admin.get(address(product, page)).status == 404, (product, page)
    give(world.dana_of_namesake)
    for person in (world.dana_of_namesake.pk, world.global_admin.pk, uuid.uuid4()):
        for ask in (admin.get, admin.post):
            assert ask(address(page=f"users/{person}/")).status == 404
