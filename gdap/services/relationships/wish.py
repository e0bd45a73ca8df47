"""What somebody asks for in a relationship, judged before anything is written (graph_gdap_contract section 9)."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from customers.roles import GLOBAL_ADMINISTRATOR, unified_roles
from gdap.models import AdminRelationship
from gdap.services.relationships.errors import RelationshipError
from partnercenter.errors import Problem

LONGEST_DAYS = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The terms of a relationship, as they are meant to be."""

    display_name: str
    duration_days: int
    roles: frozenset[uuid.UUID]
    auto_extend: bool = False

    @classmethod
    def of(cls, relationship: AdminRelationship) -> "Wish":
        """The terms that a relationship has now."""
        return cls(
            display_name=relationship.display_name,
            duration_days=relationship.duration_days,
            roles=frozenset(link.role_id for link in relationship.role_links.all()),
            auto_extend=relationship.auto_extend,
        )

    def check(self) -> None:
        """Pass, or raise with everything that is wrong."""
        problems = [*self._name(), *self._duration(), *_roles(self.roles), *self._auto_extend()]
        if problems:
            raise RelationshipError(*problems)

    def _name(self) -> Iterator[Problem]:
        limit = AdminRelationship.NAME_LIMIT
        if not self.display_name.strip():
            yield Problem(code="name_missing", message="Give the admin relationship a name.", field="display_name")
        elif len(self.display_name) > limit:
            message = f"The name has {len(self.display_name)} characters, {limit} at most are possible."
            yield Problem(code="name_too_long", message=message, field="display_name")
        elif not self.display_name.isprintable():
            message = "The name holds a character that can't be shown."
            yield Problem(code="name_not_printable", message=message, field="display_name")

    def _duration(self) -> Iterator[Problem]:
        if not 1 <= self.duration_days <= LONGEST_DAYS:
            message = f"An admin relationship lasts 1 to {LONGEST_DAYS} days, not {self.duration_days}."
            yield Problem(code="duration_out_of_range", message=message, field="duration_days")

    def _auto_extend(self) -> Iterator[Problem]:
        if self.auto_extend and GLOBAL_ADMINISTRATOR in self.roles:
            yield extends_with_global_administrator()


def extends_with_global_administrator() -> Problem:
    return Problem(
        code="auto_extend_with_global_administrator",
        message="A relationship with the role Global Administrator can't extend itself.",
        field="auto_extend",
    )


def no_role() -> Problem:
    return Problem(code="no_role", message="Choose at least one role.", field="roles")


def _roles(wanted: Collection[uuid.UUID]) -> Iterator[Problem]:
    if not wanted:
        yield no_role()
    known = unified_roles()
    unknown = sorted(str(role) for role in wanted if role not in known)
    if unknown:
        yield Problem(code="unknown_role", message="There is no such role.", field="roles", about=tuple(unknown))
    refused = sorted((known[role] for role in wanted if role in known and not known[role].is_gdap_selectable), key=str)
    if refused:
        names = ", ".join(role.display_name for role in refused)
        about = tuple(str(role.template_id) for role in refused)
        yield Problem(
            code="role_not_offered", message=f"Not offered in admin relationships: {names}.", field="roles", about=about
        )
