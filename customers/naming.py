"""Sign-in names made of people's names. Pure."""

import re
import unicodedata

from partnercenter.enums import LabeledEnum

LIMIT = 60  # of the 64 that are allowed, so that a number still fits behind
_OTHER_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"}
)


class NamingRule(LabeledEnum):
    BY_HAND = "by_hand", "Typed by hand"
    FIRST_DOT_LAST = "first_dot_last", "first.last"
    INITIAL_LAST = "initial_last", "flast"
    FIRST_INITIAL = "first_initial", "firstl"
    LAST_DOT_FIRST = "last_dot_first", "last.first"
    FIRST = "first", "first"


def local_part(rule: str, *, first_name: str, last_name: str) -> str:
    """What the rule makes of a name, in letters that a sign-in name takes; empty where it can't make anything."""
    first, last = _plain(first_name), _plain(last_name)
    match rule:
        case NamingRule.FIRST_DOT_LAST:
            made = ".".join(filter(None, (first, last)))
        case NamingRule.LAST_DOT_FIRST:
            made = ".".join(filter(None, (last, first)))
        case NamingRule.INITIAL_LAST:
            made = first[:1] + last
        case NamingRule.FIRST_INITIAL:
            made = first + last[:1]
        case NamingRule.FIRST:
            made = first
        case _:
            made = ""
    return made[:LIMIT].strip(".-")


def _plain(name: str) -> str:
    """`Åsa Björklund-Holm` -> `asabjorklund-holm`; letters without a Latin form fall away."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_OTHER_LETTERS))
    return re.sub(r"[^a-z0-9-]", "", folded).strip("-")
