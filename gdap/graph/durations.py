"""Durations as ISO 8601 writes them: `P730D`, `P2Y`, `PT0S` for none."""

import re

_DAYS = {"Y": 365, "M": 30, "W": 7, "D": 1}
_PARTS = re.compile(r"P(?=.)((?:\d{1,5}[YMWD])*)(?:T(?=.)(?:0+H)?(?:0+M)?(?:0+(?:\.0+)?S)?)?", re.ASCII)
NONE = "PT0S"
EXTENSION_DAYS = 180


def days(text: str) -> int | None:
    """How many days; None for a text that is no duration of whole days."""
    found = _PARTS.fullmatch(text.strip().upper())
    if found is None:
        return None
    return sum(int(number) * _DAYS[unit] for number, unit in re.findall(r"(\d+)([YMWD])", found[1]))


def spelled(count: int) -> str:
    return f"P{count}D" if count else NONE
