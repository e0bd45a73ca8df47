"""A page as a browser without scripts reads it: elements, texts, and what a form would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SILENT = frozenset({"head", "script", "style", "template"})


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    def __contains__(self, attribute: str) -> bool:
        return attribute in self.attributes

    def walk(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, *tags: str, **attributes: str) -> list["Element"]:
        """Descendants with one of these tags (any, if none is given) and these attributes; `classes` is one class."""
        wanted = attributes.pop("classes", "")
        return [
            found
            for found in self.walk()
            if (not tags or found.tag in tags)
            and all(found[name] == value for name, value in attributes.items())
            and (not wanted or wanted in found["class"].split())
        ]

    def with_id(self, wanted: str) -> "Element | None":
        return next((found for found in self.walk() if found["id"] == wanted), None)

    @property
    def ancestors(self) -> Iterator["Element"]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    @property
    def text(self) -> str:
        """All text inside, as one line."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in SILENT:
                yield from child._texts()

    @property
    def is_off(self) -> bool:
        """A control that is disabled, by itself or by a field set around it."""
        return "disabled" in self or any("disabled" in above for above in self.ancestors if above.tag == "fieldset")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("document")
        self.strays: list[str] = []

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag, attrs):
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag):
        if self.here.tag != tag:
            self.strays.append(f"</{tag}> closes <{self.here.tag}>")
        chain = [self.here, *self.here.ancestors]
        closed = next((element for element in chain if element.tag == tag), None)
        if closed is not None and closed.parent is not None:
            self.here = closed.parent

    def handle_data(self, data):
        self.here.children.append(data)


def parse(html: str) -> tuple[Element, list[str]]:
    """The document, and each end tag that closes something else than the element that is open."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root, builder.strays


def controls_of(document: Element, form: Element) -> list[Element]:
    """The named controls that belong to a form, wherever they stand."""
    named = [found for found in document.all("input", "select", "textarea") if found["name"]]
    return [
        found for found in named if found["form"] == form["id"] != "" or ("form" not in found and _inside(found, form))
    ]


def _inside(element: Element, other: Element) -> bool:
    return other in element.ancestors


def values_of(control: Element) -> list[str]:
    """What a control would send now; nothing, if it is off or not ticked."""
    if control.is_off:
        return []
    if control.tag == "textarea":
        return [control.text]
    if control.tag == "select":
        return [option["value"] for option in _picked(control)]
    if control["type"] in ("checkbox", "radio"):
        return [control["value"] or "on"] if "checked" in control else []
    return [] if control["type"] in ("submit", "button", "image", "reset", "file") else [control["value"]]


def _picked(select: Element) -> list[Element]:
    options = select.all("option")
    picked = [option for option in options if "selected" in option]
    return picked or ([] if "multiple" in select else options[:1])


def offered_by(control: Element) -> list[str] | None:
    """The values that can be chosen; None where anything can be typed."""
    if control.tag == "select":
        return [option["value"] for option in control.all("option")]
    return [control["value"] or "on"] if control["type"] in ("checkbox", "radio", "hidden") else None
