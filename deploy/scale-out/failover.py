#!/usr/bin/env python3
"""Stop the primary under load and look for what was acknowledged.

    deploy/scale-out/failover.py [--how kill] [--clients 8] [--seconds 20]

Starts the scale-out setting, lets clients create users and give them licenses through the API, each write under its
own MS-RequestId, and takes the primary away in the middle:

    kill        PostgreSQL is killed with signal 9; its Patroni lives
    immediate   PostgreSQL is stopped at once, without a checkpoint
    machine     PostgreSQL and its Patroni are killed with signal 9 and come back half a minute later

A client that got an error asks again under the same id, as real ones do. In the end everything that was answered with
success must be there once, nothing twice, every error must have been the documented body, seats and ledger must agree,
and the old primary must be a replica again without anybody's help. Exits with 1 where that is not so.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cluster import POSTGRES, Cluster, Node, running, unprivileged

CUSTOMER = "adf00000-0000-4000-8000-000000000005"
DOMAIN = "adventure-works.com"
PERSON = "ava.admin@contoso-partners.example"
PRODUCT = "POWER_BI_PRO"  # the load gets seats for everybody
PAUSE = 0.3  # of a client that got an error
REFUSAL = ["code", "description", "data", "source"]


@dataclass
class Tally:
    """What all clients saw."""

    created: dict[str, str] = field(default_factory=dict)  # id of the user: sign-in name
    licensed: set[str] = field(default_factory=set)
    errors: Counter[str] = field(default_factory=Counter)
    undocumented: list[str] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Client:
    """One program that works at the API, one request after the other."""

    number: str
    url: str
    token: str
    sku: str
    tally: Tally
    over: threading.Event

    def work(self) -> None:
        turn = 0
        while not self.over.is_set():
            turn += 1
            name = f"{self.number}-{turn}@{DOMAIN}"
            created = self._until_answered("users", {"usageLocation": "US", "userPrincipalName": name, **_names(name)})
            with self.tally.lock:
                self.tally.created[created["id"]] = name
            body = {"licensesToAssign": [{"skuId": self.sku}]}
            self._until_answered(f"users/{created['id']}/licenseupdates", body)
            with self.tally.lock:
                self.tally.licensed.add(created["id"])

    def _until_answered(self, path: str, body: object) -> dict[str, str]:
        """The success. What was begun is brought to its end, so that every write has a known outcome."""
        request_id = str(uuid.uuid4())
        while True:
            answer = self._send(path, body, request_id)
            if answer is not None:
                return answer
            time.sleep(PAUSE)

    def _send(self, path: str, body: object, request_id: str) -> dict[str, str] | None:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "MS-RequestId": request_id,
        }
        asked = urllib.request.Request(f"{self.url}/v1/customers/{CUSTOMER}/{path}", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(asked, timeout=90) as answer:
                text = answer.read().decode("utf-8-sig")
        except urllib.error.HTTPError as refused:
            self._note(refused)
            return None
        except OSError as error:
            with self.tally.lock:
                self.tally.errors[f"no answer: {type(error).__name__}"] += 1
                self.tally.undocumented.append(str(error))
            return None
        with self.tally.lock:
            self.tally.answered_at.append(time.monotonic())
        found: dict[str, str] = json.loads(text) if text else {}
        return found

    def _note(self, refused: urllib.error.HTTPError) -> None:
        text = refused.read().decode(errors="replace")
        told: object = None
        with suppress(ValueError):
            told = json.loads(text)
        is_documented = isinstance(told, dict) and list(told) == REFUSAL and "Retry-After" in refused.headers
        with self.tally.lock:
            self.tally.errors[str(refused.code)] += 1
            if refused.code not in {503, 504} or not is_documented:
                self.tally.undocumented.append(f"{refused.code} {text[:200]}")


def _names(name: str) -> dict[str, object]:
    return {
        "displayName": name.partition("@")[0],
        "passwordProfile": {"password": "Made-up-1!", "forceChangePassword": True},
    }


def take_away(node: Node, how: str) -> None:
    if how == "immediate":
        _as_owner([str(POSTGRES / "pg_ctl"), "stop", "-D", str(node.home / "data"), "-m", "immediate"])
        return
    if how == "machine":
        node.part.is_wanted = False
        node.part.stop(signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(node.postmaster(), signal.SIGKILL)


def _as_owner(command: list[str]) -> None:
    subprocess.run(command, user=unprivileged(), check=True, stdout=subprocess.DEVNULL, cwd="/")


def bring_back(node: Node) -> None:
    """The machine boots again: systemd starts its Patroni, and that is all."""
    node.part.is_wanted = True
    node.part.start()


FOUND = """
import json
from customers.models import CustomerUser
from licensing.ledger import ledger_problems
from licensing.models import LicenseAssignment, SubscribedSku
there = CustomerUser.objects.filter(customer="CUSTOMER", user_principal_name__startswith="RUN-")
print(json.dumps({
    "users": {str(pk): name for pk, name in there.values_list("pk", "user_principal_name")},
    "licensed": [str(pk) for pk in LicenseAssignment.objects.filter(user__in=there).values_list("user", flat=True)],
    "ledger": [str(problem) for problem in ledger_problems()],
}))
"""


def found_in(cluster: Cluster, run_id: str) -> dict[str, object]:
    code = FOUND.replace("CUSTOMER", CUSTOMER).replace("RUN", run_id)
    told: dict[str, object] = json.loads(cluster.manage("shell", "-c", code).splitlines()[-1])
    return told


def report(tally: Tally, found: dict[str, object], taken_at: float) -> list[str]:
    """What was seen, line by line, and the problems."""
    users, licensed = dict(found["users"]), list(found["licensed"])  # type: ignore[call-overload]
    gap = max(
        (later - earlier for earlier, later in zip(tally.answered_at, tally.answered_at[1:], strict=False)), default=0
    )
    lost = [name for user_id, name in tally.created.items() if user_id not in users]
    twice = [name for name, count in Counter(users.values()).items() if count > 1]
    more = sorted(set(users) - set(tally.created))
    lost_licenses = sorted(tally.licensed - set(licensed))
    before = sum(moment < taken_at for moment in tally.answered_at)
    print(f"  acknowledged      {len(tally.created)} users, {len(tally.licensed)} licenses; {before} answers before")
    print(f"  found             {len(users)} users, {len(licensed)} licenses")
    print(f"  errors meanwhile  {dict(sorted(tally.errors.items())) or 'none'}")
    print(f"  longest silence   {gap:.1f} s")
    problems = {
        "acknowledged users are missing": lost,
        "users are there twice": twice,
        "users that nobody was told of": more,
        "acknowledged licenses are missing": lost_licenses,
        "licenses nobody was told of": sorted(set(licensed) - tally.licensed),
        "the ledger": list(found["ledger"]),  # type: ignore[call-overload]
        "errors without the documented body": tally.undocumented,
    }
    return [f"{what}: {values[:3]} ({len(values)})" for what, values in problems.items() if values]


def one_run(cluster: Cluster, *, how: str, clients: int, seconds: float, sku: str, token: str) -> list[str]:
    tally, over = Tally(), threading.Event()
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {how}, {clients} clients, {machine}")
    run_id = f"load{uuid.uuid4().hex[:6]}"
    workers = [
        threading.Thread(target=Client(f"{run_id}-{number}", cluster.url, token, sku, tally, over).work, daemon=True)
        for number in range(clients)
    ]
    for worker in workers:
        worker.start()
    time.sleep(seconds / 2)
    old = cluster.primary()
    if old is None:
        sys.exit("There is no primary to take away.")
    taken_at = time.monotonic()
    take_away(old, how)
    waited = cluster.until(lambda: _other(cluster, old) is not None, "another primary")
    print(f"  {old.name} taken away; another is primary after {waited:.1f} s")
    count = len(tally.answered_at)
    cluster.until(lambda: len(tally.answered_at) > count + clients, "answers after the failover")
    if how == "machine":
        time.sleep(30)
        bring_back(old)
    time.sleep(seconds / 2)
    over.set()
    for worker in workers:
        worker.join(timeout=120)
    cluster.until(lambda: old.role() in {"replica", "primary"}, f"{old.name} in the cluster again")
    healed = cluster.until(cluster.is_synchronous, "a synchronous replica")
    problems = report(tally, found_in(cluster, run_id), taken_at)
    print(f"  {old.name} is a {old.role()} again, and replication is synchronous ({healed:.1f} s after the load ended)")
    for problem in problems:
        print(f"  NOT SO: {problem}")
    return problems


def _other(cluster: Cluster, old: Node) -> Node | None:
    return next((node for node in cluster.nodes if node is not old and node.role() == "primary"), None)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--how", default="kill,immediate,machine", help="one or several, with commas (%(default)s)")
    words.add_argument("--clients", type=int, default=8)
    words.add_argument("--seconds", type=float, default=20, help="of load around each, half before (%(default)s)")
    words.add_argument("--nodes", type=int, default=2)
    words.add_argument("--web", type=int, default=2)
    asked = words.parse_args()
    problems: list[str] = []
    with running(nodes=asked.nodes, web=asked.web) as cluster:
        token = cluster.manage("issue_token", PERSON).strip().splitlines()[-1]
        sku = cluster.manage("shell", "-c", SEATS).strip().splitlines()[-1]
        for how in asked.how.split(","):
            problems += one_run(cluster, how=how, clients=asked.clients, seconds=asked.seconds, sku=sku, token=token)
    print("Everything that was acknowledged is there." if not problems else "NOT everything is as it must be.")
    return 1 if problems else 0


SEATS = f"""
from licensing.models import Product, SeatWindow
product = Product.objects.get(sku_part_number="{PRODUCT}")
SeatWindow.objects.filter(customer="{CUSTOMER}", product=product, kind="active").update(units=1_000_000)
print(product.pk)
"""

if __name__ == "__main__":
    sys.exit(main())
