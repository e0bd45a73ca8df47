"""The description as pages show it: one operation with what can be filled in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from partnercenter.openapi.generator import description


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter; `place` is path, query or header."""

    name: str
    place: str
    says: str
    required: bool
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    id: str
    tag: str
    method: str
    path: str
    summary: str
    says: str
    fields: tuple[Field, ...]
    media_type: str
    body: str
    statuses: tuple[tuple[str, str], ...]


def shown_operations() -> Iterator[Shown]:
    for path, item in description()["paths"].items():
        for method, operation in item.items():
            yield _shown(path, method, operation)


def _shown(path: str, method: str, operation: dict[str, Any]) -> Shown:
    sent: dict[str, dict[str, Any]] = operation.get("requestBody", {}).get("content", {})
    media_type = next(iter(sent), "")
    return Shown(
        id=operation["operationId"],
        tag=operation["tags"][0],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        says=operation.get("description", ""),
        fields=tuple(_field(_resolved(parameter)) for parameter in operation["parameters"]),
        media_type=media_type,
        body=_body(media_type, sent.get(media_type, {}).get("example", {})),
        statuses=tuple((code, _resolved(answer)["description"]) for code, answer in operation["responses"].items()),
    )


def _body(media_type: str, example: dict[str, Any]) -> str:
    if media_type.endswith("form-urlencoded"):
        return "\n".join(f"{name}={value}" for name, value in example.items())
    return json.dumps(example, indent=2) if media_type else ""


def _field(parameter: dict[str, Any]) -> Field:
    schema = parameter["schema"]
    words = ", ".join(schema.get("enum", schema.get("items", {}).get("enum", [])))
    return Field(
        name=parameter["name"],
        place=parameter["in"],
        says=" ".join(filter(None, [parameter.get("description", ""), words and f"One of {words}."])),
        required=parameter["required"],
        example=str(schema.get("example", "")),
    )


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    found: dict[str, Any] = node
    if "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        found = description()["components"][kind][name]
    return found
