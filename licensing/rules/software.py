"""Software that is bought once: what there is to download of it, and how long it can be given back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType

from licensing.rules.plans import rows

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
