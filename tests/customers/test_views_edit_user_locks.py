"""Who may change what in the edit wizard, and why not.

The table is derived by hand from the role data: License Administrator carries usageLocation/update and assignLicense;
Directory Writers basic/update, userPrincipalName/update and assignLicense; User Administrator all four; Helpdesk
Administrator none. Roles need Privileged Role Administrator.
"""

import re
from dataclasses import dataclass

import pytest
from django.urls import reverse

from customers.models import Customer, CustomerUser
from tests.factories import CustomerUserFactory, role_ids, sku, stock
from tests.portal.editing import Editing, stored
from tests.portal.visitor import Visitor

NAMES = ("first_name", "last_name", "display_name")
EMAIL = ("local_part", "domain")
LOCATION = ("usage_location",)
ALL_INFO = (*NAMES, *EMAIL, *LOCATION)

WHY = {
    "names": "To change names of users at {} you need User Administrator or Directory Writers.",
    "email": "To change the sign-in names of users at {} you need Authentication Administrator, "
    "Privileged Authentication Administrator or Directory Writers.",
    "location": "To change usage locations at {} you need License Administrator or User Administrator.",
    "roles": "To change directory roles at {} you need Privileged Role Administrator.",
    "licenses": "To assign and remove licenses at {} you need License Administrator, User Administrator "
    "or Directory Writers.",
}
# Groups of Contoso whose members could do it at Fabrikam, with the role that does it.
HELP = {
    "names": {
        "GDAP Directory writers (Directory Writers)",
        "GDAP Leads (Directory Writers)",
        "GDAP User admins (User Administrator)",
    },
    "email": {
        "GDAP Directory writers (Directory Writers)",
        "GDAP Leads (Directory Writers)",
        "GDAP User admins (User Administrator)",
    },
    "location": {
        "GDAP License desk (License Administrator)",
        "GDAP Leads (License Administrator)",
        "GDAP User admins (User Administrator)",
    },
    "roles": {"GDAP Leads (Privileged Role Administrator)"},
    "licenses": {
        "GDAP Directory writers (Directory Writers)",
        "GDAP Leads (Directory Writers)",
        "GDAP License desk (License Administrator)",
        "GDAP User admins (User Administrator)",
    },
}


@dataclass(frozen=True)
class Row:
    who: str
    names: bool = False
    email: bool = False
    location: bool = False
    roles: bool = False
    licenses: bool = False

    @property
    def open_info(self) -> list[str]:
        parts = [*(NAMES if self.names else ()), *(EMAIL if self.email else ()), *(LOCATION if self.location else ())]
        return sorted(parts)

    @property
    def locked(self) -> set[str]:
        return {part for part in WHY if not getattr(self, part)}


TABLE = [
    Row("ava", names=True, email=True, location=True, roles=True, licenses=True),
    Row("lea", location=True, licenses=True),
    Row("dan", names=True, email=True, licenses=True),
    Row("uma", names=True, email=True, location=True, licenses=True),
    Row("harry"),
]


@pytest.fixture
def fabrikam(world) -> Customer:
    stock(world.fabrikam, "POWER_BI_PRO", seats=5)
    return world.fabrikam


# The three names are locked by one thing, so it is said once, under the last of them.
SAY_WHY = ("display_name", "local_part", *LOCATION)


def part_of(field: str) -> str:
    return "names" if field in NAMES else "email" if field in EMAIL else "location"


def hinted(text: str) -> set[str]:
    """The groups that a reason names."""
    _, found, list_of_groups = text.partition("It comes with membership of ")
    return set(re.split(r", | or ", list_of_groups.rstrip("."))) if found else set()


def assert_reason(text: str, part: str, customer: Customer) -> None:
    assert text.startswith(WHY[part].format(customer.company_name))
    assert hinted(text) == HELP[part]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.who)
def test_each_step_opens_what_the_roles_of_the_person_carry_and_says_why_the_rest_is_locked(world, fabrikam, row):
    editing = Editing(getattr(world, row.who), world.dana)
    assert editing.form.open_fields == row.open_info
    for field in SAY_WHY:
        if part_of(field) in row.locked:
            assert_reason(editing.page.lock_of(field), part_of(field), fabrikam)
        else:
            assert editing.page.lock_of(field) == ""
    assert editing.form.shown["display_name"] == ["Dana Hudecova"]
    editing.next()
    assert editing.form.open_fields == (["kind", "more", "roles"] if row.roles else [])
    if not row.roles:
        (reason,) = editing.page.reasons
        assert_reason(reason, "roles", fabrikam)
    editing.next()
    assert editing.form.open_fields == ([f"plan-{sku('POWER_BI_PRO')}", "product"] if row.licenses else [])
    if not row.licenses:
        (reason,) = editing.page.reasons
        assert_reason(reason, "licenses", fabrikam)
    editing.next()
    assert editing.step == "review"


def test_another_partner_is_told_only_about_its_own_groups(world, fabrikam):
    """Litware is Helpdesk Administrator at Fabrikam, and has no group there with more."""
    editing = Editing(world.max, world.dana)
    assert editing.form.open_fields == []
    nothing_here = (
        "No security group of Litware Partners has one of these roles here; "
        "an Admin agent can request an admin relationship with it."
    )
    assert len(editing.page.reasons) == len(SAY_WHY)
    for field in SAY_WHY:
        why = WHY[part_of(field)].format("Fabrikam, Inc.")
        assert editing.page.lock_of(field) == f"{why} {nothing_here}"
    for part in ("roles", "licenses"):
        editing.next()
        assert editing.page.reasons == [f"{WHY[part].format('Fabrikam, Inc.')} {nothing_here}"]
        assert editing.form.open_fields == []


@pytest.mark.parametrize("who", ["nora", "sam"])
def test_without_a_right_in_the_directory_the_wizard_does_not_open(world, who):
    page = Visitor(getattr(world, who)).get(reverse("edit-user", args=[world.fabrikam.pk, world.dana.pk]))
    assert page.status == 403
    assert (
        "To see users at Fabrikam, Inc. you need Directory Readers, Global Reader or User Administrator." in page.text
    )
    assert "Dana" not in page.text


PRIVILEGED = (
    "Dana Hudecova is Global Administrator: only Global Administrator or Privileged Authentication Administrator "
    "may change the sign-in names of users here. The roles of the person you act on decide, beside your own."
)


@pytest.mark.parametrize("who", ["dan", "uma"])
def test_the_email_of_somebody_privileged_is_out_of_reach_for_ordinary_admins(world, who):
    boss = CustomerUserFactory(
        customer=world.fabrikam, first_name="Dana", last_name="Hudecova", roles=["Global Administrator"]
    )
    editing = Editing(getattr(world, who), boss)
    assert set(editing.form.open_fields) & set(EMAIL) == set()
    assert set(NAMES) <= set(editing.form.open_fields)
    assert editing.page.lock_of("local_part") == PRIVILEGED
    before = stored(boss)
    editing.forge("info", {"local_part": "taken.over", "domain": "fabrikam.com"})
    editing.open("info")
    editing.to_review()
    editing.complete()
    assert stored(boss) == before


def test_the_email_of_somebody_privileged_is_open_to_a_privileged_authentication_administrator(world):
    assert set(EMAIL) <= set(Editing(world.ava, world.global_admin).form.open_fields)


def test_a_lightly_privileged_user_is_in_reach_of_a_user_administrator_but_not_of_directory_writers(world):
    reader = CustomerUserFactory(customer=world.fabrikam, roles=["Directory Readers"])
    assert set(EMAIL) <= set(Editing(world.uma, reader).form.open_fields)
    assert set(EMAIL) & set(Editing(world.dan, reader).form.open_fields) == set()


FORGED = {
    "info": {
        "first_name": "Mallory",
        "last_name": "Mallory",
        "display_name": "Mallory",
        "local_part": "mallory",
        "usage_location": "US",
    },
    "permissions": {"kind": "custom", "roles": [str(role) for role in role_ids("Helpdesk Administrator")]},
    "licenses": {"product": [str(sku("POWER_BI_PRO"))]},
}
CHANGED = {
    "names": {"first_name": "Mallory", "last_name": "Mallory", "display_name": "Mallory"},
    "email": {"user_principal_name": "mallory@fabrikam.com"},
    "location": {"usage_location": "US"},
    "roles": {"roles": ["Helpdesk Administrator"]},
    "licenses": {"licenses": {"POWER_BI_PRO": []}},
}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.who)
def test_posting_a_locked_field_changes_nothing(world, fabrikam, row):
    before = stored(world.dana)
    editing = Editing(getattr(world, row.who), world.dana)
    for step, values in FORGED.items():
        editing.forge(step, values)
    editing.open("review")
    editing.complete()
    assert editing.step == "result"
    allowed = [change for part, change in CHANGED.items() if part not in row.locked]
    expected = before | {name: value for change in allowed for name, value in change.items()}
    assert stored(world.dana) | {"version": 0} == expected | {"version": 0}


def test_a_synchronized_user_can_only_get_a_location_and_licenses(world, fabrikam):
    CustomerUser.objects.filter(pk=world.dana.pk).update(last_directory_sync_at="2026-11-01T00:00:00Z")
    editing = Editing(world.ava, world.dana)
    page = editing.next(first_name="Diana", usage_location="CZ")
    assert page.status == 400
    assert page.errors_of("first_name") == [
        "This user is synchronized from the customer's own directory; change it there."
    ]
    page = editing.next(first_name="Dana")
    assert editing.step == "permissions"
