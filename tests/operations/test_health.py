"""What /healthz and /readyz say, and when they say it."""

from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from licensing.models import BulkRun
from partnercenter import clock
from partnercenter.operations import health
from partnercenter.operations.models import Heartbeat
from partnercenter.operations.services import beat

ALL_FINE = {"database": "ok", "migrations": "ok", "disk": "ok", "worker": "ok"}
Usage = namedtuple("Usage", "free")  # noqa: PYI024  as little of it as is asked for


def ready(client):
    answer = client.get("/readyz")
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    return answer.status_code, answer.json()


@pytest.fixture
def worker(db):
    beat(Heartbeat.Name.WORKER)
    return Heartbeat.objects.get()


@pytest.fixture
def database_away(db):
    def refuse(*_):
        raise OperationalError("connection to server at 10.0.0.7, user partnercenter, failed")

    with connection.execute_wrapper(refuse):
        yield


def test_a_living_process_is_healthy_whatever_its_database_does(client, database_away):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_everything_in_order_is_ready(client, worker):
    assert ready(client) == (200, {"status": "ok", "checks": ALL_FINE})


def test_without_its_database_a_process_is_not_ready_and_says_nothing_of_it(client, database_away):
    silent = "The database did not answer."
    checks = {"database": silent, "migrations": silent, "disk": "ok", "worker": silent}
    assert ready(client) == (503, {"status": "not ready", "checks": checks})


def test_a_migration_that_is_not_applied_yet_keeps_it_from_being_ready(client, worker):
    MigrationRecorder(connection).record_unapplied("customers", "0001_initial")
    status, body = ready(client)
    assert (status, body["status"]) == (503, "not ready")
    assert body["checks"] == ALL_FINE | {
        "migrations": "1 migrations are not applied: run `manage.py prepare`, or let the one that runs end."
    }


def test_a_full_disk_keeps_it_from_being_ready(client, worker, settings, monkeypatch):
    settings.READY_FREE_MEGABYTES = 100
    free = 100 * 1024 * 1024
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: Usage(free))
    assert ready(client)[0] == 200
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: Usage(free - 1))
    status, body = ready(client)
    assert (status, body["checks"]["disk"]) == (503, "Less than 100 MB are free on a disk that is written to.")


def test_a_disk_that_cannot_be_asked_keeps_it_from_being_ready(client, worker, monkeypatch, tmp_path):
    monkeypatch.setattr(health, "_written_folders", lambda: {tmp_path / "gone"})
    status, body = ready(client)
    assert (status, body["checks"]["disk"]) == (503, "A folder can't be read.")


def test_a_worker_that_was_never_seen_is_said_but_pages_go_on(client, db):
    checks = ALL_FINE | {"worker": "No background worker was ever seen: start `manage.py work`."}
    assert ready(client) == (200, {"status": "degraded", "checks": checks})


def test_a_worker_that_is_silent_is_said_but_pages_go_on(client, worker):
    Heartbeat.objects.update(seen_at=clock.wall() - timedelta(seconds=59))
    assert ready(client)[1]["checks"] == ALL_FINE
    Heartbeat.objects.update(seen_at=clock.wall() - timedelta(seconds=3600.5))
    checks = ALL_FINE | {"worker": "The background worker was last seen 3600 seconds ago: long runs wait."}
    assert ready(client) == (200, {"status": "degraded", "checks": checks})


def test_an_emulated_time_that_stands_still_hides_no_dead_worker(client, worker):
    Heartbeat.objects.update(seen_at=clock.wall() - timedelta(hours=1))
    with clock.frozen(clock.wall() - timedelta(hours=1)):
        assert ready(client)[1]["status"] == "degraded"


def test_a_worker_in_the_middle_of_a_long_run_lives(world, client, worker):
    Heartbeat.objects.update(seen_at=clock.wall() - timedelta(hours=1))
    run = BulkRun.objects.create(customer=world.fabrikam, total=1, partner_id=world.contoso.pk)
    run.status, run.leased_until = BulkRun.Status.RUNNING, clock.now() + timedelta(minutes=1)
    run.save()
    assert ready(client)[1]["checks"]["worker"] == "ok"


def test_only_looking_is_allowed(client, db):
    assert [client.post(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [405, 405, 405]
