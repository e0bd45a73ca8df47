"""GDAP rights beside django-guardian's own shortcuts over the same table: 10,000 customers, 5,000 relationships.

    make bench ARGS=rights

50 security groups, three assignments with two roles each at every relationship; one person is a member of 5 groups,
another of all 50. Both answers must name the same customers.
"""

import sys
import uuid
from collections.abc import Callable
from datetime import timedelta

import databases
import harness
from django.contrib.auth.models import Group
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import get_objects_for_user
from harness import Goal

from customers.models import Customer, DirectoryRole
from customers.permissions import CustomerPermission
from gdap import access
from gdap.models import (
    AccessAssignment,
    AccessAssignmentRole,
    AdminRelationship,
    AdminRelationshipRole,
    SecurityGroup,
)
from gdap.services.grants import rewrite_grants
from partnercenter import clock
from partnercenter.accounts.models import Partner, PartnerRole, PartnerRoleAssignment, User
from partnercenter.accounts.principals import Door, Principal, principal_for
from partnercenter.fields import sort_key

CUSTOMERS, RELATIONSHIPS, GROUPS = 10_000, 5_000, 50
ROLES = ("License Administrator", "User Administrator")
ASSIGN = CustomerPermission.ASSIGN_LICENSES
SIZE = 50


class World:
    def __init__(self) -> None:
        self.partner = Partner.objects.create(name="Wide", domain="wide.example")
        self.roles = list(DirectoryRole.objects.filter(display_name__in=ROLES))
        self.groups = [self._group(number) for number in range(GROUPS)]
        self.customers = Customer.objects.bulk_create(
            (self._customer(number) for number in range(CUSTOMERS)), batch_size=1_000
        )
        self.assignments = self._assignments()
        self.people = {count: self._person(count) for count in (5, GROUPS)}

    def _group(self, number: int) -> SecurityGroup:
        group = Group.objects.create(name=f"wide {number}")
        return SecurityGroup.objects.create(partner=self.partner, group=group, display_name=f"Group {number}")

    def _customer(self, number: int) -> Customer:
        name = f"Customer {number:05}"
        return Customer(company_name=name, sort_name=sort_key(name), primary_domain=f"c{number}.example")

    def _assignments(self) -> list[AccessAssignment]:
        now = clock.now() - timedelta(days=1)
        relationships = AdminRelationship.objects.bulk_create(
            (
                AdminRelationship(
                    partner=self.partner,
                    customer=customer,
                    display_name=customer.company_name,
                    duration_days=730,
                    approval_requested_at=now,
                    approved_at=now,
                    activating_at=now,
                    activated_at=now,
                    ends_at=now + timedelta(days=730),
                )
                for customer in self.customers[::2]
            ),
            batch_size=1_000,
        )
        assert len(relationships) == RELATIONSHIPS
        AdminRelationshipRole.objects.bulk_create(
            AdminRelationshipRole(relationship=row, role=role) for row in relationships for role in self.roles
        )
        assignments = AccessAssignment.objects.bulk_create(
            AccessAssignment(
                relationship=row, security_group=self.groups[(number * 7 + more * 17) % GROUPS], active_at=now
            )
            for number, row in enumerate(relationships)
            for more in range(3)
        )
        AccessAssignmentRole.objects.bulk_create(
            AccessAssignmentRole(assignment=row, role=role) for row in assignments for role in self.roles
        )
        for assignment in assignments:
            rewrite_grants(assignment)
        return assignments

    def _group_of(self, relationship: int, number: int) -> SecurityGroup:
        return self.groups[(relationship * 7 + number * 17) % GROUPS]

    def _person(self, groups: int) -> User:
        user = User.objects.create(username=f"p{groups}@wide.example", partner=self.partner)
        PartnerRoleAssignment.objects.create(user=user, role=PartnerRole.ADMIN_AGENT)
        user.groups.set(row.group for row in self.groups[:groups])
        return user


def principal(user: User) -> Principal:
    return principal_for(user, door=Door.PORTAL)


class Questions:
    def __init__(self, world: World, groups: int) -> None:
        self.world, self.user = world, world.people[groups]
        self.principal = principal(self.user)
        self.some = world.customers[100:130]

    def ours(self) -> list[uuid.UUID]:
        found = access.customers_visible_to(self.principal, ASSIGN).order_by("sort_name", "pk")
        return list(found.values_list("pk", flat=True)[:SIZE])

    def guardians(self) -> list[uuid.UUID]:
        found = get_objects_for_user(self.user, ASSIGN.value, Customer, accept_global_perms=False)
        return list(found.order_by("sort_name", "pk").values_list("pk", flat=True)[:SIZE])

    def one_by_one(self) -> list[uuid.UUID]:
        """The negative control: `has_perm` of each until there are enough."""
        found: list[uuid.UUID] = []
        for customer in self.world.customers:
            if ObjectPermissionChecker(self.user).has_perm(ASSIGN.value, customer):
                found.append(customer.pk)
            if len(found) == SIZE:
                break
        return found

    def our_check(self) -> list[bool]:
        found = []
        for customer in self.some:
            access.forget(self.principal)
            found.append(access.can(self.principal, customer, ASSIGN))
        return found

    def guardians_check(self) -> list[bool]:
        return [ObjectPermissionChecker(self.user).has_perm(ASSIGN.value, customer) for customer in self.some]


def main() -> int:
    options = harness.options(__doc__ or "")
    databases.prepare()
    world = World()
    databases.analyze()
    report = harness.Report(f"rights-{databases.VENDOR}")
    for groups in (5, GROUPS):
        _ask(report, Questions(world, groups), groups, options.rounds)
    _change(report, world, options.rounds)
    return report.end()


def _ask(report: harness.Report, asked: Questions, groups: int, rounds: int) -> None:
    assert asked.ours() == asked.guardians() == asked.one_by_one()
    assert asked.our_check() == asked.guardians_check()
    works = {
        "list": asked.ours,
        "list by guardian": asked.guardians,
        "negative control: one by one": asked.one_by_one,
        "30 checks": asked.our_check,
        "30 checks by guardian": asked.guardians_check,
    }
    found = _measured(report, works, rounds)
    of = f"{groups} groups"
    one = harness.ratio(found, "list by guardian", "list")
    report.goal(
        Goal(number=14, name=f"list of 50, {of}: time / guardian", found=one.wall, must=2.5, aim=1, at_most=True)
    )
    report.goal(
        Goal(number=14, name=f"list of 50, {of}: queries", found=databases.queries(asked.ours), must=1, at_most=True)
    )
    check = harness.ratio(found, "30 checks by guardian", "30 checks")
    report.goal(Goal(number=15, name=f"check, {of}: time / guardian", found=check.wall, must=1, aim=0.3, at_most=True))
    count = databases.queries(asked.our_check) / len(asked.some)
    report.goal(Goal(number=15, name=f"check, {of}: queries", found=count, must=1, at_most=True))
    control = harness.ratio(found, "list", "negative control: one by one").wall
    report.goal(Goal(number=14, name=f"negative control, {of}: one by one / list", found=control, must=2.5))


def _change(report: harness.Report, world: World, rounds: int) -> None:
    """Rewriting one assignment's grants beside writing one row of another kind."""
    rows = AccessAssignment.objects.select_related("relationship", "security_group")
    assignment = rows.get(pk=world.assignments[0].pk)
    works = {"change of grants": lambda: rewrite_grants(rows.get(pk=assignment.pk)), "one write": assignment.save}
    found = _measured(report, works, rounds)
    times = harness.ratio(found, "one write", "change of grants").wall
    name = "one assignment's grants anew / one write"
    report.goal(Goal(number=16, name=name, found=times, must=10, aim=5, at_most=True))


def _measured(report: harness.Report, works: dict[str, Callable[[], object]], rounds: int) -> harness.Found:
    processes = databases.processes()
    found = harness.alternate(
        {name: lambda work=work: harness.timed(work, processes=processes) for name, work in works.items()},  # type: ignore[misc]
        rounds,
    )
    report.speeds(found)
    return found


if __name__ == "__main__":
    sys.exit(main())
