"""Add customer: what is refused at which field, what is kept, who may, and the password that is shown once."""

import re

import pytest
from django.contrib.auth.hashers import check_password

from customers.models import Agreement, Customer, CustomerTag, CustomerUser, Domain, OneTimeSecret, Tag
from customers.services.tags import create_tag
from gdap.models import AdminRelationship
from partnercenter.accounts.models import PartnerRole
from partnercenter.audit.models import AuditRecord
from partnercenter.portal.models import WizardRun
from tests.cast import after, principal
from tests.factories import StaffFactory
from tests.portal.visitor import Visitor

NEW = "/customers/new/"
PASSWORD = re.compile(r'<code id="password-new">([^<]+)</code>')
WINERY = {
    "company_name": "Coho Winery",
    "domain": "coho",
    "country": "US",
    "address_line1": "1 Sample Way",
    "city": "Redmond",
    "state": "WA",
    "postal_code": "98052",
    "first_name": "Ana",
    "last_name": "Born",
    "email": "ana@coho.example",
    "phone_number": "4255550100",
}


def review(who, **changes):
    """Fill in the first step and press Next."""
    visitor = who if isinstance(who, Visitor) else Visitor(who)
    form = visitor.open(NEW).post_form
    return form.submit({**WINERY, **changes}, press="Next")


def complete(who, **changes):
    return review(who, **changes).follow().post_form.submit(press="Complete")


def refused(form, **changes):
    """The errors at the fields, by field, of a first step that is shown again with all that was typed."""
    page = form.submit({**WINERY, **changes}, press="Next")
    assert page.status == 400
    values = page.post_form.values
    typed = {name: value for name, value in {**WINERY, **changes}.items() if isinstance(value, str)}
    assert {name: values[name] for name in typed} == {name: [value] for name, value in typed.items()}
    return {name: page.errors_of(name) for name in values if page.errors_of(name)}


def test_a_customer_is_added_and_its_administrators_password_is_shown_once(world):
    visitor = Visitor(world.ava)
    step = visitor.get("/customers/").follow("Add customer")
    assert step.headline == "Add customer | Account info"
    look = step.post_form.submit(WINERY, press="Next").follow()
    assert look.headline == "Add customer | Review"
    for line in ("coho.onmicrosoft.com", "United States", "Ana", "Is made", "The customer will be asked to accept it"):
        assert line in look.text
    done = look.post_form.submit(press="Complete")
    (password,) = PASSWORD.findall(done.html)
    admin = CustomerUser.objects.get(user_principal_name="admin@coho.onmicrosoft.com")
    assert check_password(password, admin.password)
    assert (admin.force_change_password, done.response["Cache-Control"]) == (True, "no-store, private")
    run = WizardRun.objects.get(kind="add_customer")
    kept = [*AuditRecord.objects.values(), *OneTimeSecret.objects.values(), run.data, run.result]
    assert password not in str(kept)

    again = visitor.get(f"{NEW}{run.pk}/result/")
    assert ("shown once" in again.text, password in again.html) == (True, False)
    twice = visitor.post(f"{NEW}{run.pk}/review/", {"go": "next"})
    assert (twice.location, Customer.objects.filter(company_name="Coho Winery").count()) == (again.address, 1)
    assert again.follow("Open the customer").headline == "Coho Winery | Account"

    (link,) = [box["value"] for box in done.document.all("input", readonly="") if box["id"] == "link-new"]
    read = Visitor().get(link).post_form.submit()
    assert password in read.html
    assert Visitor().get(link).status == 410


def test_the_password_is_gone_when_nobody_took_it_in_time(world):
    done = complete(world.ava)
    (link,) = [box["value"] for box in done.document.all("input", readonly="") if box["id"] == "link-new"]
    with after(days=30):
        assert Visitor().get(link).status == 410


def test_every_refusal_stands_at_its_field_and_nothing_typed_is_lost(world):
    Domain.objects.create(customer=world.fabrikam, name="fabrikam.onmicrosoft.com")
    required = ["This field is required."]
    letters = "A new tenant's domain is 1 to 27 letters and digits before .onmicrosoft.com."
    taken = "fabrikam.onmicrosoft.com belongs to another tenant; choose another name."
    poland = {"country": "PL", "postal_code": "00-001", "culture": "pl-PL"}
    form, wrong = Visitor(world.ava).open(NEW).post_form, []
    for changes, expected in (
        ({"domain": "fabrikam"}, {"domain": [taken]}),
        ({"domain": "FABRIKAM.onmicrosoft.com"}, {"domain": [taken]}),
        ({"domain": "a-b"}, {"domain": [letters]}),
        ({"domain": "x" * 28}, {"domain": [letters]}),
        ({"domain": ""}, {"domain": required}),
        ({"postal_code": "ABC"}, {"postal_code": ["ABC is no postal code of US; one is 98052."]}),
        ({"postal_code": ""}, {"postal_code": ["Enter a postal code."]}),
        (
            {"country": "HK", "state": "", "postal_code": "999077"},
            {"postal_code": ["HK has no postal codes; leave it empty."]},
        ),
        (
            {"country": "SK", "state": "", "postal_code": "98052-1"},
            {"postal_code": ["98052-1 is no postal code of SK; one is 821 09."]},
        ),
        ({"state": "ZZ"}, {"state": ["ZZ is no state of US."]}),
        ({"city": ""}, {"city": ["Enter a city."]}),
        ({"company_name": "x"}, {"company_name": ["Enter the whole name of the company."]}),
        ({"company_name": "- !"}, {"company_name": ["Enter the whole name of the company."]}),
        ({"company_name": "GmbH"}, {"company_name": ["GmbH is a legal form only; add the company's name."]}),
        ({"email": "nobody"}, {"email": ["Enter a valid email address."]}),
        ({"email": "a@microsoft.com"}, {"email": ["a@microsoft.com is not an address of the customer."]}),
        (
            {"email": "sam@contoso-partners.example"},
            {"email": ["sam@contoso-partners.example is not an address of the customer."]},
        ),
        ({"first_name": "", "last_name": ""}, {"first_name": required, "last_name": required}),
        ({"last_name": "x" * 51}, {"last_name": ["This last name is too long or can't be printed."]}),
        ({"phone_number": "call me"}, {"phone_number": ["call me is no phone number of US."]}),
        ({"culture": "fr-FR"}, {"culture": ["fr-FR is no culture here; take one like en-US, es-US."]}),
        (
            {"registration_number": "123"},
            {"registration_number": ["A company of US has no registration number here; leave it out."]},
        ),
        (
            poland | {"phone_number": ""},
            {
                "registration_number": ["A company of PL needs its registration number."],
                "phone_number": ["A company of PL needs a phone number."],
            },
        ),
        (
            poland | {"registration_number": "?"},
            {"registration_number": ["A registration number has 2 to 50 letters and digits."]},
        ),
        ({"name": "y" * 51}, {"name": ["The name has 51 characters; 50 are allowed."]}),
    ):
        found = refused(form, **changes)
        if found != expected:
            wrong.append((changes, found))
    assert wrong == []
    assert not Customer.objects.filter(company_name="Coho Winery").exists()


def test_a_domain_that_somebody_took_since_the_review_is_said_at_its_field(world):
    page = review(world.ava).follow()
    Domain.objects.create(customer=world.fabrikam, name="coho.onmicrosoft.com")
    again = page.post_form.submit(press="Complete")
    assert (again.status, again.headline) == (400, "Add customer | Account info")
    assert again.errors_of("domain") == ["coho.onmicrosoft.com belongs to another tenant; choose another name."]
    assert again.post_form.values["company_name"] == ["Coho Winery"]


def test_a_name_that_looks_like_a_slip_is_asked_about_and_may_stay(world):
    for name, doubt in (
        ("coho.com", "coho.com looks like a domain, not like the legal name of a company."),
        ("Cohooo", "In Cohooo, a character stands three times in a row."),
        ("C o h o", "In C o h o, single characters are set apart by spaces."),
    ):
        assert review(world.ava, company_name=name).follow().messages == [f"Is the company name right? {doubt}"]
    assert review(world.ava).follow().messages == []
    complete(world.ava, company_name="coho.com")
    assert Customer.objects.filter(company_name="coho.com").exists()


def test_who_accepted_the_agreement_and_the_tags_are_made_with_the_customer_or_nothing_is(world):
    gold = create_tag(by=principal(world.ava), name="Gold")
    form = Visitor(world.ava).open(NEW).post_form
    signer = {
        "agreement": "accepted",
        "signer_first_name": "Ana",
        "signer_last_name": "Born",
        "signer_email": "ana@coho.example",
        "agreed_on": "2026-11-20",
    }
    for changes, expected in (
        ({"agreed_on": ""}, {"agreed_on": ["Enter the day on which it was accepted."]}),
        ({"agreed_on": "yesterday"}, {"agreed_on": ["Enter a valid date."]}),
        ({"agreed_on": "2026-11-23"}, {"agreed_on": ["The agreement can't be accepted in the future."]}),
        ({"signer_email": "ana"}, {"signer_email": ["ana is no email address."]}),
        (
            {"signer_first_name": ""},
            {"signer_first_name": ["This first name is missing, too long or can't be printed."]},
        ),
    ):
        assert refused(form, **{**signer, **changes}) == expected
    page = review(world.ava, **signer, tags=[str(gold.pk)], name="New", with_gdap=None).follow()
    assert "Accepted by Ana Born on Nov 20, 2026" in page.text
    assert "Gold, New" in page.text
    Tag.objects.create(partner=world.contoso, name="New")
    late = page.post_form.submit(press="Complete")
    assert (late.status, late.errors_of("name")) == (400, ["There is a tag New already."])
    assert not Customer.objects.filter(company_name="Coho Winery").exists()
    late.post_form.submit(name="Newer", press="Next").follow().post_form.submit(press="Complete")
    made = Customer.objects.get(company_name="Coho Winery")
    assert sorted(CustomerTag.objects.filter(customer=made).values_list("tag__name", flat=True)) == ["Gold", "Newer"]
    assert Agreement.objects.get(customer=made).email == "ana@coho.example"
    assert not AdminRelationship.objects.filter(customer=made).exists()


def test_who_may_add_customers_and_what_else_each_may_say_of_one(world):
    clerk = StaffFactory(partner=world.contoso, roles=[PartnerRole.USER_MANAGEMENT_ADMIN])
    tags, agreement = "Tagging customers needs", "Confirming the customer agreement needs"
    found = {}
    for who in (world.ava, world.nora, world.sam, clerk):
        page = Visitor(who).open(NEW)
        found[who.username.partition("@")[0]] = [text in page.text for text in (tags, agreement)]
        assert complete(who, domain=f"coho{len(found)}").status == 200
    assert list(found.values()) == [[False, False], [False, False], [True, False], [True, True]]
    harry = Visitor(world.harry)
    page = harry.get(NEW)
    assert page.status == 403
    assert "Adding customers needs the partner role" in page.text
    assert "Adding customers needs the partner role" in harry.get("/customers/").html
    run = WizardRun.objects.filter(user=world.ava).first()
    for stranger, status in ((world.nora, 404), (world.max, 404), (world.harry, 403)):
        for step in ("info", "review", "result"):
            assert Visitor(stranger).get(f"{NEW}{run.pk}/{step}/").status == status


def test_a_full_sandbox_says_so_before_and_after_something_was_typed(world, settings):
    settings.SANDBOX_MODE = True
    settings.SANDBOX_CUSTOMERS = Customer.objects.resold_by(world.contoso.pk).count() + 1
    full = f"A sandbox has at most {settings.SANDBOX_CUSTOMERS} customers; delete one first."
    mine, theirs = review(world.ava).follow(), review(world.nora, domain="other", company_name="Other").follow()
    mine.post_form.submit(press="Complete")
    late = theirs.post_form.submit(press="Complete")
    assert (late.status, late.messages) == (400, [full])
    assert Visitor(world.ava).open(NEW).messages == [full]
    assert not Customer.objects.filter(company_name="Other").exists()


@pytest.mark.parametrize("is_sandbox", [True, False])
def test_a_sandbox_is_called_one_on_every_page_of_partner_staff(world, settings, is_sandbox):
    settings.SANDBOX_MODE = is_sandbox
    strip = "Integration sandbox: at most 75 customers, 5 subscriptions per customer and 25 licenses per subscription."
    for there in ("/customers/", f"/customers/{world.fabrikam.pk}/account/", "/help/", "/customers/garbage/"):
        page = Visitor(world.sam).get(there)
        assert [strip in line.text for line in page.document.all(classes="sandbox-strip")] == [True] * is_sandbox
    assert Visitor().get("/sign-in/").document.all(classes="sandbox-strip") == []


def test_leaving_asks_only_when_something_was_typed(world):
    visitor = Visitor(world.ava)
    assert visitor.open(NEW).post_form.submit(press="Cancel").location == "/customers/"
    asked = visitor.open(NEW).post_form.submit(company_name="Coho Winery", press="Cancel")
    assert asked.headline == "Add customer | Leave without saving?"
    assert asked.follow("Go on editing").post_form.values["company_name"] == ["Coho Winery"]


def test_a_run_that_lay_too_long_starts_again(world):
    visitor = Visitor(world.ava)
    page = visitor.open(NEW)
    with after(days=30):
        assert visitor.get(page.address).status == 410
