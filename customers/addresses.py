"""What an address, a culture and a registration number must look like, country by country. Pure.

Of the United States the rules of the real service were recorded; of other countries only the form of postal codes is
known. See docs/data.md.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from partnercenter.errors import Problem

DATA = Path(__file__).parent / "data"
NO_POSTAL_CODES = "-"
CULTURE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?-[A-Z]{2}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")
REGION = 2
REGISTRATION_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{1,49}")

# Where a company is known by a number, and has to give a phone number too (partner_center_contract section 2.4).
REGISTERED = frozenset(
    {
        *("AE", "AM", "AZ", "BR", "BY", "HU", "IN", "IQ", "KG", "KZ", "MD", "MM", "PL", "RU", "SA", "SS", "TH", "TJ"),
        *("TR", "UA", "UZ", "VE", "VN", "ZA"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address. `country` is a code of two letters."""

    country: str
    city: str = ""
    state: str = ""
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    phone_number: str = ""


@cache
def recorded_rules() -> Mapping[str, Mapping[str, Any]]:
    """Country -> its rules as the real service sent them."""
    rules: dict[str, dict[str, Any]] = json.loads((DATA / "country_rules.json").read_text(encoding="utf-8"))
    return MappingProxyType(rules)


@cache
def postal_patterns() -> Mapping[str, tuple[str, str]]:
    """Country -> the form of its postal codes (`-` where there are none), and one of them."""
    with (DATA / "postal_codes.csv").open(newline="", encoding="utf-8") as file:
        found = csv.DictReader(line for line in file if not line.startswith("#"))
        return MappingProxyType({row["code"]: (row["pattern"], row["example"]) for row in found})


def has_rules(country: str) -> bool:
    return country in postal_patterns()


def address_problems(address: Address) -> Iterator[Problem]:
    """What the country forbids or asks for. Whether it is a country, the caller knows."""
    rules = recorded_rules().get(address.country, {})
    if rules.get("isCityRequired") and not address.city:
        yield Problem("city_missing", "Enter a city.", "city")
    yield from _state(address, rules.get("supportedStatesList", ()), is_required=bool(rules.get("isStateRequired")))
    yield from _postal_code(address, is_required=bool(rules.get("isPostalCodeRequired")))
    pattern = rules.get("phoneNumberRegex")
    if pattern and address.phone_number and not re.fullmatch(pattern, address.phone_number):
        yield Problem(
            "phone_invalid", f"{address.phone_number[:30]} is no phone number of {address.country}.", "phone_number"
        )


def _state(address: Address, states: Sequence[str], *, is_required: bool) -> Iterator[Problem]:
    if is_required and not address.state:
        yield Problem("state_missing", f"{address.country} needs a state, for instance {states[0]}.", "state")
    elif states and address.state and address.state.upper() not in states:
        yield Problem("state_unknown", f"{address.state[:50]} is no state of {address.country}.", "state")


def _postal_code(address: Address, *, is_required: bool) -> Iterator[Problem]:
    pattern, example = postal_patterns().get(address.country, ("", ""))
    code = address.postal_code.strip().upper()
    if not code:
        if is_required:
            yield Problem("postal_code_missing", "Enter a postal code.", "postal_code")
    elif pattern == NO_POSTAL_CODES:
        yield Problem("postal_code_invalid", f"{address.country} has no postal codes; leave it empty.", "postal_code")
    elif pattern and not re.fullmatch(pattern, code):
        yield Problem(
            "postal_code_invalid",
            f"{code[:20]} is no postal code of {address.country}; one is {example}.",
            "postal_code",
        )


def tidy_culture(culture: str) -> str:
    """`en-US`, however it was spelled: .NET sends `EN-US`."""
    language, *rest = culture.strip().split("-")
    return "-".join([language.lower(), *(part.title() if len(part) > REGION else part.upper() for part in rest)])


def culture_problems(country: str, culture: str, language: str) -> Iterator[Problem]:
    """`culture` is tidy; the language may be spelled in any case."""
    rules = recorded_rules().get(country, {})
    cultures, languages = rules.get("supportedCulturesList"), rules.get("supportedLanguagesList")
    spoken = language.lower()
    if not CULTURE.fullmatch(culture) or (cultures and culture not in cultures):
        shown = ", ".join(cultures or ["en-US"])
        yield Problem("culture_unknown", f"{culture[:20]} is no culture here; take one like {shown}.", "culture")
    if not LANGUAGE.fullmatch(spoken) or (languages and spoken.partition("-")[0] not in languages):
        shown = ", ".join(languages or ["en"])
        yield Problem("language_unknown", f"{language[:20]} is no language here; take one like {shown}.", "language")


def registration_problems(country: str, number: str, phone_number: str) -> Iterator[Problem]:
    if country not in REGISTERED:
        if number:
            message = f"A company of {country} has no registration number here; leave it out."
            yield Problem("registration_not_supported", message, "registration_number")
        return
    if not number:
        message = f"A company of {country} needs its registration number."
        yield Problem("registration_missing", message, "registration_number")
    elif not REGISTRATION_NUMBER.fullmatch(number):
        message = "A registration number has 2 to 50 letters and digits."
        yield Problem("registration_invalid", message, "registration_number")
    if not phone_number:
        yield Problem("phone_missing", f"A company of {country} needs a phone number.", "phone_number")
