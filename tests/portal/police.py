"""What every page of the portal keeps to."""

import re
from collections import Counter

from tests.portal.html import Element, parse

OUTSIDE_SCRIPTS = re.compile(r"\{\{|\{%|\{#|%\}")
HANDLER = re.compile(r"on[a-z]+")


def offenses(html: str) -> list[str]:
    """Every rule that the page breaks, in words; empty for a good one."""
    return broken_rules(html, *parse(html))


def broken_rules(html: str, document: Element, strays: list[str]) -> list[str]:
    """The same for a page that has been parsed."""
    return [
        *strays,
        *(f"unrendered template code: {found}" for found in OUTSIDE_SCRIPTS.findall(html)),
        *_inline_code(document),
        *_forms(document),
        *_headline(document),
        *_references(document),
        *_reasons(document),
    ]


def _inline_code(document: Element) -> list[str]:
    found = []
    for element in document.walk():
        if "style" in element or element.tag == "style":
            found.append(f"inline style on <{element.tag}>")
        found += [f"inline {name} on <{element.tag}>" for name in element.attributes if HANDLER.fullmatch(name)]
        if element.tag == "script" and not element["src"] and not element["nonce"]:
            found.append("script without src or nonce")
        if element["href"].strip().lower().startswith("javascript:"):
            found.append("a script as an address")
    return found


def _forms(document: Element) -> list[str]:
    found = []
    for form in document.all("form"):
        if any(above.tag == "form" for above in form.ancestors):
            found.append("a form inside a form")
        posts = [form["method"].lower()] + [button["formmethod"].lower() for button in form.all("button")]
        if "post" in posts and not form.all("input", name="csrfmiddlewaretoken"):
            found.append(f"form {form['id'] or form['action']} without CSRF token")
        if "post" not in posts and form.all("input", name="csrfmiddlewaretoken"):
            found.append(f"form {form['id'] or form['action']} puts its CSRF token into the address")
    return found


def _reasons(document: Element) -> list[str]:
    """What is off says why: described by a text that stands on the page, or opening one."""
    reasons = {why["id"] for why in document.all(classes="why") if why.text}
    found = []
    for element in document.walk():
        if "disabled" in element or element["aria-disabled"] == "true":
            around = [element, *(above for above in element.ancestors if above.tag == "fieldset")]
            if not reasons & {name for part in around for name in part["aria-describedby"].split()}:
                found.append(
                    f"<{element.tag}> {element['name'] or element['id'] or element.text} is off without a reason"
                )
        is_command_off = {"command", "off"} <= set(element["class"].split())
        if is_command_off and not any(why.text for why in element.parent.all(classes="why")):
            found.append(f"{element.text} is off without a reason")
    return found


def _headline(document: Element) -> list[str]:
    found = []
    heads = [head for head in document.all("h1") if head.text]
    if len(heads) != 1:
        found.append(f"{len(heads)} headlines")
    titles = [title for title in document.all("title") if not any(above.tag == "svg" for above in title.ancestors)]
    if len(titles) != 1 or not "".join(map(str, titles[0].children)).strip(" \n·"):
        found.append(f"{len(titles)} titles")
    return found


def _references(document: Element) -> list[str]:
    """Ids stand once, and what is pointed at by id exists."""
    ids = Counter(element["id"] for element in document.walk() if element["id"])
    found = [f"id {name} stands {count} times" for name, count in ids.items() if count > 1]
    for element in document.walk():
        targets = [element["for"], element["form"]]
        targets += [*element["aria-describedby"].split(), *element["aria-labelledby"].split()]
        if element.tag == "a" and element["href"].startswith("#"):
            targets.append(element["href"][1:])
        found += [
            f"<{element.tag}> points at {name}, which is not there" for name in targets if name and name not in ids
        ]
    return found
