"""Many at once for ten seats: ten win, all others are told that none is left, and the counter is right.

On PostgreSQL the contestants are threads; on SQLite, where one process takes turns with itself, they are processes.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from licensing.models import LicenseAssignment, SubscribedSku
from licensing.rules import LicenseErrorCode, LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from partnercenter.audit.models import AuditRecord
from tests.cast import principal
from tests.factories import CustomerUserFactory, sku, stock

pytestmark = [pytest.mark.race, pytest.mark.slow]

E3 = "ENTERPRISEPACK"
SEATS, CONTESTANTS, PROCESSES = 10, 32, 8
RACER = Path(__file__).parent / "seat_racer.py"


def test_thirty_two_contestants_share_ten_seats(lasting_world, race):
    world = lasting_world
    stock(world.fabrikam, E3, seats=SEATS)
    stock(world.namesake, E3, seats=SEATS)
    users = CustomerUserFactory.create_batch(CONTESTANTS, customer=world.fabrikam)

    run = between_processes if connection.vendor == "sqlite" else between_threads
    results = run(world, users, race)

    assert Counter(results) == {"won": SEATS, LicenseErrorCode.NO_SEAT_LEFT: CONTESTANTS - SEATS}
    row = SubscribedSku.objects.get(customer=world.fabrikam)
    assert row.consumed_units == row.assignments.count() == LicenseAssignment.objects.count() == SEATS
    assert SubscribedSku.objects.get(customer=world.namesake).consumed_units == 0
    assert AuditRecord.objects.filter(operation="update_customer_user_licenses").count() == SEATS
    winners = {user for user, result in zip(users, results, strict=True) if result == "won"}
    assert {assignment.user for assignment in LicenseAssignment.objects.select_related("user")} == winners


def between_threads(world, users, race):
    def contestant(user):
        update = LicenseUpdate(assign=(LicenseToAssign(sku(E3)),))
        return lambda: update_licenses(by=principal(world.lea), user=user, update=update)

    def crowd_them():
        """Hold the row that counts the seats now and then, so that many stand before it when it is let go."""
        for _ in range(20):
            with transaction.atomic():
                SubscribedSku.objects.select_for_update(no_key=True).get(customer=world.fabrikam)
                time.sleep(0.05)

    *results, _ = race([*(contestant(user) for user in users), crowd_them])
    return [spelled(result) for result in results]


def spelled(result):
    if isinstance(result, LicensingError):
        return ",".join(str(problem.code) for problem in result.problems)
    return "won" if not isinstance(result, Exception) else repr(result)


def between_processes(world, users, race):
    """Every process takes its turn of users; all begin when the last one is ready."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    common = [sys.executable, str(RACER), str(sku(E3)), str(world.lea.pk)]
    shares = [users[start::PROCESSES] for start in range(PROCESSES)]
    racers = [
        subprocess.Popen(
            [*common, *(str(user.pk) for user in share)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for share in shares
    ]
    try:
        for racer in racers:
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            racer.stdin.write("go\n")
            racer.stdin.flush()
        answers = [json.loads(racer.communicate(timeout=120)[0]) for racer in racers]
    finally:
        for racer in racers:
            racer.kill()
            racer.wait()
    result_of = {
        user: result
        for share, answer in zip(shares, answers, strict=True)
        for user, result in zip(share, answer, strict=True)
    }
    return [result_of[user] for user in users]
