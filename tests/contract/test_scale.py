"""A customer with 100,000 users: no request asks more often, or loads more rows, than at one with three."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from customers.models import CustomerUser, DirectoryRoleMember
from customers.roles import HELPDESK_ADMINISTRATOR
from licensing.models import LicenseAssignment
from tests.factories import CustomerUserFactory, stock
from tests.partner_center import Api, body_of

MANY = 100_000
SOME = 5_000  # of them with the license and the role
DELETED = quote('{"Field":"UserState","Value":"Inactive","Operator":"equals"}')
NAMED = quote('{"Field":"DisplayName","Value":"person 0","Operator":"starts_with"}')
CALLED = quote('{"Field":"UserPrincipalName","Value":"person","Operator":"substring"}')


@dataclass
class Effort:
    """What a request cost the database."""

    queries: int = 0
    rows: int = 0
    sent: list[str] = field(default_factory=list)


@contextmanager
def measured(monkeypatch) -> Iterator[Effort]:
    """Count queries, and the rows that leave the database, however they are fetched."""
    effort = Effort()
    plain = CursorWrapper.__getattr__

    def counted(cursor, name):
        found = plain(cursor, name)
        if not name.startswith("fetch"):
            return found

        def fetch(*args):
            rows = found(*args)
            effort.rows += 0 if rows is None else 1 if name == "fetchone" else len(rows)
            return rows

        return fetch

    def execute(run, sql, params, many, context):
        effort.queries += 1
        effort.sent.append(sql)
        return run(sql, params, many, context)

    with monkeypatch.context() as patch, connection.execute_wrapper(execute):
        patch.setattr(CursorWrapper, "__getattr__", counted)
        yield effort


def crowd(world) -> None:
    """Written at once; the services would take minutes."""
    users = [
        CustomerUser(
            customer=world.fabrikam,
            first_name="Person",
            last_name=f"{number:06}",
            display_name=f"Person {number:06}",
            user_principal_name=f"person{number:06}@fabrikam.com",
        )
        for number in range(MANY)
    ]
    for user in users:
        user.derive_sort_keys()
    CustomerUser.objects.bulk_create(users, batch_size=2_000)
    owned = stock(world.fabrikam, "ENTERPRISEPACK", seats=SOME)
    licensed = [LicenseAssignment(customer=world.fabrikam, user=user, subscribed_sku=owned) for user in users[:SOME]]
    LicenseAssignment.objects.bulk_create(licensed, batch_size=2_000)
    members = [
        DirectoryRoleMember(customer=world.fabrikam, user=user, role_id=HELPDESK_ADMINISTRATOR) for user in users[:SOME]
    ]
    DirectoryRoleMember.objects.bulk_create(members, batch_size=2_000)


def asked(world, user) -> dict[str, tuple[str, dict[str, str]]]:
    """Path and headers of each request, at Fabrikam."""
    at, api = f"/v1/customers/{world.fabrikam.pk}", Api(world.ava)
    users, members = f"{at}/users", f"{at}/directoryroles/{HELPDESK_ADMINISTRATOR}/usermembers"

    def after(path: str) -> dict[str, str]:
        token = body_of(api.get(path)).get("continuationToken", "")
        return {"MS-ContinuationToken": token} if token else {}

    return {
        "users": (users, {}),
        "two users": (f"{users}?size=2", {}),
        "by name": (f"{users}?filter={NAMED}", {}),
        "by a part of the name": (f"{users}?filter={CALLED}", {}),
        "deleted": (f"{users}?filter={DELETED}", {}),
        "sorted": (f"{users}?sortField=UserPrincipalName&sortDirection=descending", {}),
        "sorted by first name": (f"{users}?size=2&sortField=FirstName", {}),
        "the next page": (f"{users}?seekOperation=Next", after(f"{users}?size=2")),
        "the page before": (f"{users}?seekOperation=Previous", after(f"{users}?size=2")),
        "the last page": (f"{users}?size=2&seekOperation=Last", {}),
        "a user": (f"{users}/{user.pk}", {}),
        "a user by sign-in name": (f"{users}/{user.user_principal_name}", {}),
        "licenses of a user": (f"{users}/{user.pk}/licenses", {}),
        "roles of a user": (f"{users}/{user.pk}/directoryroles", {}),
        "available licenses": (f"{at}/subscribedskus", {}),
        "members": (f"{members}?size=2", {}),
        "the next members": (f"{members}?seekOperation=Next", after(f"{members}?size=2")),
    }


def costs(world, user, monkeypatch) -> dict[str, tuple[int, int, int]]:
    """Queries, rows beyond those that came back, and rows that came back."""
    found = {}
    for name, (path, headers) in asked(world, user).items():
        api = Api(world.ava)
        with measured(monkeypatch) as effort:
            response = api.get(path, **headers)
        assert response.status_code == 200, (name, response.content)
        body = body_of(response)
        given = len(body["items"]) if "items" in body else 1
        peeked = 1 if "next" in body.get("links", {}) else 0
        found[name] = (effort.queries, effort.rows - given - peeked, given)
    return found


@pytest.mark.slow
def test_what_a_request_costs_does_not_grow_with_the_customer(world, monkeypatch):
    first = CustomerUserFactory(customer=world.fabrikam, display_name="Person 0", local_part="person0")
    second = CustomerUserFactory(customer=world.fabrikam, display_name="Person 00", local_part="person00")
    third = CustomerUserFactory(customer=world.fabrikam, display_name="Person 000", local_part="person000")
    owned = stock(world.fabrikam, "ENTERPRISEPACK", seats=3)
    for user in (first, second, third):
        LicenseAssignment.objects.create(customer=world.fabrikam, user=user, subscribed_sku=owned)
        DirectoryRoleMember.objects.create(customer=world.fabrikam, user=user, role_id=HELPDESK_ADMINISTRATOR)
    few = costs(world, first, monkeypatch)
    crowd(world)
    many = costs(world, first, monkeypatch)
    assert {name: cost[:2] for name, cost in many.items()} == {name: cost[:2] for name, cost in few.items()}
    assert many["users"][2] == 100
    assert max(queries for queries, _, _ in many.values()) <= 7
