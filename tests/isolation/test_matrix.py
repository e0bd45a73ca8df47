"""Every address of the product x everybody: what each is answered, and that nobody reads what is another's.

matrix.csv holds the status of each GET: with ids of what the asker has, with ids of another's, and with another's
things beneath an own customer (one number where all agree). At doors that are not theirs one of each kind tries; for
the others there is a dash. A new address needs a line there:

    UPDATE_MATRIX=1 .venv/bin/python -m pytest -n 0 tests/isolation/test_matrix.py

writes it; read what it says before you commit it.
"""

import csv
import logging
import os
from collections import defaultdict
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import resolve

from partnercenter.accounts.tokens import TokenRefused
from partnercenter.accounts.tokens.by_hand import token_for_person
from tests.accounts.conftest import GRAPH
from tests.isolation.askers import Asker, askers
from tests.isolation.routes import ALL, Route, behind, door_of
from tests.isolation.things import things_of

Rows = list[dict[str, object]]
MATRIX = Path(__file__).parent / "matrix.csv"
DOORS = ("portal", "tenant", "v1", "graph", "tokens", "admin")
NOT_TRIED = "-"
REFUSED = {400, 401, 403, 404, 405, 409, 410, 428}
SIGN_INS = ("/sign-in/", "/tenant/sign-in/", "/admin/")
API_WRITES = ("POST", "PUT", "PATCH", "DELETE")
# Facts about the token service and the API's description, for whoever asks.
OPEN_TO_ALL = ("/keys", "/openid-configuration", "_schema/v1/<str:operation_id>/")
# Whose ids decide nothing: facts that are the same for all, and what its own form must ask.
SAME_FOR_ALL = {
    "offer",
    "iso",
    "offer_id",
    "product_id",
    "sku_id",
    "role_id",
    "step",
    "verb",
    "report",
    "change",
    "token",
    "line",
}

pytestmark = pytest.mark.once


@pytest.fixture
def both(world, settings):
    """Outside the demo, which shows on purpose who there is to sign in as. Nobody counts queries or reads logs here."""
    settings.DEMO_MODE = False
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("zeal.")]
    logging.disable(logging.ERROR)
    yield things_of(world, of=world.contoso), things_of(world, of=world.litware)
    logging.disable(logging.NOTSET)


def ids(asker: Asker, kind: str) -> dict[str, object]:
    """`own`; `foreign`; or `mixed`: another's things beneath the own customer."""
    if kind == "mixed":
        return {**asker.foreign.ids, "customer_id": asker.own.customer.pk}
    return getattr(asker, kind).ids


def kinds_for(route: Route, asker: Asker) -> tuple[str, ...]:
    """Which ids are worth a try. Who comes to the wrong door is not let in with any."""
    told_apart = route.arguments - SAME_FOR_ALL
    if door_of(route) not in (asker.door, "tokens"):
        return ("own",) if asker.goes_everywhere else ()
    if not told_apart:
        return ("own",)
    inside = "customer_id" in told_apart and len(told_apart) > 1
    return ("own", "foreign", "mixed") if inside else ("own", "foreign")


def walked(asker: Asker, routes: list[Route], leaks: list[str]) -> dict[str, str]:
    """Pattern -> the statuses of GET."""
    found = {}
    for route in routes:
        statuses = []
        for kind in kinds_for(route, asker):
            answer, said = asker.ask("GET", route.address(ids(asker, kind)))
            statuses.append(str(answer.status_code))
            leaks += leaked(asker, f"GET {kind} {route.pattern}", said)
        found[route.pattern] = " ".join(statuses if len(set(statuses)) > 1 else statuses[:1]) or NOT_TRIED
    return found


def leaked(asker: Asker, what: str, said: str) -> list[str]:
    words = {
        word
        for things in (asker.own, asker.foreign)
        for word in (things.own_word, things.shared_word)
        if word not in asker.words and word in said
    }
    return [f"{asker.name}: {what}: {word}" for word in sorted(words)]


def methods_of(address: str) -> list[str]:
    """What the view behind an address would write by; a function may write by a POST."""
    view = getattr(resolve(address).func, "cls", None)
    return [method for method in API_WRITES if view is None or hasattr(view, method.lower())][: 4 if view else 1]


def meddled(asker: Asker, routes: list[Route], leaks: list[str]) -> list[str]:
    """Writes to what is another's that were not refused."""
    problems = []
    for route in routes:
        for kind in kinds_for(route, asker)[1:]:
            address = route.address(ids(asker, kind))
            for method in methods_of(address):
                answer, said = asker.ask(method, address)
                leaks += leaked(asker, f"{method} {kind} {route.pattern}", said)
                sent_away = answer.status_code == 302 and answer.headers["Location"].startswith(SIGN_INS)
                if answer.status_code not in REFUSED and not sent_away:
                    problems.append(f"{asker.name}: {method} {kind} {route.pattern}: {answer.status_code}")
    return problems


def expected(door: str) -> dict[str, dict[str, str]]:
    """Asker -> pattern -> statuses, as matrix.csv has them."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with MATRIX.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["door"] == door:
                for name, statuses in row.items():
                    if name not in ("door", "address"):
                        found[name][row["address"]] = statuses
    return dict(found)


def write(door: str, found: dict[str, dict[str, str]]) -> None:
    """Put the lines of this door in place of those that are there."""
    names = list(found)
    lines: list[dict[str, str]] = []
    if MATRIX.exists():
        with MATRIX.open(newline="") as file:
            lines = [row for row in csv.DictReader(file) if row["door"] != door]
    lines += [
        {"door": door, "address": route.pattern, **{name: found[name][route.pattern] for name in names}}
        for route in behind(door)
    ]
    lines.sort(key=lambda row: (DOORS.index(row["door"]), row["address"]))
    with MATRIX.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["door", "address", *names], lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def differences(known: dict[str, dict[str, str]], found: dict[str, dict[str, str]]) -> list[str]:
    return [
        f"{pattern}, {name}: {found[name].get(pattern, 'gone')}, not {known.get(name, {}).get(pattern, 'written down')}"
        for name in found
        for pattern in sorted({*found[name], *known.get(name, {})})
        if known.get(name, {}).get(pattern) != found[name].get(pattern)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_everybody_gets_what_is_theirs_and_nobody_reads_a_word_of_another(world, both, door):
    leaks: list[str] = []
    found = {asker.name: walked(asker, behind(door), leaks) for asker in askers(world, *both)}
    assert leaks == []
    if os.environ.get("UPDATE_MATRIX"):
        write(door, found)
    assert differences(expected(door), found) == []


def changed(before: list[Rows], now: list[Rows]) -> list[tuple[Rows, Rows]]:
    """The rows that differ, those from before beside those of now."""
    pairs = zip(before, now, strict=True)
    return [
        ([row for row in old if row not in new], [row for row in new if row not in old])
        for old, new in pairs
        if old != new
    ]


@pytest.mark.slow
def test_nobody_changes_what_is_anothers(world, both):
    contoso, litware = both
    leaks: list[str] = []
    problems: list[str] = []
    routes = [route for route in ALL if not route.pattern.startswith("beta")]  # its views are those of v1.0
    everybody = askers(world, contoso, litware)
    before = contoso.snapshot() + litware.snapshot()
    for asker in everybody:
        if asker.name != "ops" and (asker.goes_everywhere or asker.door != "portal"):
            with transaction.atomic():
                problems += meddled(asker, routes, leaks)
    assert problems == []
    assert leaks == []
    assert changed(before, contoso.snapshot() + litware.snapshot()) == []


def test_the_words_are_really_there_to_be_leaked(world, both):
    """A matrix that could not find a leak would prove nothing: the owners do read them."""
    contoso, litware = both
    own = {asker.name: asker for asker in askers(world, contoso, litware)}
    for name, address in (
        ("ava", f"/customers/{contoso.customer.pk}/users/"),
        ("max", f"/customers/{litware.customer.pk}/admin-relationships/"),
        ("ava, token", f"/v1/customers/{contoso.customer.pk}"),
        ("max, Graph token", "/v1.0/groups"),
        ("admin of contoso's customer", "/tenant/"),
    ):
        _, said = own[name].ask("GET", address)
        assert [word for word in own[name].words if word in said], name
        stranger = Asker(name="stranger", door="", own=contoso, foreign=litware, words=frozenset())
        assert leaked(stranger, name, said) != []


def test_nobody_gets_a_token_for_a_tenant_where_they_are_nobody(world, both):
    contoso, litware = both
    for who, at in ((contoso, litware), (litware, contoso)):
        for tenant in (at.partner.pk, at.customer.pk):
            with pytest.raises(TokenRefused):
                token_for_person(
                    who.staff.username, app=str(who.app.pk), resource=GRAPH, tenant=str(tenant), has_mfa=True
                )


def test_every_address_belongs_to_a_door_and_none_is_forgotten():
    assert sum(len(behind(door)) for door in DOORS) == len(ALL)
    with MATRIX.open(newline="") as file:
        written = {row["address"] for row in csv.DictReader(file)}
    assert written == {route.pattern for route in ALL}, "UPDATE_MATRIX=1 writes the new lines; read them"


def test_no_line_of_the_matrix_lets_anybody_see_what_is_anothers():
    """The file could be written anew without thought; this rule stands beside it."""
    with MATRIX.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["address"].endswith(OPEN_TO_ALL)]
    opened = [
        f"{row['address']}, {name}: {statuses}"
        for row in rows
        if Route(row["address"]).arguments - SAME_FOR_ALL
        for name, statuses in row.items()
        if name not in ("door", "address", "ops")
        if any(status.startswith("2") for status in statuses.split()[statuses.count(" ") > 0 :])
    ]
    assert opened == []
