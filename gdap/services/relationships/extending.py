"""Auto extend for many relationships: each in a transaction of its own, since each belongs to another customer."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from gdap.models import AdminRelationship
from gdap.services.relationships.changing import set_auto_extend
from gdap.services.relationships.errors import RelationshipError
from partnercenter.accounts.principals import Principal
from partnercenter.errors import DomainError, Problem

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one; `problem` is empty when it is as was asked for."""

    relationship: AdminRelationship
    problem: str = ""


def set_auto_extend_of_many(
    *, by: Principal, partner_id: uuid.UUID, relationships: Collection[uuid.UUID], enabled: bool
) -> list[Outcome]:
    """Switch as many as can be; the result names each. Too many at once are refused before anything is written."""
    if len(relationships) > MOST_AT_ONCE:
        message = f"{len(relationships)} are selected, {MOST_AT_ONCE} at most go at once. Nothing was changed."
        raise RelationshipError(Problem(code="too_many", message=message))
    rows = AdminRelationship.objects.filter(partner=partner_id, pk__in=list(relationships))
    return [_switched(by, row, enabled=enabled) for row in rows.select_related("customer")]


def _switched(by: Principal, relationship: AdminRelationship, *, enabled: bool) -> Outcome:
    try:
        set_auto_extend(by=by, relationship=relationship, enabled=enabled)
    except DomainError as error:
        return Outcome(relationship, error.message)
    return Outcome(relationship)
