"""The edit wizard from the first step to the result page."""

import pytest

from customers.models import CustomerUser, DirectoryRoleMember
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.audit.models import AuditRecord, Operation
from partnercenter.portal.models import WizardRun
from tests.factories import SYSTEM, plan, role_ids, sku, stock
from tests.portal.editing import Editing, audited, seats_taken, stored
from tests.portal.html import Element

POWER_BI, EXCHANGE = str(sku("POWER_BI_PRO")), str(sku("EXCHANGESTANDARD"))
POWER_BI_PLANS = [str(plan("POWER_BI_PRO", name)) for name in ("BI_AZURE_P2", "EXCHANGE_S_FOUNDATION")]
HELPDESK, USER_ADMIN = (str(role) for role in role_ids("Helpdesk Administrator", "User Administrator"))
READERS = str(role_ids("Reports Reader")[0])


@pytest.fixture
def fabrikam(world):
    stock(world.fabrikam, "POWER_BI_PRO", seats=5)
    stock(world.fabrikam, "EXCHANGESTANDARD", seats=5)
    update_licenses(
        by=SYSTEM, user=world.dana, update=LicenseUpdate(assign=(LicenseToAssign(sku("EXCHANGESTANDARD")),))
    )
    return world.fabrikam


@pytest.fixture
def editing(world, fabrikam) -> Editing:
    return Editing(world.ava, world.dana)


def everything_changed(editing: Editing) -> None:
    """To Review, with a change of each kind."""
    editing.to_review(
        info={"first_name": "Diana", "usage_location": "CZ", "local_part": "diana"},
        roles={"kind": "custom", "roles": [HELPDESK], "more": [READERS]},
        licenses={"product": [POWER_BI], f"plan-{POWER_BI}": POWER_BI_PLANS[:1]},
    )


def described(page_part: Element) -> dict[str, str]:
    return {line.all("dt")[0].text: line.all("dd")[0].text for line in page_part.all("div") if line.all("dt")}


def review_of(editing: Editing) -> dict[str, dict[str, str]]:
    """Section -> label -> what it says."""
    sections = [part for part in editing.page.main.all("section", classes="review") if part.all("h2")]
    return {part.all("h2")[0].text: described(part) for part in sections}


def licenses_of(editing: Editing) -> list[str]:
    """The line about each product."""
    return [part.all("summary")[0].text for part in editing.page.main.all("details", classes="license")]


# From step to step ------------------------------------------------------------------------------------------------


def test_the_steps_come_in_order_and_say_where_one_stands(editing):
    headlines, states = [], []
    for _ in range(4):
        headlines.append(editing.page.headline)
        (stepper,) = editing.page.main.all("nav", **{"aria-label": "Steps"})
        states.append([step["aria-current"] for step in stepper.all("li")].index("step"))
        if editing.step != "review":
            editing.next()
    assert headlines == [
        "Edit user | User info",
        "Edit user | Permissions",
        "Edit user | Assign licenses",
        "Edit user | Review",
    ]
    assert states == [0, 1, 2, 3]
    assert editing.page.title == "Edit user: Review · Partner Center"


def test_the_steps_are_filled_with_the_user_as_stored(editing):
    assert editing.form.shown == {
        "first_name": ["Dana"],
        "last_name": ["Hudecova"],
        "display_name": ["Dana Hudecova"],
        "local_part": ["dana.hudecova"],
        "domain": ["fabrikam.com"],
        "usage_location": ["SK"],
    }
    editing.next()
    assert editing.form.shown == {"kind": ["user"]}
    editing.next()
    shown = editing.form.shown
    assert shown["product"] == [EXCHANGE]
    assert sorted(shown[f"plan-{POWER_BI}"]) == sorted(POWER_BI_PLANS)


def test_roles_that_the_user_has_are_ticked_where_they_are_offered(world, fabrikam):
    editing = Editing(world.ava, world.global_admin)
    editing.next()
    assert editing.form.values["kind"] == ["global"]
    page = editing.next(kind="custom", roles=[HELPDESK, USER_ADMIN], more=[READERS])
    assert page.status == 200
    editing.open("permissions")
    assert editing.form.values["roles"] == sorted([HELPDESK, USER_ADMIN])
    assert editing.form.values["more"] == [READERS]


def test_only_domains_that_users_can_be_named_in_are_offered(editing, fabrikam):
    initial = fabrikam.domains.get(is_initial=True).name
    assert editing.form.offered("domain") == ["fabrikam.com", initial]


def test_previous_goes_back_and_keeps_what_was_typed_even_when_it_is_wrong(editing):
    editing.next(first_name="Diana")
    editing.next(kind="custom")
    editing.press("Previous", kind="custom", roles=[HELPDESK])
    assert editing.step == "info"
    assert editing.form.values["first_name"] == ["Diana"]
    editing.next(display_name="", local_part="two words")
    editing.open("permissions")
    assert editing.step == "info", "a step opens only when those before it are right"
    assert editing.form.values["display_name"] == [""] or editing.form.values.get("display_name", []) == []
    assert editing.form.values["local_part"] == ["two words"]
    editing.next(display_name="Diana", local_part="diana")
    assert editing.form.values["kind"] == ["custom"]
    assert editing.form.values["roles"] == [HELPDESK]


def test_previous_on_a_wrong_step_goes_back_without_complaint(editing):
    editing.next()
    editing.press("Previous", kind="custom")
    assert (editing.step, editing.page.status, editing.page.messages) == ("info", 200, [])
    editing.next()
    assert editing.form.values["kind"] == ["custom"]


def test_an_earlier_step_opens_by_its_address_and_by_the_stepper(editing):
    """The browser's own way back: a GET."""
    editing.to_review(info={"first_name": "Diana"})
    editing.open("info")
    assert editing.form.values["first_name"] == ["Diana"]
    editing.next(first_name="Didi")
    assert editing.step == "permissions"
    editing.open("review")
    assert editing.step == "review"
    page = editing.page.follow("User info (done)")
    assert page.form("wizard-form").values["first_name"] == ["Didi"]


def test_a_step_ahead_leads_back_to_the_first_open_one(editing):
    for step in ("permissions", "licenses", "review", "result"):
        editing.open(step)
        assert editing.step == "info"
    editing.next()
    editing.open("review")
    assert editing.step == "permissions"
    assert editing.page.messages == ["Finish this step first; the one you asked for comes after it."]


def test_nothing_is_written_before_complete(world, editing):
    before, seats = stored(world.dana), seats_taken(world.fabrikam.pk)
    records = AuditRecord.objects.count()
    everything_changed(editing)
    assert stored(world.dana) == before
    assert seats_taken(world.fabrikam.pk) == seats
    assert AuditRecord.objects.count() == records


# Review and Complete ------------------------------------------------------------------------------------------------


def test_review_shows_before_and_after_of_every_change(editing):
    everything_changed(editing)
    assert review_of(editing) == {
        "User info": {
            "First name": "was Dana now Diana",
            "Last name": "Hudecova",
            "Display name": "Dana Hudecova",
            "Email": "was dana.hudecova@fabrikam.com now diana@fabrikam.com",
            "Location": "was SK now CZ",
        },
        "Permissions": {"Roles": "was User (no admin role) now Helpdesk Administrator, Reports Reader"},
        "Licenses": {},
    }
    assert licenses_of(editing) == [
        "Exchange Online (Plan 1) 3 of 3 service plans on Will be removed",
        "Power BI Pro 1 of 2 service plans on Will be assigned",
    ]
    assert "6 changes to be made." in editing.page.text


def test_review_leads_back_to_each_part(editing):
    everything_changed(editing)
    for part, step in (("User info", "info"), ("Permissions", "permissions"), ("Licenses", "licenses")):
        page = editing.page.follow(f"Edit {part}")
        assert page.address == editing.url(step)


def test_complete_writes_everything_at_once(world, editing):
    everything_changed(editing)
    version = stored(world.dana)["version"]
    editing.complete()
    assert editing.step == "result"
    assert stored(world.dana) == {
        "first_name": "Diana",
        "last_name": "Hudecova",
        "display_name": "Dana Hudecova",
        "user_principal_name": "diana@fabrikam.com",
        "usage_location": "CZ",
        "version": version + 1,
        "roles": ["Helpdesk Administrator", "Reports Reader"],
        "licenses": {"POWER_BI_PRO": POWER_BI_PLANS[1:]},
    }
    assert seats_taken(world.fabrikam.pk) == {"POWER_BI_PRO": 1, "EXCHANGESTANDARD": 0}


def test_the_audit_says_who_changed_what_from_what_to_what(world, editing):
    everything_changed(editing)
    editing.complete()
    ava = "ava.admin@contoso-partners.example"
    info, roles, licenses = sorted(audited(world.dana), key=lambda record: ORDER.index(record[0]))
    assert info == (
        Operation.UPDATE_CUSTOMER_USER_PRINCIPAL_NAME,
        ava,
        {"first_name": "Dana", "user_principal_name": "dana.hudecova@fabrikam.com", "usage_location": "SK"},
        {"first_name": "Diana", "user_principal_name": "diana@fabrikam.com", "usage_location": "CZ"},
    )
    assert roles == (
        Operation.ADD_USER_MEMBER,
        ava,
        {"roles": []},
        {"roles": ["Helpdesk Administrator", "Reports Reader"]},
    )
    assert licenses[:2] == (Operation.UPDATE_CUSTOMER_USER_LICENSES, ava)
    assert [held["product"] for held in licenses[2]["licenses"]] == ["Exchange Online (Plan 1)"]
    assert [(held["product"], [off["id"] for off in held["disabled_plans"]]) for held in licenses[3]["licenses"]] == [
        ("Power BI Pro", POWER_BI_PLANS[1:])
    ]


ORDER = [
    Operation.UPDATE_CUSTOMER_USER_PRINCIPAL_NAME,
    Operation.ADD_USER_MEMBER,
    Operation.UPDATE_CUSTOMER_USER_LICENSES,
]


def test_the_records_of_one_complete_share_a_request_and_name_the_chain_that_allowed_it(world, editing):
    everything_changed(editing)
    editing.complete()
    records = AuditRecord.objects.filter(resource_id=str(world.dana.pk), door="portal")
    assert len({record.request_id for record in records}) == 1
    assert {link["group"] for record in records for link in record.granted_by} == {"GDAP Leads"}


def test_the_result_page_names_each_change_and_its_audit_record(world, editing):
    everything_changed(editing)
    editing.complete()
    assert editing.page.messages == ["Dana Hudecova was updated."]
    parts = review_of(editing)
    assert parts["User info"] == {
        "First name": "was Dana now Diana",
        "Email": "was dana.hudecova@fabrikam.com now diana@fabrikam.com",
        "Location": "was SK now CZ",
    }
    assert parts["Permissions"] == {"Roles": "was User (no admin role) now Helpdesk Administrator, Reports Reader"}
    assert licenses_of(editing) == [
        "Exchange Online (Plan 1) 3 of 3 service plans on Removed",
        "Power BI Pro 1 of 2 service plans on Assigned",
    ]
    records = AuditRecord.objects.filter(resource_id=str(world.dana.pk), door="portal")
    assert records.count() == 3
    for record in records:
        assert str(record.pk) in editing.page.text
        assert record.get_operation_display() in editing.page.text
    assert editing.visitor.get(editing.result_url).text == editing.page.text, "it stays there"


def test_the_result_page_leads_back_to_the_list_with_the_user_and_to_another_edit(editing):
    editing.to_review(info={"first_name": "Diana"})
    editing.complete()
    page = editing.page.follow("Back to the users")
    assert page.address == editing.list_url
    assert "Diana" in page.document.with_id("pane").text
    page = editing.page.follow("Edit again")
    assert page.form("wizard-form").values["first_name"] == ["Diana"]
    assert page.address != editing.url("info")


def test_a_change_of_one_kind_writes_one_record(world, editing):
    editing.to_review(info={"last_name": "Novakova"})
    assert "1 change to be made." in editing.page.text
    editing.complete()
    assert audited(world.dana) == [
        (
            Operation.UPDATE_CUSTOMER_USER,
            "ava.admin@contoso-partners.example",
            {"last_name": "Hudecova"},
            {"last_name": "Novakova"},
        )
    ]


def test_complete_without_a_change_writes_nothing_and_says_so(world, editing):
    before = stored(world.dana)
    editing.to_review()
    assert editing.page.messages == ["Nothing differs from what is stored, so Complete would change nothing."]
    editing.complete()
    assert editing.page.messages == ["Nothing had to change. Dana Hudecova already was as you left it."]
    assert stored(world.dana) == before
    assert audited(world.dana) == []


def test_service_plans_of_a_license_can_be_changed_alone(world, editing):
    every = sorted(
        str(plan("EXCHANGESTANDARD", name)) for name in ("BPOS_S_TODO_1", "EXCHANGE_S_STANDARD", "INTUNE_O365")
    )
    off = str(plan("EXCHANGESTANDARD", "BPOS_S_TODO_1"))
    editing.to_review(licenses={f"plan-{EXCHANGE}": [each for each in every if each != off]})
    assert licenses_of(editing) == ["Exchange Online (Plan 1) 2 of 3 service plans on Service plans change"]
    editing.complete()
    assert stored(world.dana)["licenses"] == {"EXCHANGESTANDARD": [off]}
    assert seats_taken(world.fabrikam.pk) == {"POWER_BI_PRO": 0, "EXCHANGESTANDARD": 1}


def test_select_all_without_scripts_ticks_every_plan_of_the_product_and_keeps_the_rest(editing):
    editing.next(first_name="Diana")
    editing.next()
    editing.press("Select all service plans of Power BI Pro", {"product": [EXCHANGE, POWER_BI], f"plan-{POWER_BI}": []})
    assert editing.step == "licenses"
    assert sorted(editing.form.values["product"]) == sorted([EXCHANGE, POWER_BI])
    assert sorted(editing.form.values[f"plan-{POWER_BI}"]) == sorted(POWER_BI_PLANS)


def test_roles_that_the_wizard_cannot_show_stay_with_the_user(world, editing):
    """A role that nobody can be given any more is neither offered nor taken away."""
    old = role_ids("Partner Tier1 Support")[0]
    DirectoryRoleMember.objects.create(customer=world.fabrikam, user=world.dana, role_id=old)
    editing = Editing(world.ava, world.dana)
    editing.to_review(roles={"kind": "custom", "roles": [HELPDESK]})
    editing.complete()
    assert stored(world.dana)["roles"] == ["Helpdesk Administrator", "Partner Tier1 Support"]


# Cancel -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["Cancel", "Cancel and close"])
def test_cancel_with_nothing_changed_leaves_at_once(editing, button):
    editing.next()
    editing.press(button)
    assert editing.page.address == editing.list_url
    assert not WizardRun.objects.filter(pk=editing.run_id).exists()


def test_cancel_with_a_change_asks_first_and_can_go_on(world, editing):
    editing.next(first_name="Diana")
    editing.press("Cancel", kind="global")
    assert editing.page.headline == "Edit user | Leave without saving?"
    page = editing.page.follow("Go on editing")
    assert page.address == editing.url("permissions")
    assert page.form("wizard-form").values["kind"] == ["global"]
    assert editing.run.data["info"]["first_name"] == ["Diana"]


def test_discarding_leaves_deletes_the_run_and_writes_nothing(world, editing):
    before = stored(world.dana)
    everything_changed(editing)
    editing.press("Cancel")
    editing.page = editing.visitor.arrive(editing.page.form().submit(press="Discard the changes"))
    assert editing.page.address == editing.list_url
    assert not WizardRun.objects.filter(pk=editing.run_id).exists()
    assert stored(world.dana) == before


def test_a_change_that_was_taken_back_is_no_change(editing):
    editing.next(first_name="Diana")
    editing.next(kind="global")
    editing.next({"product": [POWER_BI]})
    editing.open("info")
    editing.next(first_name="Dana")
    editing.next(kind="user")
    editing.press("Cancel", {"product": [EXCHANGE]})
    assert editing.page.address == editing.list_url


def test_discard_that_comes_with_the_first_cancel_is_enough(editing):
    """What the script sends after asking in the page."""
    editing.next(first_name="Diana")
    page = editing.visitor.post(editing.url("permissions"), {"go": "cancel", "discard": "1"})
    assert page.location == editing.list_url
    assert CustomerUser.objects.get(pk=editing.user.pk).first_name == "Dana"
