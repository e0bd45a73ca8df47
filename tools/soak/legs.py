"""The two legs, and what each proves."""

import argparse
import os
import platform
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from book import Book, problems, summary
from machines import Postgres, Site, site

CLIENTS = 16
USERS_EACH = 25
CROWD = 1_200  # more than a web process does by itself
RUNS_END = 240  # seconds for bulk runs to end after the last fault
DISK_MEGABYTES = 64
Options = argparse.Namespace


def on_postgres(folder: Path, options: Options) -> int:
    home = folder / "pg"
    home.mkdir()
    postgres = Postgres(home)
    postgres.start()
    try:
        with site(folder, postgres.url, servers=options.servers, workers=options.workers) as found:
            return _leg(
                "PostgreSQL", found, postgres.url, lambda ended: _break(found, postgres, ended, options.minutes)
            )
    finally:
        postgres.stop()


def _break(found: Site, postgres: Postgres, ended: threading.Event, minutes: float) -> Iterable[str]:
    from faults import Faults

    faults = Faults(found, postgres, ended)
    faults.start()
    until = time.monotonic() + 60 * minutes
    while time.monotonic() < until:
        time.sleep(1)
    ended.set()
    faults.join()
    for name, times in sorted(faults.done.items()):
        yield f"{name}: {times} times, all servers ready again after {faults.recovery[name]:.1f} s at most"
    yield f"programs that ended and were started anew: {sum(program.restarts for program in found.programs)}"
    yield from (f"PROBLEM {problem}" for problem in faults.problems)


def on_a_full_disk(folder: Path, options: Options) -> int:
    if os.geteuid() != 0:
        print("The leg with a full disk needs root, to mount a small file system. It was not run.")
        return 0
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", disk], check=True)  # noqa: S607
    try:
        url = f"sqlite:///{disk / 'portal.sqlite3'}"
        with site(folder, url, servers=1, workers=2) as found:
            return _leg("SQLite on a disk that fills up", found, url, lambda ended: _fill(found, disk, ended))
    finally:
        # Lazily: this process has looked into the database itself.
        subprocess.run(["umount", "--lazy", disk], check=True)  # noqa: S607  wherever it is


def _fill(found: Site, disk: Path, ended: threading.Event) -> Iterable[str]:
    """Three times full and free again. What fills it is written until nothing more fits, over and over."""
    ballast = disk / "ballast"
    for _ in range(3):
        time.sleep(20)
        full_until = time.monotonic() + 20
        while time.monotonic() < full_until:
            _write_until_full(ballast)
            time.sleep(0.2)
        yield f"full: ready {found.is_ready()} (False is right)"
        if found.is_ready():
            yield "PROBLEM a server says that it is ready while its disk is full"
        ballast.unlink()
        yield f"free again: ready after {found.wait(60):.1f} s, without a restart"
    time.sleep(20)
    ended.set()
    yield f"programs that ended and were started anew: {sum(program.restarts for program in found.programs)}"


def _write_until_full(ballast: Path) -> None:
    with ballast.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            return


def _leg(title: str, found: Site, database_url: str, course: Callable[[threading.Event], Iterable[str]]) -> int:
    os.environ |= {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "partnercenter.settings"}
    import django

    django.setup()
    from clients import Bulk, Client, Clock
    from wire import Servers

    found.wait(120)
    groups, crowd, names = _users()
    book, ended, servers = Book(), threading.Event(), Servers(found.urls)
    book.names = {user: {name} for user, name in names.items()}
    book.licensed = {user: {False} for user in names}
    clients = [
        *(Client(number, groups[number], servers, book, ended) for number in range(CLIENTS - 2)),
        Bulk(CLIENTS - 2, crowd, servers, book, ended),
        Clock(CLIENTS - 1, [], servers, book, ended),
    ]
    began = time.monotonic()
    for client in clients:
        client.start()
    lines = list(course(ended))
    ended.set()
    for client in clients:
        client.join(timeout=150)
    lines += [f"PROBLEM {client.name} hangs" for client in clients if client.is_alive()]
    lines.append(f"ready in the end after {found.wait(120):.1f} s")
    waited = _wait_for_runs(found)
    lines.append(f"bulk runs that were under way ended within {waited:.0f} s")
    wrong = [*problems(book), *book.strange]
    print(
        f"{title}, {CLIENTS} clients, {len(found.urls)} servers, {time.monotonic() - began:.0f} s", _machine(), sep="\n"
    )
    for line in [*summary(book), *lines]:
        print(f"  {line}")
    wrong += [line for line in lines if line.startswith("PROBLEM")]
    for line in wrong[:40]:
        print(f"  WRONG {line}")
    print(
        f"  {len(wrong)} wrong"
        if wrong
        else "  nothing lost, nothing done twice, no seat astray, every body as documented"
    )
    sys.stdout.flush()
    return 1 if wrong else 0


def _users() -> tuple[list[list[str]], list[str], dict[str, str]]:
    """Users of Adventure Works for each client, emails of many others, and what those of the clients are called.

    There are seats enough for all.
    """
    from django.db import connection

    from customers.models import CustomerUser
    from licensing.models import Subscription
    from licensing.services.subscriptions import add_seats
    from partnercenter.accounts.principals import system
    from partnercenter.demo import ids
    from partnercenter.demo.products import POWER_BI_PRO, VISIO_PLAN_2

    for product in (POWER_BI_PRO, VISIO_PLAN_2):
        bought = Subscription.objects.filter(customer=ids.ADVENTURE_WORKS, product__sku_id=product)[0]
        add_seats(by=system("soak"), subscription=bought, quantity=3_000)
    people = CustomerUser.objects.alive().filter(customer=ids.ADVENTURE_WORKS).exclude(usage_location="")
    mine = people.filter(last_directory_sync_at=None).exclude(license_assignments__subscribed_sku__product=POWER_BI_PRO)
    names = {
        str(pk): name for pk, name in mine.order_by("pk").values_list("pk", "display_name")[: CLIENTS * USERS_EACH]
    }
    others = people.exclude(pk__in=names).exclude(license_assignments__subscribed_sku__product=VISIO_PLAN_2)
    crowd = list(others.order_by("pk").values_list("user_principal_name", flat=True)[:CROWD])
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()  # those of this process take no part
    return [list(names)[number::CLIENTS] for number in range(CLIENTS)], crowd, names


def _wait_for_runs(found: Site) -> float:
    from licensing.models import BulkRun

    began = time.monotonic()
    open_runs = BulkRun.objects.filter(status__in=[BulkRun.Status.WAITING, BulkRun.Status.RUNNING])
    while open_runs.exists() and time.monotonic() - began < RUNS_END:
        found.keep()
        time.sleep(1)
    return time.monotonic() - began


def _machine() -> str:
    now = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    return (
        f"  {now}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


LEGS = {"postgres": on_postgres, "disk": on_a_full_disk}


def run(leg: str, folder: Path, options: Options) -> int:
    """The exit code; 2 where the soak itself failed."""
    try:
        return LEGS[leg](folder, options)
    except BaseException:  # noqa: BLE001  it ends a process that was forked
        traceback.print_exc()
        return 2
    finally:
        sys.stdout.flush()
