"""What others do while somebody edits, and what becomes of the edit."""

import pytest

from customers.models import CustomerUser
from customers.services import UserInfo, set_directory_roles, update_user
from gdap.services.groups import add_member, remove_member
from gdap.services.relationships import terminate_relationship
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter import clock
from tests.factories import SYSTEM, CustomerUserFactory, role_ids, sku, stock
from tests.portal.editing import Editing, audited, seats_taken, stored

POWER_BI = str(sku("POWER_BI_PRO"))
E1, E2 = str(sku("EXCHANGESTANDARD")), str(sku("EXCHANGEENTERPRISE"))
HELPDESK, READERS = role_ids("Helpdesk Administrator", "Reports Reader")
SOMEBODY = (
    "Somebody else changed Dana Hudecova while you were editing. Nothing has been saved. "
    "Your changes now build on theirs; look again, then complete."
)


@pytest.fixture
def fabrikam(world):
    for product in ("POWER_BI_PRO", "EXCHANGESTANDARD", "EXCHANGEENTERPRISE"):
        stock(world.fabrikam, product, seats=2)
    return world.fabrikam


@pytest.fixture
def editing(world, fabrikam) -> Editing:
    return Editing(world.ava, world.dana)


def rename(user: CustomerUser, **changes: str) -> None:
    fresh = CustomerUser.objects.get(pk=user.pk)
    values = {field: getattr(fresh, field) for field in UserInfo.__dataclass_fields__}
    update_user(by=SYSTEM, user=fresh, info=UserInfo(**(values | changes)))


def give(user: CustomerUser, *products: str) -> None:
    update = LicenseUpdate(assign=tuple(LicenseToAssign(sku(product)) for product in products))
    update_licenses(by=SYSTEM, user=user, update=update)


def take(user: CustomerUser, *products: str) -> None:
    update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(remove=tuple(sku(product) for product in products)))


def bar(editing: Editing) -> list[str]:
    """The sentences of the one message bar."""
    (found,) = editing.page.main.all(classes="message")
    points = [item.text for item in found.all("li")]
    (words,) = found.all("div")
    return [" ".join("".join(text for text in words.children if isinstance(text, str)).split()), *points]


def test_changes_of_others_are_shown_kept_and_built_upon(world, editing):
    editing.to_review(info={"last_name": "Novakova"}, roles={"kind": "custom", "roles": [str(HELPDESK)]})
    rename(world.dana, first_name="Diana")
    give(world.dana, "POWER_BI_PRO")
    theirs = stored(world.dana)

    editing.complete()
    assert editing.page.status == 409
    assert bar(editing) == [SOMEBODY, "First name: Dana became Diana.", "Power BI Pro was assigned."]
    assert stored(world.dana) == theirs
    assert audited(world.dana) == []
    assert "was Hudecova now Novakova" in editing.page.text

    editing.complete()
    assert editing.step == "result"
    assert stored(world.dana) == theirs | {
        "last_name": "Novakova",
        "roles": ["Helpdesk Administrator"],
        "version": theirs["version"] + 1,
    }
    assert "First name" not in editing.page.text, "what the other did is not this edit's doing"


def test_where_both_changed_the_same_field_the_second_wins_only_after_being_asked(world, editing):
    editing.to_review(info={"first_name": "Didi", "usage_location": "CZ"})
    rename(world.dana, first_name="Diana", usage_location="AT")
    editing.complete()
    assert editing.page.status == 409
    assert bar(editing)[1:] == ["First name: Dana became Diana.", "Location: SK became AT."]
    assert "was Diana now Didi" in editing.page.text
    editing.complete()
    kept = stored(world.dana)
    assert (kept["first_name"], kept["usage_location"]) == ("Didi", "CZ")


def test_roles_that_both_changed_add_up(world, editing):
    editing.to_review(roles={"kind": "custom", "roles": [str(HELPDESK)]})
    set_directory_roles(by=SYSTEM, user=world.dana, roles=[READERS])
    editing.complete()
    assert bar(editing)[1:] == ["Roles: User (no admin role) became Reports Reader."]
    editing.complete()
    assert stored(world.dana)["roles"] == ["Helpdesk Administrator", "Reports Reader"]


def test_another_edit_after_the_first_question_asks_again(world, editing):
    editing.to_review(info={"last_name": "Novakova"})
    rename(world.dana, first_name="Diana")
    editing.complete()
    rename(world.dana, first_name="Daniela")
    editing.complete()
    assert editing.page.status == 409
    assert bar(editing)[1:] == ["First name: Diana became Daniela."]
    editing.complete()
    kept = stored(world.dana)
    assert (kept["first_name"], kept["last_name"]) == ("Daniela", "Novakova")


def test_the_same_change_by_both_leaves_nothing_to_do(world, editing):
    editing.to_review(info={"first_name": "Diana"})
    rename(world.dana, first_name="Diana")
    editing.complete()
    assert editing.page.status == 409
    editing.complete()
    assert editing.page.messages == ["Nothing had to change. Dana Hudecova already was as you left it."]
    assert audited(world.dana) == []


def test_a_license_that_both_took_away_is_gone_once_and_the_rest_is_written(world, fabrikam):
    give(world.dana, "POWER_BI_PRO")
    editing = Editing(world.ava, world.dana)
    editing.to_review(info={"first_name": "Diana"}, licenses={"product": []})
    take(world.dana, "POWER_BI_PRO")
    editing.complete()
    assert editing.page.status == 409
    assert bar(editing) == [SOMEBODY, "Power BI Pro was removed."]
    editing.complete()
    assert stored(world.dana)["first_name"] == "Diana"
    assert seats_taken(fabrikam.pk)["POWER_BI_PRO"] == 0


def test_a_license_of_others_that_does_not_go_with_ours_leads_to_the_licenses_with_both_ticked(world, editing):
    editing.to_review(info={"first_name": "Diana"}, licenses={"product": [E1]})
    give(world.dana, "EXCHANGEENTERPRISE")
    theirs = stored(world.dana)
    editing.complete()
    assert editing.page.status == 409
    assert editing.page.headline == "Edit user | Assign licenses"
    assert sorted(editing.form.values["product"]) == sorted([E1, E2])
    assert "Exchange Online (Plan 2) was assigned." in editing.page.text
    assert "exclude each other" in editing.page.text
    assert stored(world.dana) == theirs
    editing.next(product=[E1])
    editing.complete()
    assert stored(world.dana)["first_name"] == "Diana"
    assert stored(world.dana)["licenses"] == {"EXCHANGESTANDARD": []}


def test_a_new_email_that_others_gave_is_not_judged_as_ours(world, editing):
    """Their old name went to somebody else meanwhile; the field that we never touched must not stand in the way."""
    editing.to_review(info={"first_name": "Diana"})
    rename(world.dana, user_principal_name="dana.new@fabrikam.com")
    CustomerUserFactory(customer=world.fabrikam, local_part="dana.hudecova")
    editing.complete()
    assert editing.page.status == 409
    assert bar(editing)[1:] == ["Email: dana.hudecova@fabrikam.com became dana.new@fabrikam.com."]
    editing.complete()
    kept = stored(world.dana)
    assert (kept["first_name"], kept["user_principal_name"]) == ("Diana", "dana.new@fabrikam.com")


def test_an_email_that_was_taken_meanwhile_leads_back_to_it(world, editing):
    editing.to_review(info={"local_part": "diana", "last_name": "Novakova"})
    before = stored(world.dana)
    CustomerUserFactory(customer=world.fabrikam, local_part="DIANA")
    editing.complete()
    assert editing.page.status == 400
    assert editing.page.headline == "Edit user | User info"
    (message,) = editing.page.errors_of("local_part")
    assert message.startswith("diana@fabrikam.com is already in use")
    assert editing.form.values["local_part"] == ["diana"]
    assert stored(world.dana) == before
    editing.next(local_part="diana2")
    editing.open("review")
    editing.complete()
    kept = stored(world.dana)
    assert (kept["user_principal_name"], kept["last_name"]) == ("diana2@fabrikam.com", "Novakova")


def test_the_last_seat_taken_by_another_leads_to_the_licenses_and_keeps_the_rest(world, editing):
    editing.to_review(info={"first_name": "Diana"}, licenses={"product": [POWER_BI]})
    before = stored(world.dana)
    for _ in range(2):
        give(CustomerUserFactory(customer=world.fabrikam), "POWER_BI_PRO")
    editing.complete()
    assert editing.page.status == 400
    assert editing.page.headline == "Edit user | Assign licenses"
    assert "Power BI Pro has no available license left. Buy more, or remove it from somebody." in editing.page.text
    assert editing.form.values["product"] == [POWER_BI]
    assert editing.page.links("Buy more licenses of Power BI Pro") != []
    assert stored(world.dana) == before
    assert audited(world.dana) == []
    editing.next(product=[])
    assert "was Dana now Diana" in editing.page.text
    editing.complete()
    assert stored(world.dana)["first_name"] == "Diana"
    assert seats_taken(world.fabrikam.pk)["POWER_BI_PRO"] == 2


def test_a_relationship_that_ended_refuses_complete_says_why_and_keeps_the_run(world, editing):
    editing.to_review(info={"first_name": "Diana"})
    before = stored(world.dana)
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    editing.complete()
    assert editing.page.status == 403
    assert "To see users at Fabrikam, Inc. you need Directory Readers, Global Reader or User" in editing.page.text
    assert "No security group of Contoso Cloud Partners has one of these roles here" in editing.page.text
    assert stored(world.dana) == before
    assert (editing.run.completed_at, editing.run.data["info"]["first_name"]) == (None, ["Diana"])


def test_a_right_that_was_lost_in_part_refuses_the_whole_and_shows_the_part(world, editing):
    """Ava moves from the leads to the license desk: her new name must neither be saved nor silently dropped."""
    editing.to_review(info={"first_name": "Diana", "usage_location": "CZ"}, licenses={"product": [POWER_BI]})
    before = stored(world.dana)
    remove_member(by=SYSTEM, group=world.leads, user=world.ava)
    add_member(by=SYSTEM, group=world.license_desk, user=world.ava)
    editing.complete()
    assert editing.page.status == 400
    assert editing.page.headline == "Edit user | User info"
    (message,) = editing.page.errors_of("first_name")
    assert message == "You may no longer change this, so what you entered can't be saved; it is as stored again."
    assert editing.form.shown["first_name"] == ["Dana"]
    assert stored(world.dana) == before
    editing.next()
    editing.open("review")
    editing.complete()
    assert stored(world.dana) == before | {
        "usage_location": "CZ",
        "licenses": {"POWER_BI_PRO": []},
        "version": before["version"] + 1,
    }


def test_roles_that_may_no_longer_be_changed_refuse_the_whole_too(world, editing):
    editing.to_review(info={"first_name": "Diana"}, roles={"kind": "custom", "roles": [str(HELPDESK)]})
    before = stored(world.dana)
    remove_member(by=SYSTEM, group=world.leads, user=world.ava)
    add_member(by=SYSTEM, group=world.license_desk, user=world.ava)
    group = world.dan.groups.get()
    world.ava.groups.add(group)
    editing.complete()
    assert editing.page.status == 400
    assert editing.page.headline == "Edit user | Permissions"
    assert stored(world.dana) == before
    editing.next()
    editing.open("review")
    editing.complete()
    assert stored(world.dana) == before | {"first_name": "Diana", "version": before["version"] + 1}


def test_a_right_that_is_back_in_time_changes_nothing(world, editing):
    editing.to_review(info={"first_name": "Diana"})
    remove_member(by=SYSTEM, group=world.leads, user=world.ava)
    add_member(by=SYSTEM, group=world.leads, user=world.ava)
    editing.complete()
    assert stored(world.dana)["first_name"] == "Diana"


def test_taking_the_last_global_administrator_away_asks_first(world, fabrikam):
    editing = Editing(world.ava, world.global_admin)
    before = stored(world.global_admin)
    editing.to_review(info={"first_name": "Former"}, roles={"kind": "user"})
    assert editing.form.open_fields == ["confirm_last_global_admin"]
    editing.complete()
    assert editing.page.status == 400
    assert editing.page.headline == "Edit user | Review"
    (message,) = editing.page.messages
    assert message.startswith("Global Admin is the last Global Administrator of Fabrikam, Inc.")
    assert message.endswith("Without one, nobody there can approve or repair anything. Confirm if you mean it.")
    assert stored(world.global_admin) == before
    editing.complete(confirm_last_global_admin="on")
    assert editing.step == "result"
    assert stored(world.global_admin) == before | {
        "first_name": "Former",
        "roles": [],
        "version": before["version"] + 1,
    }


def test_with_another_global_administrator_nothing_is_asked(world, fabrikam):
    CustomerUserFactory(customer=world.fabrikam, roles=["Global Administrator"])
    editing = Editing(world.ava, world.global_admin)
    editing.to_review(roles={"kind": "user"})
    assert editing.form.open_fields == []
    editing.complete()
    assert stored(world.global_admin)["roles"] == []


def test_the_other_global_administrator_gone_meanwhile_asks_after_all(world, fabrikam):
    other = CustomerUserFactory(customer=world.fabrikam, roles=["Global Administrator"])
    editing = Editing(world.ava, world.global_admin)
    editing.to_review(roles={"kind": "user"})
    set_directory_roles(by=SYSTEM, user=other, roles=[])
    editing.complete()
    assert (editing.page.status, editing.page.headline) == (400, "Edit user | Review")
    assert stored(world.global_admin)["roles"] == ["Global Administrator"]
    editing.complete(confirm_last_global_admin="on")
    assert stored(world.global_admin)["roles"] == []


def test_a_user_deleted_meanwhile_is_not_there(world, editing):
    editing.to_review(info={"first_name": "Diana"})
    CustomerUser.objects.filter(pk=world.dana.pk).update(deleted_at=clock.now())
    editing.complete()
    assert editing.page.status == 404
    assert editing.visitor.get(editing.url("info")).status == 404
    assert CustomerUser.objects.get(pk=world.dana.pk).first_name == "Dana"


def test_a_product_bought_meanwhile_is_offered_and_changes_nothing_by_itself(world, editing):
    editing.next(first_name="Diana")
    stock(world.fabrikam, "VISIOCLIENT", seats=1)
    editing.next()
    assert str(sku("VISIOCLIENT")) in editing.form.offered("product")
    editing.next()
    editing.complete()
    assert stored(world.dana)["licenses"] == {}


def test_a_product_bought_after_the_licenses_step_is_not_a_change(world, editing):
    editing.to_review()
    stock(world.fabrikam, "VISIOCLIENT", seats=1)
    editing.press("Cancel")
    assert editing.page.address == editing.list_url


def test_two_tabs_with_two_users_never_mix(world, editing):
    other = Editing(editing.visitor, world.global_admin)
    editing.next(first_name="Diana")
    other.next(first_name="Gloria", last_name="Admin")
    editing.next()
    other.next()
    other.next()
    editing.next()
    assert "was Dana now Diana" in editing.page.text
    assert "Gloria" not in editing.page.text
    other.complete()
    editing.complete()
    assert stored(world.dana)["first_name"] == "Diana"
    assert stored(world.global_admin)["first_name"] == "Gloria"


def test_two_tabs_with_the_same_user_ask_in_the_second(world, editing):
    other = Editing(editing.visitor, world.dana)
    editing.to_review(info={"first_name": "Diana"})
    other.to_review(info={"last_name": "Novakova"})
    editing.complete()
    other.complete()
    assert other.page.status == 409
    other.complete()
    kept = stored(world.dana)
    assert (kept["first_name"], kept["last_name"]) == ("Diana", "Novakova")
