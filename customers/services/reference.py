"""Loading countries and directory roles from the data files."""

import csv
from collections.abc import Iterator

from customers.models import Country, DirectoryRole
from customers.roles import DATA, unified_roles
from partnercenter.transactions import whole


@whole
def load_reference_data() -> dict[str, int]:
    """Bring countries and directory roles to the state of the files; running it again changes nothing."""
    countries = [
        Country(
            code=row["code"],
            name=row["name"],
            licensing_allowed=row["licensing_allowed"] == "true",
            reason=row["reason"],
        )
        for row in _rows("countries.csv")
    ]
    Country.objects.bulk_create(
        countries,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "licensing_allowed", "reason"],
    )
    texts = {row["template_id"]: row for row in _rows("role_descriptions.csv")}
    roles = [
        DirectoryRole(
            template_id=role.template_id,
            display_name=role.display_name,
            description=texts.get(str(role.template_id), {}).get("description", ""),
            portal_group=texts.get(str(role.template_id), {}).get("portal_group", ""),
            is_privileged=role.is_privileged,
            is_assignable=role.is_assignable,
            is_gdap_selectable=role.is_gdap_selectable,
        )
        for role in unified_roles().values()
    ]
    DirectoryRole.objects.bulk_create(
        roles,
        update_conflicts=True,
        unique_fields=["template_id"],
        update_fields=[
            "display_name",
            "description",
            "portal_group",
            "is_privileged",
            "is_assignable",
            "is_gdap_selectable",
        ],
    )
    return {"countries": len(countries), "directory roles": len(roles)}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))
