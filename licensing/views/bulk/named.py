"""Users named by sign-in names, typed in or in a file, as people really have them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from customers.models import Customer, CustomerUser
from partnercenter.fields import sort_key

MOST_NAMED = 10_000
LARGEST_FILE = 2 * 1024 * 1024
AT_ONCE = 1_000  # names asked for in one query
SEPARATORS = re.compile(r"[,;\t\r\n]")
QUOTES = "\"' \u00a0\ufeff"


class Unreadable(ValueError):
    """The file or the list can't be used; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    ids: tuple[str, ...]
    unknown: tuple[str, ...]
    twice: int


def text_of(content: bytes) -> str:
    """The text in a file: UTF-8, UTF-16, or what Excel writes in the West."""
    if len(content) > LARGEST_FILE:
        raise Unreadable("The file is larger than 2 MB; a list of 10,000 users is far smaller.")
    if content.startswith((b"%PDF", b"PK\x03\x04")):
        raise Unreadable("This is no text file, whatever its name says. Save the list as CSV.")
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable("This is no text file, whatever its name says. Save the list as CSV.")


def names_in(text: str) -> Iterator[str]:
    """Whatever looks like a sign-in name, in whichever column; a heading or another column does not."""
    for cell in SEPARATORS.split(text.replace("\0", "")):
        name = cell.strip(QUOTES)
        if "@" in name:
            yield name


def find_named(customer: Customer, names: Iterable[str]) -> Named:
    """Living users of the customer with these names, without regard to case."""
    wanted: dict[str, str] = {}
    count = 0
    for name in names:
        count += 1
        wanted.setdefault(sort_key(name), name)
    if len(wanted) > MOST_NAMED:
        raise Unreadable(f"At most {MOST_NAMED:,} users can be named at once; this list has {len(wanted):,}.")
    if not wanted:
        raise Unreadable("No sign-in name was found. Enter names like dana.hudecova@fabrikam.com, one to a line.")
    found = dict(_known(customer, list(wanted)))
    unknown = tuple(name for key, name in wanted.items() if key not in found)
    return Named(ids=tuple(found.values()), unknown=unknown, twice=count - len(wanted))


def _known(customer: Customer, keys: list[str]) -> Iterator[tuple[str, str]]:
    users = CustomerUser.objects.alive().filter(customer=customer)
    for start in range(0, len(keys), AT_ONCE):
        rows = users.filter(sort_principal_name__in=keys[start : start + AT_ONCE])
        yield from ((key, str(user_id)) for key, user_id in rows.values_list("sort_principal_name", "pk"))
