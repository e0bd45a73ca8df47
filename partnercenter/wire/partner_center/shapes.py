"""The words in which bodies are described: JSON Schema, members in the order of the wire (docs/adr/0013).

    USER = shape("CustomerUser", usageLocation=maybe(text("US")), id=GUID, links=SELF)

`shape` is for answers: it holds these members and no others. `sent` is for requests, which are read leniently: any case
of a name, null as "not supplied", unknown members ignored (partner_center_contract section 1.5).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """A body with a name of its own, by which others refer to it."""

    name: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Maybe:
    """A member that is left out where it has no value."""

    node: "Node"


Node = Shape | Schema


def maybe(node: Node) -> Maybe:
    return Maybe(node)


def text(example: str = "", **limits: Any) -> Schema:
    return {"type": "string", **limits, **({"example": example} if example else {})}


def number(example: int | None = None, **limits: Any) -> Schema:
    return {"type": "integer", **limits, **({} if example is None else {"example": example})}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def listed(node: Node) -> Schema:
    return {"type": "array", "items": node}


GUID: Schema = {"type": "string", "format": "uuid"}
MOMENT: Schema = {"type": "string", "format": "date-time", "example": "2026-11-22T10:15:00Z"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer"}
TEXT: Schema = {"type": "string"}


def members(**named: Node | Maybe) -> Schema:
    """An object of just these members."""
    return {
        "type": "object",
        "properties": {name: node.node if isinstance(node, Maybe) else node for name, node in named.items()},
        "required": [name for name, node in named.items() if not isinstance(node, Maybe)],
        "additionalProperties": False,
    }


def shape(name: str, /, **named: Node | Maybe) -> Shape:
    return Shape(name, members(**named))


def with_more(name: str, base: Shape, /, *, before: str, **named: Node | Maybe) -> Shape:
    """`base` with more members, which stand before its member `before`."""
    known = base.schema["properties"]
    at = list(known).index(before)
    more = members(**named)
    pairs = list(known.items())
    return Shape(
        name,
        {
            **base.schema,
            "properties": dict([*pairs[:at], *more["properties"].items(), *pairs[at:]]),
            "required": [*base.schema["required"], *more["required"]],
        },
    )


def sent(name: str, /, *, required: Iterable[str] = (), **named: Node) -> Shape:
    """What a request brings. Beside what is `required` every member may be null, which says "not supplied"."""
    wanted = list(required)
    properties = {key: node if key in wanted else _or_null(node) for key, node in named.items()}
    return Shape(name, {"type": "object", "properties": properties, **({"required": wanted} if wanted else {})})


def _or_null(node: Node) -> Node:
    if isinstance(node, Shape):
        return {"anyOf": [node, {"type": "null"}]}
    return {**node, "type": [node["type"], "null"], **({"enum": [*node["enum"], None]} if "enum" in node else {})}


def attributes(object_type: str, *, etag: bool = False) -> Schema:
    tag = {"etag": TEXT} if etag else {}
    return members(**tag, objectType={"type": "string", "const": object_type})


LINK = shape(
    "Link",
    uri=text("/customers/fab00000-0000-4000-8000-000000000001"),
    method=one_of("GET"),
    headers=listed(shape("LinkHeader", key=text("MS-ContinuationToken"), value=TEXT)),
)
SELF = shape("SelfLink", self=LINK)
PAGES = shape("PageLinks", self=LINK, next=maybe(LINK), previous=maybe(LINK))


def paged(item: Shape) -> Shape:
    """A list that is read page by page."""
    return shape(
        f"{item.name}Page",
        continuationToken=maybe(TEXT),
        totalCount=number(1, minimum=0),
        items=listed(item),
        links=PAGES,
        attributes=attributes("Collection"),
    )


def collected(item: Shape, *, links: bool = False) -> Shape:
    """A list that comes whole."""
    shown = {"links": maybe(SELF)} if links else {}
    return shape(
        f"{item.name}List",
        totalCount=number(1, minimum=0),
        items=listed(item),
        **shown,
        attributes=attributes("Collection"),
    )


def referred(node: Any, register: Callable[[str, Mapping[str, Any]], object]) -> Any:
    """`node` as OpenAPI has it: named shapes are registered and referred to."""
    if isinstance(node, Shape):
        register(node.name, referred(node.schema, register))
        return {"$ref": f"#/components/schemas/{node.name}"}
    if isinstance(node, dict):
        return {key: referred(value, register) for key, value in node.items()}
    return [referred(item, register) for item in node] if isinstance(node, list) else node
