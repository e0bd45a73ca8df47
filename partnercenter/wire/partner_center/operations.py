"""Saying beside a handler what it takes and gives. `schema` makes OpenAPI of it.

@operation("List users", gives=paged(USER), query=(*PAGING, FILTER))
def get(self, request, customer_id): ...
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from partnercenter.wire.partner_center.shapes import Node, Schema, number, one_of

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One name in the query string or among the headers, in whatever case."""

    name: str
    schema: Schema
    says: str
    place: str = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a resource does for one method. `refuses` names statuses beyond those that every such operation knows."""

    summary: str
    says: str
    gives: Node | None
    status: int
    takes: Node | None
    takes_example: Mapping[str, Any] | None
    query: tuple[Parameter, ...]
    refuses: frozenset[int]


def operation(
    summary: str,
    *,
    says: str = "",
    gives: Node | None = None,
    status: int = 200,
    takes: Node | None = None,
    example: Mapping[str, Any] | None = None,
    query: tuple[Parameter, ...] = (),
    refuses: tuple[int, ...] = (),
) -> Callable[[Handler], Handler]:
    def described(handler: Handler) -> Handler:
        handler.described = Operation(  # type: ignore[attr-defined]  # a function carries what is said of it
            summary=summary,
            says=says,
            gives=gives,
            status=status,
            takes=takes,
            takes_example=example,
            query=query,
            refuses=frozenset(refuses),
        )
        return handler

    return described


def filtered_by(says: str) -> Parameter:
    """`filter`, a JSON object; `says` names fields and operators."""
    return Parameter(
        name="filter",
        schema={
            "type": "string",
            "maxLength": 1000,
            "example": '{"Field":"CompanyName","Value":"fab","Operator":"starts_with"}',
        },
        says=f"A JSON object, percent-encoded. {says}",
    )


def sorted_by(*fields: str) -> tuple[Parameter, ...]:
    return (
        Parameter(name="sortField", schema=one_of(*fields), says="What the list is sorted by."),
        Parameter(name="sortDirection", schema=one_of("ascending", "descending"), says="Ascending, if not given."),
    )


SIZE = Parameter(
    name="size",
    schema=number(100, minimum=0, maximum=999_999_999),
    says="Rows of a page, 500 at most; 0 is everything.",
)
SEEK = Parameter(
    name="seekOperation",
    schema=one_of("First", "Next", "Previous", "Last"),
    says="Which page. `Next` and `Previous` start from the page whose token is sent.",
)
CONTINUATION = Parameter(
    name="MS-ContinuationToken",
    schema={"type": "string"},
    says="From `links.next.headers` of the page before. It carries size, filter and sort.",
    place="header",
)
IF_MATCH = Parameter(
    name="If-Match",
    schema={"type": "string"},
    says="The etag that the change starts from, in quotes. It can stand in `attributes.etag` of the body as well.",
    place="header",
)
PAGING = (SIZE, SEEK, CONTINUATION)
REQUEST_ID = Parameter(
    name="MS-RequestId",
    schema={"type": "string", "format": "uuid"},
    says="Names this request. A write that comes again under its id within 24 hours is answered, and not done, again.",
    place="header",
)
CORRELATION_ID = Parameter(
    name="MS-CorrelationId",
    schema={"type": "string", "format": "uuid"},
    says="Names what several requests are part of; the audit record keeps it.",
    place="header",
)
LOCALE = Parameter(
    name="X-Locale",
    schema={"type": "string", "maxLength": 35, "example": "en-US"},
    says="Accepted, and English given.",
    place="header",
)
EVERYWHERE = (REQUEST_ID, CORRELATION_ID, LOCALE)
