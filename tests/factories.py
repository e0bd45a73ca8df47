"""Rows for tests. What a service writes is made by that service; the rest, plainly.

Nothing here is frozen in time: a test that cares stands inside `clock.frozen`.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from customers.models import Customer, CustomerUser, DirectoryRoleMember, Domain, ResellerRelationship
from customers.roles import role_id_by_name
from gdap.models import AccessAssignment, AdminRelationship, SecurityGroup
from gdap.services.groups import add_member, create_group
from gdap.services.relationships import activate_relationship, assign_group, request_relationship
from licensing.models import Product, ProductServicePlan, ServicePlan, SubscribedSku, Subscription
from licensing.rules.plans import rows
from licensing.services.catalog import product_beside_licenses
from licensing.services.subscriptions import Purchase, create_subscription
from partnercenter.accounts.models import Partner, PartnerRole, PartnerRoleAssignment, User
from partnercenter.accounts.principals import system

SYSTEM = system("tests")


def role_ids(*names: str) -> list[uuid.UUID]:
    """`role_ids("License Administrator")` are the template ids of the roles with these names."""
    return [role_id_by_name()[name] for name in names]


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"Partner {n}")
    domain = factory.Sequence(lambda n: f"partner{n}.example")


class StaffFactory(DjangoModelFactory):
    """A staff member who may work with customers; `roles=[]` for one who may not."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.LazyAttributeSequence(lambda row, n: f"staff{n}@{row.partner.domain}")
    display_name = factory.LazyAttribute(lambda row: row.username.partition("@")[0].replace(".", " ").title())
    partner = factory.SubFactory(PartnerFactory)
    password = factory.LazyFunction(lambda: make_password(None))

    @factory.post_generation
    def roles(self: User, create: bool, extracted: Iterable[PartnerRole] | None, **_: Any) -> None:  # noqa: FBT001
        wanted = [PartnerRole.ADMIN_AGENT] if extracted is None else extracted
        PartnerRoleAssignment.objects.bulk_create(PartnerRoleAssignment(user=self, role=role) for role in wanted)


class CustomerFactory(DjangoModelFactory):
    """A tenant with one domain of its own and its onmicrosoft.com domain; `sold_by` are its resellers."""

    class Meta:
        model = Customer
        skip_postgeneration_save = True

    company_name = factory.Sequence(lambda n: f"Customer {n}")
    primary_domain = factory.Sequence(lambda n: f"customer{n}.example")

    @factory.post_generation
    def domains(self: Customer, create: bool, extracted: object, **_: Any) -> None:  # noqa: FBT001
        initial = f"{self.primary_domain.partition('.')[0]}-{self.pk.hex[:6]}.onmicrosoft.com"
        Domain.objects.bulk_create(
            [
                Domain(customer=self, name=self.primary_domain, is_default=True),
                Domain(customer=self, name=initial, is_initial=True),
            ]
        )

    @factory.post_generation
    def sold_by(self: Customer, create: bool, extracted: Iterable[Partner] | None, **_: Any) -> None:  # noqa: FBT001
        for partner in extracted or ():
            ResellerRelationship.objects.create(customer=self, partner=partner)


class CustomerUserFactory(DjangoModelFactory):
    """A user in the customer's own domain; `roles` are names of directory roles."""

    class Meta:
        model = CustomerUser
        skip_postgeneration_save = True

    class Params:
        local_part = factory.Sequence(lambda n: f"user{n}")

    customer = factory.SubFactory(CustomerFactory)
    first_name = "Casual"
    last_name = factory.Sequence(lambda n: f"User {n}")
    display_name = factory.LazyAttribute(lambda row: f"{row.first_name} {row.last_name}")
    user_principal_name = factory.LazyAttribute(lambda row: f"{row.local_part}@{row.customer.primary_domain}")
    usage_location = "SK"

    @factory.post_generation
    def roles(self: CustomerUser, create: bool, extracted: Iterable[str] | None, **_: Any) -> None:  # noqa: FBT001
        DirectoryRoleMember.objects.bulk_create(
            DirectoryRoleMember(customer_id=self.customer_id, user=self, role_id=role)
            for role in role_ids(*(extracted or ()))
        )


class SecurityGroupFactory(DjangoModelFactory):
    """Through the service; `members` are staff of the same partner."""

    class Meta:
        model = SecurityGroup
        skip_postgeneration_save = True

    partner = factory.SubFactory(PartnerFactory)
    display_name = factory.Sequence(lambda n: f"Group {n}")

    @classmethod
    def _create(cls, model_class: type[SecurityGroup], *_: Any, **kwargs: Any) -> SecurityGroup:
        return create_group(by=SYSTEM, **kwargs)

    @factory.post_generation
    def members(self: SecurityGroup, create: bool, extracted: Iterable[User] | None, **_: Any) -> None:  # noqa: FBT001
        for user in extracted or ():
            add_member(by=SYSTEM, group=self, user=user)


class RelationshipFactory(DjangoModelFactory):
    """Through the services, and in force; `active=False` for one that waits for approval. `roles` are names."""

    class Meta:
        model = AdminRelationship

    partner = factory.SubFactory(PartnerFactory)
    customer = factory.SubFactory(CustomerFactory)
    display_name = factory.Sequence(lambda n: f"Relationship {n}")
    duration_days = 730
    roles = ("License Administrator",)
    active = True

    @classmethod
    def _create(cls, model_class: type[AdminRelationship], *_: Any, **kwargs: Any) -> AdminRelationship:
        active, roles = kwargs.pop("active"), role_ids(*kwargs.pop("roles"))
        relationship = request_relationship(by=SYSTEM, roles=roles, **kwargs)
        return activate_relationship(by=SYSTEM, relationship=relationship) if active else relationship


class AssignmentFactory(DjangoModelFactory):
    """Through the service. `roles` are names, all of the relationship's if not given."""

    class Meta:
        model = AccessAssignment

    relationship = factory.SubFactory(RelationshipFactory)
    group = factory.SubFactory(SecurityGroupFactory, partner=factory.SelfAttribute("..relationship.partner"))
    roles = None

    @classmethod
    def _create(cls, model_class: type[AccessAssignment], *_: Any, **kwargs: Any) -> AccessAssignment:
        names = kwargs.pop("roles")
        relationship = kwargs["relationship"]
        wanted = [link.role_id for link in relationship.role_links.all()] if names is None else role_ids(*names)
        return assign_group(by=SYSTEM, roles=wanted, **kwargs)


class SubscriptionFactory(DjangoModelFactory):
    """Through the service; `product` is a part number. Without `auto_renew` it lapses after its term."""

    class Meta:
        model = Subscription

    customer = factory.SubFactory(CustomerFactory)
    partner = factory.SubFactory(PartnerFactory)
    product = "ENTERPRISEPACK"
    quantity = 10
    auto_renew = True

    @classmethod
    def _create(cls, model_class: type[Subscription], *_: Any, **kwargs: Any) -> Subscription:
        auto_renew, bought = kwargs.pop("auto_renew"), product(kwargs.pop("product"))
        terms = {name: kwargs.pop(name) for name in ("term", "friendly_name", "parent") if name in kwargs}
        return create_subscription(
            by=SYSTEM, product=bought, purchase=Purchase(auto_renew=auto_renew, **terms), **kwargs
        )


def stock(customer: Customer, part_number: str, *, seats: int) -> SubscribedSku:
    """The customer owns `seats` more of a product of the catalog, bought through its first reseller."""
    reseller = Partner.objects.filter(reseller_relationships__customer=customer).first() or PartnerFactory()
    bought = SubscriptionFactory(customer=customer, partner=reseller, product=part_number, quantity=seats)
    return SubscribedSku.objects.select_related("product").get(customer=customer, product=bought.product)


@cache
def _catalog() -> dict[str, list[dict[str, str]]]:
    """Rows of the catalog file by part number."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows("product_catalog.csv"):
        found[row["sku_part_number"]].append(row)
    return dict(found)


@cache
def _facts() -> dict[str, dict[str, str]]:
    return {row["sku_id"]: row for row in rows("product_facts.csv")}


@cache
def _marketplace() -> dict[str, dict[str, str]]:
    return {row["part_number"]: row for row in rows("marketplace.csv")}


def sku(part_number: str) -> uuid.UUID:
    if part_number in _marketplace():
        return uuid.UUID(_marketplace()[part_number]["id"])
    return uuid.UUID(_catalog()[part_number][0]["sku_id"])


def plan(part_number: str, service_name: str) -> uuid.UUID:
    """The id of a service plan in a product: `plan("STANDARDPACK", "EXCHANGE_S_STANDARD")`."""
    found = {row["service_plan_name"]: row["service_plan_id"] for row in _catalog()[part_number]}
    return uuid.UUID(found[service_name])


def product(part_number: str) -> Product:
    """The product with its true ids, plans and facts, without loading the other 619."""
    existing = Product.objects.filter(pk=sku(part_number)).first()
    return existing or _load(part_number)


def _load(part_number: str) -> Product:
    if part_number in _marketplace():
        other = product_beside_licenses(_marketplace()[part_number])
        other.save(force_insert=True)
        return other
    lines = _catalog()[part_number]
    fact = _facts().get(lines[0]["sku_id"], {})
    loaded = Product.objects.create(
        sku_id=sku(part_number),
        sku_part_number=part_number,
        name=lines[0]["product_display_name"],
        license_group=fact.get("license_group", "group1"),
        target_type=fact.get("target_type", "User"),
        is_assignable=fact.get("assignable", "true") == "true",
        reason=fact.get("reason", ""),
    )
    plans = {
        row["service_plan_id"]: ServicePlan(
            id=uuid.UUID(row["service_plan_id"]),
            service_name=row["service_plan_name"],
            friendly_name=row["service_plan_friendly_name"],
        )
        for row in lines
    }
    ServicePlan.objects.bulk_create(plans.values(), ignore_conflicts=True)
    ProductServicePlan.objects.bulk_create(
        ProductServicePlan(product=loaded, service_plan_id=link) for link in map(uuid.UUID, plans)
    )
    return loaded
