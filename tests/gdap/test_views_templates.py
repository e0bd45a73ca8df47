"""Templates: a named set of roles and groups, requested for many customers, with what became of each."""

import uuid

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from gdap.lifecycle import Status
from gdap.models import AccessAssignment, AdminRelationship, RelationshipTemplate, TemplateGroup
from gdap.services.relationships import Wish, activate_relationship
from gdap.services.templates import create_template, put_groups, request_from_template
from partnercenter.audit.models import AuditRecord
from tests.cast import NOW, after
from tests.factories import SYSTEM, CustomerFactory, RelationshipFactory, SecurityGroupFactory, role_ids
from tests.portal.visitor import Visitor

LICENSE, HELPDESK = (str(role) for role in role_ids("License Administrator", "Helpdesk Administrator"))
HERE = "/settings/relationship-templates/"


@pytest.fixture
def ava(world) -> Visitor:
    return Visitor(world.ava)


@pytest.fixture
def care(world) -> RelationshipTemplate:
    roles = frozenset(role_ids("License Administrator", "Helpdesk Administrator"))
    wish = Wish(display_name="Care", duration_days=90, roles=roles)
    return create_template(by=SYSTEM, partner=world.contoso, wish=wish)


def of(template: RelationshipTemplate, name: str = "relationship-template", *more: object) -> str:
    return reverse(name, args=[template.pk, *more])


def rows_written() -> tuple[object, ...]:
    models = (RelationshipTemplate, TemplateGroup, AdminRelationship)
    return *(list(model.objects.order_by("pk").values()) for model in models), AuditRecord.objects.count()


def test_a_template_is_created_changed_and_deleted(world, ava):
    page = ava.get(reverse("create-template"))
    values = {"display_name": "Desk", "duration_days": "365", "roles": [LICENSE, HELPDESK], "auto_extend": "yes"}
    page = ava.arrive(page.form().submit(values, press="Save"))
    made = RelationshipTemplate.objects.get(display_name="Desk")
    assert (made.duration_days, made.auto_extend, made.roles.count()) == (365, True, 2)
    page = ava.get(of(made, "put-template-groups")).form()
    page = ava.arrive(page.submit(groups=[str(world.license_desk.pk)], roles=[LICENSE, HELPDESK], press="Save"))
    assert ["GDAP License desk", "Helpdesk Administrator, License Administrator"] in page.rows
    stale = ava.get(of(made, "edit-template"))
    page = stale.form().submit(roles=[LICENSE], duration_days="30", press="Save")
    assert ava.arrive(page).rows == [["GDAP License desk", "License Administrator"]]
    page = stale.form().submit(duration_days="60", press="Save")
    assert page.status == 409
    assert "Desk was changed meanwhile." in page.messages[0]
    assert page.form().values["duration_days"] == ["60"]
    asked = ava.arrive(ava.get(of(made))).form("list-form")
    asked = asked.submit(selected=[str(made.groups.get().pk)], press="Remove security groups")
    assert "Leaving the template: GDAP License desk." in asked.text
    ava.arrive(asked.form().submit())
    assert not made.groups.exists()
    assert ava.arrive(ava.get(asked.address)).messages == ["Select at least one security group."]
    page = ava.arrive(ava.get(of(made, "delete-template")).form().submit(press="Delete the template"))
    assert page.messages == ["The template Desk was deleted."]
    operations = AuditRecord.objects.filter(resource_id=str(made.pk)).order_by("occurred_at", "pk")
    assert sorted(row.operation for row in operations) == [
        "add_relationship_template",
        "delete_relationship_template",
        *["update_relationship_template"] * 3,
    ]


def test_wrong_terms_and_groups_are_told_at_the_field(world, ava, care):
    cases = [
        (reverse("create-template"), {"display_name": "Care"}, "display_name", "a template called Care already."),
        (reverse("create-template"), {"display_name": "x" * 51}, "display_name", "50 at most are possible."),
        (reverse("create-template"), {"duration_days": "731"}, "duration_days", "1 to 730 days, not 731."),
        (reverse("create-template"), {"roles": []}, "roles", "Choose at least one role."),
    ]
    before = rows_written()
    for address, wrong, field, message in cases:
        values = {"display_name": "New", "duration_days": "30", "roles": [LICENSE], "auto_extend": "no"}
        page = ava.get(address).form().submit(values | wrong, press="Save")
        (told,) = page.errors_of(field)
        assert (page.status in (400, 409), told.endswith(message)) == (True, True), (wrong, told)
    here = of(care, "put-template-groups")
    group = str(world.license_desk.pk)
    (writer,) = role_ids("Directory Writers")
    forged = [
        ({"groups": [str(world.litware_desk.pk)], "roles": [LICENSE]}, "groups", "There is no such security group."),
        ({"groups": ["x"], "roles": [LICENSE]}, "groups", "There is no such security group."),
        ({"groups": [group], "roles": [str(writer)]}, "roles", "Care does not cover all of these roles."),
        ({"groups": [group], "roles": []}, "roles", "Choose at least one role."),
        ({"groups": [], "roles": [LICENSE]}, "groups", "Choose at least one group."),
    ]
    for values, field, message in forged:
        page = ava.post(here, values)
        assert (page.status, page.errors_of(field)) == (400, [message])
    assert rows_written() == before


def test_a_template_fills_in_the_request_for_one_customer(world, ava, care):
    page = ava.get(reverse("request-relationship", args=[world.tailspin.pk]))
    (chooser,) = [form for form in page.forms if "template" in form.open_fields]
    page = chooser.submit(template=str(care.pk))
    values = page.form("terms-form").values
    assert (values["display_name"], values["duration_days"]) == (["Care: Tailspin Toys"], ["90"])
    assert sorted(values["roles"]) == sorted([LICENSE, HELPDESK])
    for nonsense in ("x", str(uuid.uuid4())):
        page = ava.get(f"{reverse('request-relationship', args=[world.tailspin.pk])}?template={nonsense}")
        assert page.form("terms-form").values["display_name"] == [""]


def test_many_customers_are_asked_in_one_go_and_each_result_is_named(world, ava, care):
    """One name is used already, so it gets a number; the rest goes on."""
    RelationshipFactory(
        partner=world.contoso, customer=world.fabrikam, display_name="Care: Tailspin Toys", active=False
    )
    page = ava.get(of(care, "request-from-template"))
    assert page.names == ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys"]
    with zeal_ignore():  # each customer is a transaction of its own
        page = page.form("list-form").submit(selected=[str(world.northwind.pk), str(world.tailspin.pk)])
    page = ava.arrive(page)
    assert page.messages == ["Every customer was asked. Send each its link."]
    made = {row.customer: row for row in AdminRelationship.objects.filter(duration_days=90)}
    assert {customer.company_name: row.display_name for customer, row in made.items()} == {
        "Northwind Traders": "Care: Northwind Traders",
        "Tailspin Toys": "Care: Tailspin Toys 2",
    }
    assert {row.status(NOW) for row in made.values()} == {Status.APPROVAL_PENDING}
    assert page.rows[0] == [
        "Northwind Traders",
        "Requested Care: Northwind Traders",
        f"http://testserver/tenant/approve/{made[world.northwind].pk}/",
    ]
    listed = ava.get(of(care)).rows
    assert [row[:3] for row in sorted(listed)] == [
        ["Northwind Traders", "Care: Northwind Traders", "Approval pending"],
        ["Tailspin Toys", "Care: Tailspin Toys 2", "Approval pending"],
    ]
    with after(days=90):
        assert "Nothing yet." in ava.get(of(care)).text


def test_a_customer_that_can_not_be_asked_does_not_keep_the_others(world, ava, care):
    (offered,) = role_ids("License Administrator")
    care.roles.set([*role_ids("Partner Tier2 Support"), offered])  # no longer offered, say, since it was made
    with zeal_ignore():
        page = ava.post(of(care, "request-from-template"), {"selected": [str(world.tailspin.pk)]})
    page = ava.arrive(page)
    assert page.messages == ["Not every customer could be asked; the list says why."]
    assert page.rows[0][1] == "Not requested Not offered in admin relationships: Partner Tier2 Support."
    assert ava.get(of(care)).rows[0][:2] == ["Tailspin Toys", "\N{EN DASH}"]


def test_nothing_is_requested_from_strangers_from_nobody_or_from_too_many(world, ava, care):
    here, before = of(care, "request-from-template"), rows_written()
    cases = {
        "Select at least one customer.": [],
        "A customer that was selected is not one of yours. Nothing was requested.": [
            str(world.tailspin.pk),
            str(world.proseware.pk),
        ],
        "101 are selected, 100 at most go at once. Nothing was requested.": [f"{n:032x}" for n in range(101)],
    }
    for message, selected in cases.items():
        page = ava.post(here, {"selected": selected})
        assert (page.status, page.messages) == (400, [message])
    page = ava.post(here, {"selected": [str(world.tailspin.pk), str(world.proseware.pk)]})
    assert page.form("list-form").values["selected"] == [str(world.tailspin.pk)]
    assert rows_written() == before
    assert ava.get(of(care, "template-batch", uuid.uuid4())).status == 404


def test_its_groups_get_their_roles_once_a_customer_has_approved(world, ava, care):
    group = SecurityGroupFactory(partner=world.contoso, display_name="Night shift", members=[world.nora])
    put_groups(by=SYSTEM, template=care, groups=[group.pk], roles=role_ids("License Administrator"))
    request_from_template(by=SYSTEM, template=care, customers=[world.tailspin.pk, world.northwind.pk])
    approved = AdminRelationship.objects.get(display_name="Care: Tailspin Toys")
    activate_relationship(by=SYSTEM, relationship=approved)
    assign = of(care, "assign-template-groups")
    with zeal_ignore():
        page = ava.get(assign).form().submit(press="Assign")
    assert page.rows == [["Care: Tailspin Toys", "Tailspin Toys", "Assigned"]]
    assert [str(row) for row in AccessAssignment.objects.filter(security_group=group)] == [
        "Night shift in Care: Tailspin Toys"
    ]
    assert Visitor(world.nora).get(reverse("users", args=[world.tailspin.pk])).status == 200
    assert "Nothing was left to assign" in ava.get(assign).form().submit(press="Assign").text


def test_another_partners_templates_are_not_there(world, care):
    stranger = Visitor(world.max)
    batch_id = request_from_template(by=SYSTEM, template=care, customers=[world.tailspin.pk])
    routes = [
        of(care, name)
        for name in (
            "relationship-template",
            "edit-template",
            "delete-template",
            "put-template-groups",
            "remove-template-groups",
            "assign-template-groups",
            "request-from-template",
        )
    ]
    for address in [*routes, of(care, "template-batch", batch_id)]:
        assert stranger.get(address).status == 404
        assert stranger.post(address, {"selected": [str(world.proseware.pk)]}).status == 404
    assert "Care" not in stranger.get(HERE).text


def test_who_may_not_manage_reads_why(world, care):
    sam = Visitor(world.sam)
    assert len(sam.get(HERE).reasons) == 1
    assert len(sam.get(of(care)).reasons) == 5
    for name in ("edit-template", "delete-template", "request-from-template", "put-template-groups"):
        assert sam.get(of(care, name)).status == 403
        assert sam.post(of(care, name), {"selected": [str(world.tailspin.pk)]}).status == 403


def test_each_page_asks_the_same_number_of_queries_for_one_row_and_for_three(
    world, ava, care, django_assert_num_queries
):
    batches = []

    def grow(count: int) -> None:
        customers = [CustomerFactory(sold_by=[world.contoso]).pk for _ in range(count)]
        batches.append(request_from_template(by=SYSTEM, template=care, customers=customers))
        for _ in range(count):
            wish = Wish(
                display_name=f"T{uuid.uuid4().hex}", duration_days=3, roles=frozenset(role_ids("Global Reader"))
            )
            create_template(by=SYSTEM, partner=world.contoso, wish=wish)
            group = SecurityGroupFactory(partner=world.contoso)
            put_groups(by=SYSTEM, template=care, groups=[group.pk], roles=role_ids("License Administrator"))

    asks = {
        "list": (lambda: HERE, 6),
        "one": (lambda: of(care), 9),
        "request": (lambda: of(care, "request-from-template"), 7),
        "batch": (lambda: of(care, "template-batch", batches[-1]), 6),
    }
    for count in (1, 2):
        grow(count)
        for address, queries in asks.values():
            with django_assert_num_queries(queries):
                assert ava.get(address()).status == 200
