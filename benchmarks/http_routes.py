"""Requests per second and processor time per request of the hot routes, beside peers and beside the floor.

    make bench ARGS=http_routes

One process each, at one client and at eight. On SQLite the peers run along: moto's Cognito, json-server, django-scim2.
The floor is a Django view that does nothing, and the same rows by the bare driver and orjson.
"""

import itertools
import json
import sys
import urllib.parse
import urllib.request
from contextlib import ExitStack
from http.cookiejar import CookieJar

import clients
import databases
import harness
import peers
import servers
from clients import Connection, Request, first_answer, load
from databases import IS_SQLITE
from django.conf import settings
from harness import Goal, Sample
from servers import BENCH, Server, running

from customers.models import Customer, CustomerUser
from licensing.queries import inventory
from partnercenter.demo import ids

CONTOSO, ADVENTURE, TENANT = str(ids.CONTOSO), str(ids.ADVENTURE_WORKS), "adventure-works.com"
PERSON = "ava.admin@contoso-partners.example"
USERS = 1_000  # of every peer
PAGE = 60
JSON = {"Content-Type": "application/json"}
numbers = itertools.count()

Targets = dict[str, tuple[Server, Request]]


def main() -> int:
    options = harness.options(__doc__ or "", seconds=1)
    report = harness.Report(f"http-routes-{databases.VENDOR}")
    with ExitStack() as stack:
        product = stack.enter_context(
            running("product", servers.product_command, environment=BENCH, database=databases.processes())
        )
        first_answer(product.port, Request(method="GET", path="/healthz"), seconds=180)
        databases.analyze()
        routes = product_routes(product)
        floor = stack.enter_context(running("floor rows", servers.granian_command("floor:rows"), environment=_floor()))
        hello = stack.enter_context(
            running("floor hello", servers.granian_command("floor:hello"), environment={"FLOOR": "hello"})
        )
        targets: Targets = {f"product: {name}": (product, request) for name, request in routes.items()}
        targets |= floor_targets(floor, hello)
        _check_same_rows(product, routes["v1 list of 60 users"], floor)
        if IS_SQLITE:
            targets |= peer_targets(stack)
        for number in (1, 8):
            measured = _at(report, targets, number, options)
            goals(report, measured, number)
        _memory(report, product, targets)
    return report.end()


def _at(report: harness.Report, targets: Targets, number: int, options: object) -> harness.Found:
    waits: dict[str, list[float]] = {name: [] for name in targets}

    def visit(name: str) -> Sample:
        server, request = targets[name]
        sample, some = load(
            server.port,
            request,
            clients=number,
            seconds=options.seconds,
            cpu=server.cpu,  # type: ignore[attr-defined]
        )
        waits[name] += some
        return sample

    chosen = {name: lambda name=name: visit(name) for name in targets if number == 1 or "update" not in name}
    found = harness.alternate(chosen, options.rounds)  # type: ignore[attr-defined,arg-type]
    for name, samples in found.items():
        one = harness.middle(samples)
        slow = sorted(waits[name])[int(len(waits[name]) * 0.99)] * 1e3
        report.say(
            f"{number} client{'s' if number > 1 else ' '} {name:42} {1 / one.wall:8,.0f} requests/s "
            f"{one.cpu * 1e3:8.2f} ms of processors, p99 {slow:7.1f} ms"
        )
    if number == 1:
        tail = clients.tail(waits["product: v1 list of 60 users"])
        report.goal(Goal(number=9, name="list, p99 / p50, 1 client", found=tail, must=5, aim=2.5, at_most=True))
    return found


def goals(report: harness.Report, found: harness.Found, number: int) -> None:
    one = harness.ratio(found, "product: an empty view", "floor: an empty Django view")
    name = f"empty view through all middleware / bare Django, {number} clients"
    report.goal(Goal(number=6, name=name, found=one.wall, must=0.5, aim=0.75, more=str(one)))
    if not IS_SQLITE:
        return
    for name, peer, aim in (
        ("v1 get a user", "moto: get a user", 1.5),
        ("v1 list of 60 users", "moto: list of 60 users", 3.0),
        ("v1 create a user", "moto: create a user", 1.5),
    ):
        one = harness.ratio(found, f"product: {name}", peer)
        goal = 5 if "create" in name else 4
        title = f"{name} / moto, {number} clients"
        report.goal(Goal(number=goal, name=title, found=one.wall, must=1.0, aim=aim, more=str(one)))


def _memory(report: harness.Report, product: Server, targets: Targets) -> None:
    held = {server.name: server.memory() / 2**20 for server, _ in targets.values()}
    for name, size in held.items():
        report.say(f"memory of {name:34} {size:8.0f} MB")
    if IS_SQLITE:
        found = held["product"] / held["moto"]
        report.goal(Goal(number=3, name="memory of the server / moto", found=found, must=2, aim=1.4, at_most=True))


# The product -------------------------------------------------------------------------------------------------------


def product_routes(server: Server) -> dict[str, Request]:
    v1 = {"Authorization": f"Bearer {_token(server, 'contoso-partners.example', 'api.partnercenter.microsoft.com')}"}
    graph = {"Authorization": f"Bearer {_token(server, TENANT, 'graph.microsoft.com')}"}
    portal = {"Cookie": _signed_in(server)}
    user = str(
        CustomerUser.objects.alive().filter(customer=ADVENTURE).order_by("sort_name").values_list("pk", flat=True)[5]
    )
    own = f"/v1/customers/{ADVENTURE}"
    return {
        "an empty view": Request(method="GET", path="/healthz"),
        "v1 get a user": Request(method="GET", path=f"{own}/users/{user}", headers=v1, contains=user.encode()),
        "v1 list of 60 users": Request(
            method="GET", path=f"{own}/users?size={PAGE}", headers=v1, contains=b'"totalCount":60'
        ),
        "v1 create a user": Request(method="POST", path=f"{own}/users", headers=v1 | JSON, body=_new_user, status=201),
        "v1 get a customer": Request(method="GET", path=own, headers=v1, contains=ADVENTURE.encode()),
        "v1 list of customers": Request(method="GET", path="/v1/customers", headers=v1, contains=ADVENTURE.encode()),
        "v1 license update": Request(
            method="POST",
            path=f"{own}/users/{user}/licenseupdates",
            headers=v1 | JSON,
            body=_license_updates(),
            status=201,
        ),
        "Graph list of 60 users": Request(
            method="GET", path=f"/v1.0/users?$top={PAGE}", headers=graph, contains=b"@odata.nextLink"
        ),
        "portal list of users": Request(
            method="GET", path=f"/customers/{ADVENTURE}/users/", headers=portal, contains=b"Showing 50 of"
        ),
        "portal list of customers": Request(
            method="GET", path="/customers/", headers=portal, contains=b"Adventure Works"
        ),
        "token by client secret": Request(
            method="POST",
            path=f"/{CONTOSO}/oauth2/v2.0/token",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=lambda: _app("client_credentials", "api.partnercenter.microsoft.com"),
            contains=b"access_token",
        ),
    }


def _app(grant: str, resource: str, **more: str) -> bytes:
    words = {
        "grant_type": grant,
        "client_id": str(ids.APP_CLIENT_ID),
        "client_secret": "demo-secret",
        "scope": f"https://{resource}/.default",
    }
    return urllib.parse.urlencode(words | more).encode()


def _token(server: Server, tenant: str, resource: str) -> str:
    body = _app("password", resource, username=PERSON, password=ids.PASSWORD)
    answer = urllib.request.urlopen(f"http://127.0.0.1:{server.port}/{tenant}/oauth2/v2.0/token", body)
    token: str = json.load(answer)["access_token"]
    return token


def _signed_in(server: Server) -> str:
    """The cookies of a person at the portal."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{server.port}/sign-in/"
    opener.open(address)
    csrf = next(cookie.value for cookie in jar if "csrf" in cookie.name) or ""
    form = {"username": PERSON, "password": ids.PASSWORD, "csrfmiddlewaretoken": csrf}
    opener.open(urllib.request.Request(address, urllib.parse.urlencode(form).encode(), {"Referer": address}))
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _new_user() -> bytes:
    number = next(numbers)
    body = {
        "usageLocation": "SK",
        "userPrincipalName": f"bench{number}@{TENANT}",
        "firstName": "Bench",
        "lastName": f"{number}",
        "displayName": f"Bench {number}",
        "passwordProfile": {"password": "Made-up-1!", "forceChangePassword": True},
        "attributes": {"objectType": "CustomerUser"},
    }
    return json.dumps(body).encode()


def _license_updates() -> "object":
    """Give and take by turns."""
    stock = inventory(Customer.objects.get(pk=ADVENTURE))
    sku = next(str(product.sku_id) for product in stock.assignable() if stock.seats[product.sku_id].available > 1)
    assign = {"licensesToAssign": [{"skuId": sku, "excludedPlans": []}]}
    bodies = itertools.cycle([assign, {"licensesToRemove": [sku]}])
    return lambda: json.dumps(next(bodies) | {"attributes": {"objectType": "LicenseUpdate"}}).encode()


# The floor and the peers -------------------------------------------------------------------------------------------


def _floor() -> dict[str, str]:
    found = settings.DATABASES["default"]
    if IS_SQLITE:
        return {"FLOOR_DATABASE": str(found["NAME"])}
    return {"FLOOR_DATABASE": f"postgresql://{found['USER']}@/{found['NAME']}?host={found['HOST']}"}


def floor_targets(rows: Server, hello: Server) -> Targets:
    customer = ids.ADVENTURE_WORKS.hex if IS_SQLITE else str(ids.ADVENTURE_WORKS)
    found = {
        "floor: an empty Django view": (hello, Request(method="GET", path="/hello", contains=b"ok")),
        "floor: list of 60 users": (rows, Request(method="GET", path=f"/{customer}", contains=b"displayName")),
    }
    for server, request in found.values():
        first_answer(server.port, request)
    return found


def _check_same_rows(product: Server, request: Request, floor: Server) -> None:
    customer = ids.ADVENTURE_WORKS.hex if IS_SQLITE else str(ids.ADVENTURE_WORKS)
    ours = json.loads(Connection(product.port).ask(request).decode("utf-8-sig"))
    theirs = json.loads(Connection(floor.port).ask(Request(method="GET", path=f"/{customer}")))
    ids_of = [[item["id"].replace("-", "") for item in body["items"]] for body in (ours, theirs)]
    assert ids_of[0] == ids_of[1], "the floor lists other users"
    assert len(ids_of[0]) == PAGE


def peer_targets(stack: ExitStack) -> Targets:
    peers.install()
    moto = stack.enter_context(running("moto", peers.moto_command))
    first_answer(moto.port, peers.cognito("ListUserPools", {"MaxResults": 1}))
    pool = peers.fill_moto(moto.port, USERS)
    plain = stack.enter_context(running("json-server", lambda port: peers.json_server_command(port, USERS)))
    scim = stack.enter_context(running("django-scim2", peers.scim_command, environment=peers.scim_environment(USERS)))
    one = Request(method="GET", path="/users/5", contains=b"displayName")
    first_answer(plain.port, one)
    listed = Request(method="GET", path="/scim/v2/Users?startIndex=1&count=60", contains=b"Resources")
    first_answer(scim.port, listed)
    return {
        "moto: get a user": (moto, peers.cognito("AdminGetUser", {"UserPoolId": pool, "Username": "person000005"})),
        "moto: list of 60 users": (moto, peers.cognito("ListUsers", {"UserPoolId": pool, "Limit": PAGE})),
        "moto: create a user": (moto, peers.new_cognito_users(pool)),
        "json-server: get a user": (plain, one),
        "json-server: list of 60 users": (plain, Request(method="GET", path=f"/users?_limit={PAGE}")),
        "json-server: create a user": (
            plain,
            Request(method="POST", path="/users", headers=JSON, body=peers.new_person, status=201),
        ),
        "django-scim2: list of 60 users": (scim, listed),
    }


if __name__ == "__main__":
    sys.exit(main())
