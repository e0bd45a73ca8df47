"""Software that is bought once: what there is to download of it, and how long it can be given back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType

from licensing.rules.plans import rows

KINDS = MappingProxyType({"perpetual": "Perpetual license", "subscription": "Subscription"})
# portal_screens section 13
WINDOWS = MappingProxyType({"perpetual": timedelta(days=30), "subscription": timedelta(days=7)})


@dataclass(frozen=True, slots=True)
class Edition:
    """What one download is."""

    version: str
    language: str
    bit: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen of one family, each with each."""

    versions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    bits: tuple[str, ...] = ()

    def __contains__(self, edition: Edition) -> bool:
        return edition.version in self.versions and edition.language in self.languages and edition.bit in self.bits


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be bought; `family` is its row in software.csv."""

    id: str
    name: str
    family: str
    kind: str

    @property
    def kind_label(self) -> str:
        return KINDS[self.kind]

    @property
    def choices(self) -> Choices:
        return families()[self.family]


@cache
def offers() -> Mapping[str, Offer]:
    """Id -> offer, in the order of the file."""
    return MappingProxyType({row["id"]: Offer(**row) for row in rows("software_offers.csv")})


@cache
def families() -> Mapping[str, Choices]:
    return MappingProxyType(
        {
            row["family"]: Choices(*(tuple(row[name].split("|")) for name in ("versions", "languages", "bits")))
            for row in rows("software.csv")
        }
    )


def cancellable_until(kind: str, bought: datetime) -> datetime:
    return bought + WINDOWS[kind]
