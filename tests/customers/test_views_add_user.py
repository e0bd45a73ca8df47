"""Add user: four steps, one service call, and the password once."""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import check_password
from django.urls import reverse

from customers.models import CustomerUser, Domain
from customers.services import set_directory_roles
from licensing.ledger import ledger_problems
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.audit.models import AuditRecord
from partnercenter.portal.models import WizardRun
from tests.cast import after
from tests.factories import SYSTEM, CustomerUserFactory, role_ids, sku, stock
from tests.portal.editing import seats_taken, stored
from tests.portal.visitor import Page, Visitor

ANA = {"first_name": "Ana", "last_name": "Born", "display_name": "Ana Born", "local_part": "ana.born"}
STAFF = ("ava", "lea", "dan", "uma", "harry", "sam", "nora", "max")


def open_wizard(by, customer, query=""):
    visitor = by if isinstance(by, Visitor) else Visitor(by)
    page = visitor.open(f"{reverse('add-user', args=[customer.pk])}{query}")
    assert page.status == 200, page.text
    return page


def press(page: Page, button: str, changes=None, **more) -> Page:
    return page.visitor.arrive(page.form("wizard-form").submit(changes, press=button, **more))


def to_review(page, *, info=ANA, roles=None, licenses=None):
    for changes in (info, roles, licenses):
        page = press(page, "Next", changes)
        assert page.status == 200, page.text
    assert page.headline == "Add user | Review", page.text
    return page


def newest():
    return CustomerUser.objects.get(display_name="Ana Born")


def test_who_may_add_users(world):
    address = reverse("add-user", args=[world.fabrikam.pk])
    assert {name: Visitor(getattr(world, name)).open(address).status for name in STAFF} == {
        "ava": 200,
        "dan": 200,
        "uma": 200,
        "lea": 403,
        "harry": 403,
        "sam": 403,
        "nora": 403,
        "max": 403,
    }


def test_the_four_steps_make_a_user_with_roles_and_licenses_in_one_go(world):
    owned = stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    page = open_wizard(world.ava, world.fabrikam)
    assert (page.headline, page.messages) == ("Add user | User info", [])
    assert page.form("wizard-form").values["usage_location"] == ["US"]
    assert page.form("wizard-form").values["domain"] == ["fabrikam.com"]
    page = to_review(page, roles={"kind": "global"}, licenses={"product": [str(owned.product_id)]})
    assert "Complete creates the user with everything below, or nobody." in page.text
    assert not CustomerUser.objects.filter(first_name="Ana").exists()
    page = press(page, "Complete")
    assert page.messages[0] == "Ana Born was added."
    user = newest()
    assert stored(user) == {
        "first_name": "Ana",
        "last_name": "Born",
        "display_name": "Ana Born",
        "user_principal_name": "ana.born@fabrikam.com",
        "usage_location": "US",
        "version": 1,
        "roles": ["Global Administrator"],
        "licenses": {"ENTERPRISEPACK": []},
    }
    assert seats_taken(world.fabrikam.pk) == {"ENTERPRISEPACK": 1}
    assert ledger_problems() == []
    assert sorted(AuditRecord.objects.filter(resource_id=user.pk).values_list("operation", flat=True)) == [
        "add_user_member",
        "create_customer_user",
        "update_customer_user_licenses",
    ]


def shown_password(page):
    (code,) = [code for secret in page.main.all(classes="secret") for code in secret.all("code")]
    (link,) = [box["value"] for box in page.main.all("input", type="text") if "readonly" in box]
    return code.text, urlsplit(link).path


def test_the_password_is_shown_once_and_the_link_opens_it_once(world):
    page = press(to_review(open_wizard(world.uma, world.fabrikam)), "Complete")
    password, link = shown_password(page)
    assert check_password(password, newest().password)
    assert page.response["Cache-Control"] == "no-store, private"
    again = page.visitor.open(page.address)
    assert "The temporary password was shown once and is not kept." in again.text
    assert password not in again.html
    assert password not in str(WizardRun.objects.values_list())
    assert password in Visitor().post(link).html
    assert Visitor().post(link).status == 410
    assert again.follow("Add another user").headline == "Add user | User info"


def test_complete_sent_twice_adds_one_user(world):
    page = to_review(open_wizard(world.uma, world.fabrikam))
    press(page, "Complete")
    press(page, "Complete")
    assert CustomerUser.objects.filter(first_name="Ana").count() == 1


def test_bad_info_is_refused_at_its_field_and_what_was_typed_stays(world):
    page = open_wizard(world.uma, world.fabrikam)
    inputs = [
        ({"display_name": ""}, "display_name", "Enter a display name."),
        ({"display_name": "x" * 51}, "display_name", "Display name has 51 characters; 50 are allowed."),
        ({"local_part": ""}, "local_part", "Enter the part before the @."),
        (
            {"local_part": "dana.hudecova"},
            "local_part",
            "dana.hudecova@fabrikam.com is already in use at Fabrikam, Inc. Choose another name.",
        ),
        ({"local_part": "a b"}, "local_part", None),
        ({"local_part": "a@b"}, "local_part", None),
    ]
    for changed, field, message in inputs:
        page = press(page, "Next", ANA | changed)
        assert page.status == 400, changed
        errors = page.errors_of(field)
        assert errors if message is None else errors == [message]
        assert page.form("wizard-form").values["first_name"] == ["Ana"]
    assert press(page, "Next", ANA).headline == "Add user | Permissions"


def test_a_federated_domain_is_not_offered(world):
    Domain.objects.filter(customer=world.fabrikam, is_initial=True).update(authentication="federated")
    page = open_wizard(world.uma, world.fabrikam)
    assert page.form("wizard-form").values["domain"] == ["fabrikam.com"]
    forged = page.form("wizard-form").values | ANA | {"domain": "northwind.example", "go": "next"}
    assert page.visitor.send(page.address, forged).status == 400


def test_a_seat_that_went_meanwhile_leaves_nobody_half_made(world):
    owned = stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    page = to_review(open_wizard(world.ava, world.fabrikam), licenses={"product": [str(owned.product_id)]})
    update = LicenseUpdate(assign=(LicenseToAssign(sku("ENTERPRISEPACK")),))
    update_licenses(by=SYSTEM, user=world.dana, update=update)
    page = press(page, "Complete")
    assert page.status == 400
    assert "Office 365 E3 has no available license left." in page.text
    assert not CustomerUser.objects.filter(first_name="Ana").exists()
    assert ledger_problems() == []


def test_a_name_that_went_meanwhile_is_said_at_its_field(world):
    page = to_review(open_wizard(world.ava, world.fabrikam))
    CustomerUserFactory(customer=world.fabrikam, local_part="ana.born")
    page = press(page, "Complete")
    assert (page.status, page.headline) == (400, "Add user | User info")
    assert CustomerUser.objects.filter(first_name="Ana").count() == 0


def test_like_another_user_takes_over_domain_location_roles_and_licenses(world):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=2)
    update = LicenseUpdate(assign=(LicenseToAssign(sku("ENTERPRISEPACK")),))
    update_licenses(by=SYSTEM, user=world.dana, update=update)
    set_directory_roles(by=SYSTEM, user=world.dana, roles=role_ids("Reports Reader"))
    page = Visitor(world.ava).open(f"{reverse('users', args=[world.fabrikam.pk])}?user={world.dana.pk}")
    page = page.follow("Add one like this")
    assert page.form("wizard-form").values["usage_location"] == ["SK"]
    press(to_review(page), "Complete")
    found = stored(newest())
    assert (found["roles"], found["licenses"]) == (["Reports Reader"], {"ENTERPRISEPACK": []})
    limited = open_wizard(world.uma, world.fabrikam, f"?like={world.dana.pk}")
    assert limited.messages == ["The roles were left out: you may not change directory roles here."]
    for wrong in (world.dana_of_northwind.pk, "garbage"):
        assert Visitor(world.ava).open(f"{reverse('add-user', args=[world.fabrikam.pk])}?like={wrong}").status == 404


def test_cancel_asks_only_when_something_was_typed(world):
    page = open_wizard(world.uma, world.fabrikam)
    assert press(page, "Cancel").headline == "Fabrikam, Inc. | Users and licenses"
    page = open_wizard(world.uma, world.fabrikam)
    assert press(page, "Cancel", first_name="Ana").headline == "Add user | Leave without saving?"


def test_a_run_that_lay_too_long_has_expired(world):
    page = open_wizard(world.uma, world.fabrikam)
    with after(hours=25):
        late = page.visitor.open(page.address)
        assert (late.status, late.headline) == (410, "This edit has expired")


# Templates -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(world):
    """A template made on the page, with a role, a license and a rule."""
    owned = stock(world.fabrikam, "ENTERPRISEPACK", seats=5)
    page = Visitor(world.ava).open(reverse("new-user-template", args=[world.fabrikam.pk]))
    page = page.visitor.arrive(
        page.form_with("name").submit(
            {
                "name": "Office",
                "naming": "first_dot_last",
                "usage_location": "SK",
                "kind": "custom",
                "more": [str(role) for role in role_ids("Reports Reader")],
                "product": [str(owned.product_id)],
            },
            press="Save",
        )
    )
    assert page.messages == ["The template Office was saved."]
    return page


def test_a_template_stands_on_the_list_and_fills_in_a_new_user(world, office):
    assert office.rows == [
        ["Office", "first.last", "Default", "SK", "Reports Reader", "Office 365 E3", "Add user from Office"]
    ]
    CustomerUserFactory(customer=world.fabrikam, local_part="ana.born")
    page = to_review(office.follow("Add user from Office"), info={"first_name": "Ana", "last_name": "Born"})
    press(page, "Complete")
    found = stored(newest())
    assert (found["user_principal_name"], found["usage_location"]) == ("ana.born2@fabrikam.com", "SK")
    assert (found["roles"], found["licenses"]) == (["Reports Reader"], {"ENTERPRISEPACK": []})


def test_a_template_is_changed_and_deleted_and_each_is_audited(world, office):
    page = office.follow("Office")
    assert page.form_with("name").values["more"] == [str(role) for role in role_ids("Reports Reader")]
    page = page.visitor.arrive(page.form_with("name").submit(name="Desk", kind="user", press="Save"))
    assert page.names == ["Desk"]
    assert page.rows[0][4] == "\N{EN DASH}"
    page = page.follow("Desk")
    page = page.visitor.arrive(page.form_with("name").submit(press="Delete template"))
    assert page.messages == ["The template Desk was deleted."]
    assert [
        row.operation for row in AuditRecord.objects.filter(resource_type="user_template").order_by("occurred_at", "pk")
    ].count("add_user_template") == 1
    assert AuditRecord.objects.filter(resource_type="user_template").count() == 3


def test_a_template_belongs_to_one_partner(world, office):
    address = reverse("user-template", args=[world.fabrikam.pk, office.follow("Office").address.split("/")[-2]])
    assert Visitor(world.ava).get(address).status == 200
    assert Visitor(world.max).get(address).status == 403
    assert Visitor(world.uma).open(reverse("user-templates", args=[world.fabrikam.pk])).names == ["Office"]


def test_bad_templates_are_refused_and_what_was_typed_stays(world, office):
    visitor = Visitor(world.ava)
    page = visitor.open(reverse("new-user-template", args=[world.fabrikam.pk]))
    inputs = [
        ({"name": ""}, "name", "Enter a name."),
        ({"name": "office"}, "name", "There is a template with the name office already."),
        ({"name": "a\x07b"}, "name", "A name has at most 60 printable characters."),
    ]
    for changed, field, message in inputs:
        page = page.form_with("name").submit({"usage_location": "DE"} | changed, press="Save")
        assert (page.status, page.errors_of(field)) == (400, [message]), changed
        assert page.form_with("name").values["usage_location"] == ["DE"]
    forged = {"name": "x", "domain": "proseware.example", "naming": "zzz", "usage_location": "QQ", "kind": "user"}
    page = visitor.post(page.address, forged | {"product": "garbage", "more": "garbage"})
    assert page.status == 400
