"""What the design promises of the demo world, row by row."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db.models import Count

from customers.models import Customer, CustomerUser, Domain, ResellerRelationship
from customers.roles import role_names
from gdap.models import AdminRelationship, SecurityGroup
from licensing.ledger import ledger_problems
from licensing.models import LicenseAssignment, SoftwarePurchase, SubscribedSku, Subscription
from licensing.queries import inventory
from licensing.rules import LicenseToAssign, LicenseUpdate, OwnedProduct, check_update
from licensing.rules.subscriptions import cancellable_until, reducible
from licensing.rules.types import UserLicenses
from partnercenter import clock
from partnercenter.accounts.models import Partner, User
from partnercenter.audit.models import AuditRecord
from partnercenter.demo import ids
from partnercenter.demo import products as sku

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_world")]

Status = AdminRelationship.Status


def available(customer_id):
    rows = SubscribedSku.objects.filter(customer=customer_id).with_units(clock.now()).select_related("product")
    return {row.product.name: row.available_units for row in rows}


# --- Who is there ---


@pytest.mark.parametrize(
    ("customer_id", "name", "users"),
    [
        (ids.FABRIKAM, "Fabrikam, Inc.", 25),
        (ids.NORTHWIND, "Northwind Traders", 12),
        (ids.TAILSPIN, "Tailspin Toys", 9),
        (ids.WINGTIP, "Wingtip Toys", 8),
        (ids.ADVENTURE_WORKS, "Adventure Works", 2_000),
        (ids.PROSEWARE, "Proseware", 10),
    ],
)
def test_every_customer_has_its_id_its_users_and_a_global_administrator_with_a_location(customer_id, name, users):
    customer = Customer.objects.get(pk=customer_id)
    admin = customer.users.get(user_principal_name=f"global.admin@{customer.primary_domain}")

    assert customer.company_name == name
    assert customer.users.alive().count() == users
    assert role_names({member.role_id for member in admin.directory_role_members.all()}) == ["Global Administrator"]
    assert admin.usage_location


def test_the_partners_have_their_ids():
    assert set(Partner.objects.values_list("pk", "name", "domain")) == {
        (ids.CONTOSO, "Contoso Cloud Partners", "contoso-partners.example"),
        (ids.LITWARE, "Litware Partners", "litware-partners.example"),
    }


@pytest.mark.parametrize(
    ("username", "roles", "groups"),
    [
        (ids.AVA, {"admin_agent", "global_admin"}, {"AdminAgents", "GDAP Leads"}),
        (ids.LEA, {"admin_agent"}, {"AdminAgents", "GDAP License desk"}),
        (ids.DAN, {"admin_agent"}, {"AdminAgents", "GDAP Directory writers"}),
        (ids.UMA, {"admin_agent"}, {"AdminAgents", "GDAP User admins"}),
        (ids.HARRY, {"helpdesk_agent"}, {"HelpdeskAgents", "GDAP Helpdesk"}),
        (ids.SAM, {"sales_agent"}, {"SalesAgents"}),
        (ids.NORA, {"admin_agent"}, set()),
        (ids.MAX, {"admin_agent", "global_admin"}, {"AdminAgents", "Customer support"}),
    ],
)
def test_staff_have_their_partner_roles_and_groups(username, roles, groups):
    user = User.objects.get(username=username)

    assert {row.role for row in user.partner_role_assignments.all()} == roles
    assert set(SecurityGroup.objects.filter(group__user=user).values_list("display_name", flat=True)) == groups


def test_the_groups_of_contoso_have_their_ids():
    assert dict(SecurityGroup.objects.filter(partner=ids.CONTOSO).values_list("pk", "display_name")) == {
        ids.LICENSE_DESK: "GDAP License desk",
        ids.USER_ADMINS: "GDAP User admins",
        ids.DIRECTORY_WRITERS_GROUP: "GDAP Directory writers",
        ids.HELPDESK_GROUP: "GDAP Helpdesk",
        ids.LEADS: "GDAP Leads",
        ids.ADMIN_AGENTS: "AdminAgents",
        ids.HELPDESK_AGENTS: "HelpdeskAgents",
        ids.SALES_AGENTS: "SalesAgents",
    }


def test_everybody_signs_in_with_the_one_password():
    hashes = {row["password"] for model in (User, CustomerUser) for row in model.objects.values("password")}

    assert len(hashes) == 1
    assert check_password("demo", hashes.pop())


def test_ops_is_a_superuser_and_nobody_else_is():
    assert list(User.objects.filter(is_superuser=True).values_list("username", "is_staff", "partner")) == [
        ("ops", True, None)
    ]
    assert User.objects.filter(is_staff=True).count() == 1


# --- Fabrikam ---


def test_fabrikam_shows_the_numbers_of_the_pictures():
    seats = available(ids.FABRIKAM)

    assert seats["Office 365 E1"] == 0
    assert seats["Office 365 E3"] == 13
    assert all(seats[name] > 0 for name in ("Power BI Pro", "Enterprise Mobility + Security E3"))
    assert seats["Microsoft 365 Audio Conferencing"] > 0


def test_fabrikam_owns_two_products_that_nobody_can_be_assigned_and_one_of_the_other_license_group():
    products = inventory(Customer.objects.get(pk=ids.FABRIKAM)).products

    assert {product.sku_id for product in products.values() if not product.is_assignable} == {
        sku.EXTRA_FILE_STORAGE,
        sku.DEFENDER_FACULTY,
    }
    assert products[sku.MINECRAFT_FACULTY].license_group == "group2"


def test_two_subscriptions_of_fabrikam_add_up_and_both_ways_of_commerce_are_there():
    subscriptions = Subscription.objects.filter(customer=ids.FABRIKAM)

    assert sorted(subscriptions.filter(product=sku.OFFICE_365_E3).values_list("quantity", flat=True)) == [8, 12]
    assert set(subscriptions.values_list("commerce", flat=True)) == {"classic", "new_commerce"}
    software = SoftwarePurchase.objects.filter(customer=ids.FABRIKAM)
    assert [(row.name, row.cancellable_until > clock.now()) for row in software] == [
        ("Office LTSC Standard 2024", True),
        ("Windows Server 2025 Standard - 16 core license pack", False),
    ]


def test_fabrikam_has_every_kind_of_subscription_and_one_that_can_still_be_cancelled():
    now = clock.now()
    rows = Subscription.objects.filter(customer=ids.FABRIKAM).select_related("product", "parent__product")
    rows = rows.prefetch_related("additions")

    assert {row.product.name: row.activated_at is None for row in rows if not row.product.has_seats} == {
        "Azure plan": False,
        "Relecloud Backup": False,
        "VanArsdel Signatures": True,
    }
    assert [str(row.product) for row in rows if cancellable_until(row.terms, now)] == ["Planner and Project Plan 3"]
    reducible_now = {str(row.product) for row in rows if not row.is_classic and reducible(row.terms, now)}
    assert reducible_now == {"Planner and Project Plan 3", "Power BI Pro", "Relecloud Backup"}
    assert [(str(row), str(row.parent)) for row in rows if row.parent] == [
        ("Office 365 Extra File Storage", "Office 365 E3 (Košice office)")
    ]


def test_dana_is_ready_for_office_365_e3():
    dana = CustomerUser.objects.get(pk=ids.DANA)

    assert (dana.first_name, dana.last_name, dana.display_name) == ("Dana", "Hudecova", "Dana Hudecova")
    assert (dana.user_principal_name, dana.usage_location) == ("dana.hudecova@fabrikam.com", "SK")
    assert not dana.directory_role_members.exists()
    assert [row.subscribed_sku.product_id for row in dana.license_assignments.all()] == [sku.POWER_BI_PRO]
    owned = inventory(dana.customer).products
    licenses = UserLicenses(
        name="Dana", usage_location="SK", location_allowed=True, assigned={sku.POWER_BI_PRO: frozenset()}
    )
    assert check_update(licenses, LicenseUpdate(assign=(LicenseToAssign(sku.OFFICE_365_E3),)), owned) == ()


def test_natalia_has_no_license():
    natalia = CustomerUser.objects.get(user_principal_name="natalia.molnarova@fabrikam.com")

    assert natalia.pk == ids.NATALIA
    assert not natalia.license_assignments.exists()


def test_fabrikam_has_an_admin_of_each_kind():
    roles = {
        role
        for user in CustomerUser.objects.alive().filter(customer=ids.FABRIKAM)
        for role in role_names({member.role_id for member in user.directory_role_members.all()})
    }

    assert roles == {
        "Global Administrator",
        "User Administrator",
        "Service Support Administrator",
        "Helpdesk Administrator",
        "Exchange Administrator",
    }


def test_fabrikam_has_domains_that_pages_must_leave_out():
    domains = {domain.name: domain for domain in Domain.objects.filter(customer=ids.FABRIKAM)}

    assert domains["fabrikam.com"].is_default
    assert domains["fabrikam.onmicrosoft.com"].is_initial
    assert domains["sso.fabrikam.com"].authentication == "federated"
    assert not domains["fabrikam-stores.com"].is_verified


def test_fabrikam_has_users_of_every_special_kind():
    users = CustomerUser.objects.filter(customer=ids.FABRIKAM)
    deleted = sorted((clock.now() - user.deleted_at).days for user in users.filter(deleted_at__isnull=False))

    assert users.alive().filter(usage_location="").count() == 1
    assert users.alive().filter(last_directory_sync_at__isnull=False).count() == 1
    assert users.alive().filter(sign_in_blocked=True).count() == 1
    assert deleted == [3, 25]


# --- Relationships ---


def test_northwind_ends_in_seven_days_and_does_not_extend():
    relationship = AdminRelationship.objects.get(pk=ids.NORTHWIND_RELATIONSHIP)

    assert relationship.customer_id == ids.NORTHWIND
    assert timedelta(days=6, hours=23) < relationship.ends_at - clock.now() <= timedelta(days=7)
    assert not relationship.auto_extend


@pytest.mark.parametrize(
    ("customer_id", "partner_id", "statuses"),
    [
        (ids.FABRIKAM, ids.CONTOSO, [Status.ACTIVE]),
        (ids.NORTHWIND, ids.CONTOSO, [Status.ACTIVE]),
        (ids.TAILSPIN, ids.CONTOSO, []),
        (ids.WINGTIP, ids.CONTOSO, [Status.APPROVAL_PENDING]),
        (ids.ADVENTURE_WORKS, ids.CONTOSO, [Status.ACTIVE]),
        (ids.FABRIKAM, ids.LITWARE, [Status.ACTIVE]),
        (ids.PROSEWARE, ids.LITWARE, []),
    ],
)
def test_every_relationship_is_where_the_design_has_it(customer_id, partner_id, statuses):
    found = AdminRelationship.objects.filter(customer=customer_id, partner=partner_id)

    assert [relationship.status(clock.now()) for relationship in found] == statuses


def test_contoso_resells_to_five_and_litware_to_proseware_alone():
    pairs = ResellerRelationship.objects.values_list("partner", "customer")

    assert set(pairs) == {
        *((ids.CONTOSO, one) for one in (ids.FABRIKAM, ids.NORTHWIND, ids.TAILSPIN, ids.WINGTIP, ids.ADVENTURE_WORKS)),
        (ids.LITWARE, ids.PROSEWARE),
    }


# --- Adventure Works ---


def test_adventure_works_has_five_products_and_1600_licensed_users():
    users = CustomerUser.objects.filter(customer=ids.ADVENTURE_WORKS)

    assert len(available(ids.ADVENTURE_WORKS)) == 5
    assert users.filter(license_assignments__isnull=False).distinct().count() == 1_600
    assert available(ids.ADVENTURE_WORKS)["Visio Plan 2"] == 0


def test_adventure_works_is_a_mixed_crowd():
    users = CustomerUser.objects.filter(customer=ids.ADVENTURE_WORKS)

    assert users.filter(sign_in_blocked=True).count() == 40
    assert users.filter(usage_location="").count() == 10
    assert users.filter(directory_role_members__isnull=False).count() >= 5
    assert users.values("usage_location").distinct().count() > 20
    assert {name.partition("@")[2] for name in users.values_list("user_principal_name", flat=True)} == {
        "adventure-works.com",
        "adventureworks.onmicrosoft.com",
    }
    assert any(not user.display_name.isascii() for user in users)


def test_nobody_holds_what_the_rules_would_refuse():
    """The crowd was inserted past the service, so the rules are asked afterwards: once per combination held."""
    held = {}
    for row in LicenseAssignment.objects.select_related("user", "subscribed_sku"):
        products = held.setdefault((row.user.customer_id, row.user_id), {})
        products[row.subscribed_sku.product_id] = frozenset(row.disabled_plans)
    combinations = {(customer, frozenset(products.items())) for (customer, _), products in held.items()}
    owned = {customer.pk: inventory(customer).products for customer in Customer.objects.all()}

    refused = [refusals(dict(products), owned[customer]) for customer, products in combinations]
    assert [problem for problems in refused for problem in problems] == []


def refusals(products, owned: dict[object, OwnedProduct]):
    nobody = UserLicenses(name="Somebody", usage_location="SK", location_allowed=True)
    assign = tuple(
        LicenseToAssign(product, frozenset(plan for plan in owned[product].plans if str(plan) in disabled))
        for product, disabled in products.items()
        if owned[product].license_group == "group1"
    )
    assert all(str(plan) in map(str, owned[product].plans) for product, off in products.items() for plan in off)
    return check_update(nobody, LicenseUpdate(assign=assign), owned)


# --- Time and the ledger ---


def test_the_last_seven_days_left_a_few_dozen_audit_records_by_the_staff():
    week = AuditRecord.objects.filter(occurred_at__gt=clock.now() - timedelta(days=7), principal_kind="staff")

    assert week.count() >= 30
    assert {record.partner_id for record in week} == {ids.CONTOSO}
    assert week.filter(operation="update_customer_user_licenses").count() >= 10
    assert all(record.granted_by for record in week if record.operation == "update_customer_user_licenses")
    assert not AuditRecord.objects.filter(occurred_at__gt=clock.now()).exists()


def test_subscriptions_of_northwind_show_grace_and_over_assignment():
    rows = SubscribedSku.objects.filter(customer=ids.NORTHWIND).with_units(clock.now()).select_related("product")
    found = {row.product.name: row for row in rows}

    assert found["Exchange Online (Plan 1)"].warning_units == 5
    assert found["Visio Plan 2"].over_assigned_by == 2


def test_consumed_units_are_assignments_everywhere():
    assert ledger_problems() == []


def test_no_two_users_of_a_customer_share_a_sign_in_name():
    names = CustomerUser.objects.values("customer", "user_principal_name").annotate(times=Count("pk"))

    assert not names.filter(times__gt=1).exists()
