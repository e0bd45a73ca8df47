"""What has to be known of the selected users to say what will happen: read once for all of them."""

import uuid
from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from customers.models import Country, Customer, CustomerUser, DirectoryRoleMember
from customers.permissions import CustomerPermission as P
from customers.queries import role_names_of
from customers.roles import GLOBAL_ADMINISTRATOR
from gdap import access
from licensing.queries import Inventory, inventory, product_names_of, restorable
from licensing.rules import LicenseToAssign, UserLicenses
from partnercenter.accounts.principals import Principal
from partnercenter.fields import sort_key


class Knowledge:
    """About these users of this customer, as far as `principal` may see it. A constant number of queries."""

    def __init__(self, principal: Principal, customer: Customer, users: list[CustomerUser]) -> None:
        self.principal = principal
        self.customer = customer
        self.users = users
        self._taken: Counter[uuid.UUID] = Counter()

    @cached_property
    def roles(self) -> Mapping[uuid.UUID, list[str]] | None:
        may = access.can(self.principal, self.customer, P.READ_ROLES)
        return role_names_of(self.users) if may else None

    @cached_property
    def products(self) -> Mapping[uuid.UUID, list[str]] | None:
        may = access.can(self.principal, self.customer, P.READ_USER_LICENSES)
        return product_names_of(self.users) if may else None

    @cached_property
    def stock(self) -> Inventory:
        return inventory(self.customer)

    @cached_property
    def licensed_countries(self) -> frozenset[str]:
        return frozenset(Country.objects.filter(licensing_allowed=True).values_list("code", flat=True))

    @cached_property
    def names_taken(self) -> frozenset[uuid.UUID]:
        """Those of the users whose sign-in name somebody else has by now, or who share it with one before them."""
        used = set(self._living([user.user_principal_name for user in self.users]))
        clashing = set()
        for user in self.users:
            key = sort_key(user.user_principal_name)
            if key in used:
                clashing.add(user.pk)
            used.add(key)
        return frozenset(clashing)

    def free_name(self, user: CustomerUser) -> str:
        """A name like the old one that nobody has."""
        numbered = [f"{user.local_part}{number}@{user.domain_name}" for number in range(2, 12)]
        used = set(self._living(numbered))
        return next((name for name in numbered if sort_key(name) not in used), "")

    def _living(self, names: list[str]) -> list[str]:
        keys = [sort_key(name) for name in names]
        rows = CustomerUser.objects.alive().filter(customer=self.customer, sort_principal_name__in=keys)
        return list(rows.values_list("sort_principal_name", flat=True))

    def why_no_other_name(self, user: CustomerUser) -> str:
        if user.is_synced:
            return "The name is synchronized from the customer's own directory and can't be changed here."
        explained = access.explain(self.principal, self.customer, P.UPDATE_USER_PRINCIPAL_NAME, target=user)
        return "" if explained.allowed else explained.sentence

    # Sentences -------------------------------------------------------------------------------------------------

    def licenses_line(self, user: CustomerUser) -> str:
        if self.products is None:
            return "Loses every license; you can't see which."
        held = self.products.get(user.pk, [])
        return f"Loses {_joined(held)}." if held else "Has no license to lose."

    def roles_line(self, user: CustomerUser) -> str:
        if self.roles is None:
            return "Loses every role; you can't see which."
        held = self.roles.get(user.pk, [])
        return f"Is {_joined(held)} no longer." if held else "Has no role to lose."

    def roles_coming_back(self, user: CustomerUser) -> str:
        if self.roles is None:
            return "Roles come back; you can't see which."
        held = self.roles.get(user.pk, [])
        return f"Comes back as {_joined(held)}." if held else "Had no role."

    def licenses_coming_back(self, user: CustomerUser) -> list[str]:
        """One line for what comes back, one for each license that can't and why; seats go to the first in line."""
        if self.products is None:
            return ["Licenses come back where a seat is left; you can't see which."]
        wanted = [
            LicenseToAssign(uuid.UUID(item["sku_id"]), frozenset(map(uuid.UUID, item["disabled_plans"])))
            for item in user.licenses_when_deleted
        ]
        if not wanted:
            return ["Had no license."]
        bare = UserLicenses(
            name=user.display_name,
            usage_location=user.usage_location,
            location_allowed=user.usage_location in self.licensed_countries,
        )
        back, refused = restorable(bare, wanted, self.stock, taken=self._taken)
        names = sorted(self.stock.products[sku_id].name for sku_id in back)
        lines = [f"Gets back {_joined(names)}."] if names else []
        return lines + [f"Does not get back: {problem}" for problem in refused]

    def leaves_no_global_admin(self) -> bool:
        """Whether doing this to all the users leaves nobody who could act as Global Administrator."""
        holders = DirectoryRoleMember.objects.filter(
            customer=self.customer,
            role=GLOBAL_ADMINISTRATOR,
            user__deleted_at__isnull=True,
            user__sign_in_blocked=False,
        )
        able = set(holders.values_list("user", flat=True))
        chosen = {user.pk for user in self.users}
        held = {
            user.pk
            for user in self.users
            if any(member.role_id == GLOBAL_ADMINISTRATOR for member in user.directory_role_members.all())
        }
        return bool(held) and not able - chosen


def _joined(names: list[str]) -> str:
    *head, tail = names
    return f"{', '.join(head)} and {tail}" if head else tail
