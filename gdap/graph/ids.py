"""Ids of relationships on the wire: the relationship's, a hyphen, and one that is the partner's."""

import uuid

from gdap.models import AdminRelationship
from partnercenter.wire.graph.errors import bad_request

LONG, SHORT = 73, 36


def wire_id(relationship: AdminRelationship) -> str:
    return f"{relationship.pk}-{relationship.partner_id}"


def relationship_key(text: str) -> tuple[uuid.UUID, uuid.UUID | None]:
    """The relationship and the partner that an id names; our own short form names no partner."""
    try:
        if len(text) == LONG and text[SHORT] == "-":
            return uuid.UUID(text[:SHORT]), uuid.UUID(text[SHORT + 1 :])
        if len(text) == SHORT:
            return uuid.UUID(text), None
    except ValueError:
        pass
    raise bad_request("The passed in delegatedAdminRelationshipId is invalid.")
