"""What the steps refuse with; the Graph door finds its status here (graph_gdap_contract section 7)."""

from partnercenter.errors import DomainError, NotFound, Problem


class RelationshipError(DomainError):
    """The relationship does not allow this, or the wish is none that GDAP knows."""


class RelationshipForbidden(RelationshipError):
    """It is for the other side to do."""

    status = 403


class RelationshipConflict(RelationshipError):
    """It is there already: a relationship of that name, an assignment of that group."""

    status = 409


class RelationshipChanged(RelationshipError):
    """It changed since the caller last read it."""

    status = 412


def not_found() -> NotFound:
    return NotFound(Problem(code="relationship_not_found", message="There is no such admin relationship."))


def changed(what: object) -> RelationshipChanged:
    return RelationshipChanged(
        Problem(code="relationship_changed", message=f"{what} was changed meanwhile. Look at it again.")
    )


def customer_decides() -> RelationshipForbidden:
    message = "Only the customer can answer the request for an admin relationship."
    return RelationshipForbidden(Problem(code="customer_decides", message=message))
