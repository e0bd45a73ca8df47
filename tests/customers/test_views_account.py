"""The account page: company details, bill-to info, what the customer may buy, and the end of reselling."""

import csv
import io
from datetime import timedelta

import pytest

from customers.models import BillingProfile, Customer, Domain, ResellerRelationship
from customers.services.tags import set_customer_tags
from licensing.models import SoftwarePurchase, Subscription
from partnercenter.audit.models import AuditRecord
from tests.cast import NOW, principal
from tests.factories import CustomerFactory, stock
from tests.portal.visitor import Visitor

NOTHING = "\N{EN DASH}"


def account(world, who, customer, page=""):
    return Visitor(getattr(world, who)).get(f"/customers/{customer.pk}/account/{page}")


def facts(page, title):
    """Label -> value of a section."""
    (section,) = [found for found in page.main.all("section") if found.all("h2")[0].text == title]
    return {line.all("dt")[0].text: line.all("dd")[0].text for line in section.all("dl")[0].all("div")}


def shut(page, title):
    """Whether a section keeps its facts to itself, and why."""
    (section,) = [found for found in page.main.all("section") if found.all("h2")[0].text == title]
    return [why.text for why in section.all(classes="why")]


def test_company_details_need_a_gdap_role_and_the_page_says_which(world):
    Customer.objects.filter(pk=world.fabrikam.pk).update(city="Redmond", postal_code="98052", email="ap@fabrikam.com")
    assert facts(account(world, "ava", world.fabrikam), "Company details") == {
        "Company name": "Fabrikam, Inc.",
        "Address": NOTHING,
        "City": "Redmond",
        "State or province": NOTHING,
        "Postal code": "98052",
        "Country or region": "US",
        "Phone number": NOTHING,
        "Email": "ap@fabrikam.com",
    }
    page = account(world, "nora", world.fabrikam)
    (why,) = shut(page, "Company details")
    assert why.startswith("To see company details at Fabrikam, Inc. you need ")
    assert "Redmond" not in page.text.replace(facts(page, "Bill-to info")["City"], "")


def test_everybody_sees_what_the_account_is_called_and_how_it_is_related(world):
    page = account(world, "harry", world.fabrikam)
    assert facts(page, "Customer account info") == {
        "Microsoft ID": str(world.fabrikam.pk),
        "Domain name": "fabrikam.com",
        "Relationship": "Cloud Reseller since Nov 22, 2026",
        "Special qualifications": "None",
    }
    other = account(world, "max", world.fabrikam)
    assert facts(other, "Customer account info")["Relationship"] == "Admin relationship only"
    assert [found.all("h2")[0].text for found in other.main.all("section")] == [
        "Tags",
        "Company details",
        "Customer account info",
    ]


def test_the_parts_of_the_page_open_by_partner_role(world):
    hint = " A Global admin of your partner account can assign it."
    admin_agent = f"Tagging customers needs the partner role Admin agent.{hint}"
    buying = f"Letting a customer buy by itself needs the partner role Admin agent.{hint}"
    signing = "Admin agent, Global admin or Sales agent"
    agreement = f"Confirming the customer agreement needs the partner role {signing}.{hint}"
    billing = f"Changing the bill-to info needs the partner role Admin agent, Global admin or Sales agent.{hint}"
    ending = f"Buying licenses and changing subscriptions needs the partner role Admin agent or Global admin.{hint}"
    expected = {
        "ava": [[], [], [], [], []],
        "nora": [[], [], [], [], []],
        "sam": [[admin_agent], [], [], [buying], [ending]],
        "harry": [[admin_agent], [agreement], [billing], [buying], [ending]],
    }
    titles = ("Tags", "Customer agreement", "Bill-to info", "Customer permissions", "Reseller relationship")
    found = {}
    for who in expected:
        page = account(world, who, world.fabrikam)
        found[who] = [shut(page, title) for title in titles]
    assert found == expected


def test_the_bill_to_info_is_changed_for_this_partner_alone(world):
    page = account(world, "sam", world.fabrikam, "bill-to/")
    answer = page.post_form.submit(
        company_name="Fabrikam Billing", email="bills@fabrikam.com", address_line1="1 Sample Way", country="SK"
    )
    assert answer.location == f"/customers/{world.fabrikam.pk}/account/"
    shown = facts(answer.follow(), "Bill-to info")
    assert (shown["Company name"], shown["Email address"], shown["Country or region"]) == (
        "Fabrikam Billing",
        "bills@fabrikam.com",
        "SK",
    )
    world.fabrikam.refresh_from_db()
    assert world.fabrikam.company_name == "Fabrikam, Inc."
    assert list(BillingProfile.objects.values_list("partner", flat=True)) == [world.contoso.pk]


def test_a_bad_bill_to_info_is_refused_at_its_fields_and_stays_typed(world):
    page = account(world, "ava", world.fabrikam, "bill-to/")
    refused = page.post_form.submit(email="no address", city="x" * 101, address_line1="")
    assert refused.status == 400
    assert {name: refused.errors_of(name) for name in ("email", "city", "address_line1")} == {
        "email": ["Enter a valid email address."],
        "city": ["Ensure this value has at most 100 characters (it has 101)."],
        "address_line1": [],
    }
    values = refused.post_form.values
    assert (values["email"], values["city"]) == (["no address"], ["x" * 101])
    again = refused.post_form.submit(email="ap@fabrikam.com", city="Redmond")
    assert (again.status, again.errors_of("address_line1")) == (400, ["Address line 1 is required."])
    assert BillingProfile.objects.count() == 0


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten_without_a_word(world):
    Customer.objects.filter(pk=world.fabrikam.pk).update(city="Redmond", state="WA", postal_code="98052")
    mine = account(world, "ava", world.fabrikam, "bill-to/")
    theirs = account(world, "sam", world.fabrikam, "bill-to/")
    theirs.post_form.submit(email="sam@fabrikam.com", address_line1="1 Sample Way")
    told = mine.post_form.submit(email="ava@fabrikam.com", address_line1="2 Sample Way")
    assert told.status == 409
    assert "Somebody changed this billing profile in the meantime" in told.messages[0]
    assert told.post_form.values["email"] == ["ava@fabrikam.com"]
    assert BillingProfile.objects.get().email == "sam@fabrikam.com"
    told.post_form.submit()
    assert BillingProfile.objects.get().email == "ava@fabrikam.com"


def test_what_the_customer_may_buy_is_switched_and_each_switch_recorded(world):
    page = account(world, "nora", world.fabrikam)
    page.post_form.submit(reservations="allow")
    relationship = ResellerRelationship.objects.get(customer=world.fabrikam, partner=world.contoso)
    assert (relationship.may_buy_reservations, relationship.may_buy_savings_plans) == (True, False)
    account(world, "nora", world.fabrikam).post_form.submit(reservations="refuse", savings_plans="allow")
    written = AuditRecord.objects.filter(operation__contains="purchase").values_list("operation", "after")
    assert sorted(map(repr, written)) == sorted(
        map(
            repr,
            [
                ("create_customer_purchase_permission", {"may_buy_reservations": True}),
                ("delete_customer_purchase_permission", {"may_buy_reservations": False}),
                ("create_customer_purchase_permission", {"may_buy_savings_plans": True}),
            ],
        )
    )


def test_the_reseller_relationship_ends_only_when_nothing_runs(world):
    stock(world.tailspin, "ENTERPRISEPACK", seats=2)
    bought = SoftwarePurchase.objects.create(customer=world.tailspin, partner=world.contoso, name="Windows Server")
    visitor, there = Visitor(world.ava), f"/customers/{world.tailspin.pk}/account/end-reselling/"
    page = visitor.get(there)
    assert [line.text for line in page.main.all("li")] == [
        "1 subscription: Show subscriptions",
        "1 software purchase: Show software",
    ]
    assert page.main.all("form") == []
    known = {"acknowledge": "yes"}
    refused = visitor.post(there, known)
    assert (refused.status, refused.messages) == (400, ["Cancel the subscriptions of Tailspin Toys first."])
    Subscription.objects.update(status=Subscription.Status.DELETED)
    refused = visitor.post(there, known)
    software = "Cancel the software of Tailspin Toys that can still be cancelled first."
    assert (refused.status, refused.messages) == (400, [software])

    SoftwarePurchase.objects.filter(pk=bought.pk).update(purchased_at=NOW - timedelta(days=31))
    form = visitor.get(there).post_form
    unaware = form.submit(press="Remove reseller relationship")
    assert (unaware.status, unaware.messages) == (400, ["Tick that you know what is lost."])
    answer = form.submit(acknowledge="yes", press="Remove reseller relationship")
    assert answer.location == "/customers/"
    assert answer.follow().messages == ["Your company no longer sells to Tailspin Toys."]
    assert account(world, "ava", world.tailspin).status == 404


def test_who_ends_the_relationship_reads_first_what_is_lost_and_what_goes_on(world):
    def losses(customer):
        return [line.text for line in account(world, "ava", customer, "end-reselling/").main.all("li")]

    orders = "Nothing can be bought for it, and its orders are no longer listed."
    assert losses(world.tailspin) == [
        orders,
        "There is no active admin relationship, so nobody of your company will see Tailspin Toys.",
    ]
    set_customer_tags(by=principal(world.ava), customer=world.fabrikam, tag_ids=[], new_name="Gold")
    SoftwarePurchase.objects.create(
        customer=world.fabrikam, partner=world.contoso, name="Server", purchased_at=NOW - timedelta(days=31)
    )
    form = account(world, "ava", world.fabrikam, "bill-to/").post_form
    form.submit(email="ap@fabrikam.com", address_line1="1 Way", city="Redmond", state="WA", postal_code="98052")
    assert losses(world.fabrikam) == [
        "Its tags are no longer shown: Gold.",
        "Its bill-to info is no longer shown.",
        "Your company no longer sees the keys and downloads of Server; the customer does.",
        orders,
        (
            "What goes on, until it ends by itself or is terminated: Service desk. "
            "Only who has a role there will see the customer."
        ),
    ]


def test_it_is_written_down_who_accepted_the_agreement(world):
    page = account(world, "sam", world.fabrikam)
    assert facts(page, "Customer agreement") == {"Confirmed by your company": "Not provided"}
    form = page.follow("Confirm acceptance").post_form
    ana = {"first_name": "Ana", "last_name": "Born", "email": "ana@fabrikam.com", "agreed_at": "2026-11-20"}
    for changes, field, message in (
        ({"agreed_at": "2026-11-23"}, "agreed_at", "The agreement can't be accepted in the future."),
        ({"agreed_at": "soon"}, "agreed_at", "Enter a valid date."),
        ({"email": "ana"}, "email", "ana is no email address."),
        ({"last_name": ""}, "last_name", "This field is required."),
        ({"first_name": "x" * 51}, "first_name", "This first name is missing, too long or can't be printed."),
    ):
        refused = form.submit({**ana, **changes}, press="Save")
        assert (refused.status, refused.errors_of(field)) == (400, [message])
        assert {name: refused.post_form.values[name] for name in ana} == {
            name: [value] for name, value in {**ana, **changes}.items()
        }
    done = form.submit(ana, press="Save").follow()
    assert facts(done, "Customer agreement") == {
        "Confirmed by your company": "Ana Born, ana@fabrikam.com, accepted it on Nov 20, 2026"
    }
    assert account(world, "harry", world.fabrikam, "agreement/").status == 403
    assert account(world, "max", world.fabrikam, "agreement/").status == 404


def test_a_qualification_is_added_on_a_page_and_counts_at_once(world):
    page = account(world, "nora", world.fabrikam)
    assert facts(page, "Customer account info")["Special qualifications"] == "None"
    form = page.follow("Add qualification").post_form
    school = {"qualification": "Education", "education_segment": "K12", "website": "https://school.example"}
    for changes, message in (
        ({"education_segment": ""}, "Segment, for Education: Education needs a segment: K12 or HigherEducation."),
        ({"website": "x" * 201}, "Website, for Education: This website is too long or can't be printed."),
        (
            {"qualification": "GovernmentCommunityCloud", "validation_code": "123"},
            (
                "Validation code, for Government: The validation code is not one of yours: none has been given to your "
                "company."
            ),
        ),
    ):
        refused = form.submit({**school, **changes}, press="Save")
        assert (refused.status, refused.messages) == (400, [f"Please check what you entered. {message}"])
        assert refused.post_form.values["website"] == [changes.get("website", school["website"])]
    done = form.submit(school, press="Save").follow()
    approved = "Education (K12), approved on Nov 22, 2026"
    assert facts(done, "Customer account info")["Special qualifications"] == approved
    again = form.submit(school, press="Save")
    assert "Fabrikam, Inc. has this qualification already." in again.messages[0]
    for who, status in (("sam", 403), ("harry", 403), ("max", 404)):
        assert account(world, who, world.fabrikam, "qualification/").status == status


def test_the_list_is_exported_as_it_is_filtered_with_formulas_defused(world):
    tags = [world.fabrikam, world.northwind]
    for customer in tags:
        set_customer_tags(by=principal(world.ava), customer=customer, tag_ids=[], new_name=f"=Tag of {customer}"[:50])
    CustomerFactory(company_name="=HYPERLINK(1)", primary_domain="evil.example", sold_by=[world.contoso])

    def exported(query=""):
        response = Visitor(world.ava).client.get(f"/customers/export/{query}")
        assert response.headers["Content-Disposition"] == 'attachment; filename="Customers.csv"'
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    head, *rows = exported()
    assert head == ["Microsoft ID", "Company name", "Primary domain name", "Relationship", "Tags"]
    assert [row[1:] for row in rows] == [
        ["'=HYPERLINK(1)", "evil.example", "Cloud Reseller", ""],
        ["Fabrikam, Inc.", "fabrikam.com", "Cloud Reseller", "'=Tag of Fabrikam, Inc."],
        ["Northwind Traders", "northwind.example", "Cloud Reseller", "'=Tag of Northwind Traders"],
        ["Tailspin Toys", "tailspin.example", "Cloud Reseller", ""],
    ]
    assert [row[0] for row in exported("?q=north")[1:]] == [str(world.northwind.pk)]


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_asks_the_same_queries_however_much_there_is(world, django_assert_num_queries, more):
    for number in range(more):
        Domain.objects.create(customer=world.fabrikam, name=f"more{number}.example")
        set_customer_tags(by=principal(world.ava), customer=world.fabrikam, tag_ids=[], new_name=f"Tag {number}")
    visitor = Visitor(world.ava)
    visitor.get(f"/customers/{world.fabrikam.pk}/account/")
    with django_assert_num_queries(12):
        visitor.get(f"/customers/{world.fabrikam.pk}/account/")
