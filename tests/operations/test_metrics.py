"""The numbers at /metrics, and who may read them."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection
from prometheus_client.parser import text_string_to_metric_families

from licensing.models import BulkRun, SubscribedSku
from partnercenter import clock
from partnercenter.operations.models import Heartbeat
from tests.factories import stock
from tests.partner_center import Api

DATABASE_SAYS = (
    "partnercenter_database_up",
    "partnercenter_bulk_runs",
    "partnercenter_queue_length",
    "partnercenter_worker_silent_seconds",
    "partnercenter_ledger_age_seconds",
    "partnercenter_seat_drift",
)


def numbers(text):
    """(name, values of its labels in the order of their names) -> value."""
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(client, **headers):
    answer = client.get("/metrics", **headers)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, "text/plain")
    return numbers(answer.content.decode())


def test_a_request_is_counted_by_door_route_method_and_status_never_by_its_path(world, client):
    path = f"/v1/customers/{world.fabrikam.pk}/users"
    door, route = "partner_center_api", "v1/customers/<str:customer_id>/users"
    counted = ("partnercenter_requests_total", door, "GET", route, "200")
    before = read(client).get(counted, 0)
    Api(world.ava).get(path)
    client.get(f"/{world.dana.user_principal_name}/")
    after = read(client)
    assert after[counted] == before + 1
    assert after["partnercenter_request_seconds_count", door, route] >= 1
    text = client.get("/metrics").content.decode()
    assert [name for name in (str(world.fabrikam.pk), world.dana.user_principal_name) if name in text] == []


def test_what_the_database_knows_is_asked_when_it_is_read(lasting_world, client):
    world = lasting_world
    run = BulkRun.objects.create(customer=world.fabrikam, total=1, partner_id=world.contoso.pk)
    run.status, run.leased_until = BulkRun.Status.RUNNING, clock.now() + timedelta(minutes=1)
    run.save()
    stock(world.fabrikam, "ENTERPRISEPACK", seats=5)
    call_command("work", once=True)
    found = read(client)
    assert {row: value for row, value in found.items() if row[0] == "partnercenter_bulk_runs"} == {
        ("partnercenter_bulk_runs", state): float(state == "running") for state in BulkRun.Status.values
    }
    assert found["partnercenter_queue_length",] == 0
    assert found["partnercenter_database_up",] == 1
    assert 0 <= found["partnercenter_worker_silent_seconds",] < 60
    assert found["partnercenter_seat_drift",] == 0
    SubscribedSku.objects.filter(customer=world.fabrikam).update(consumed_units=1)
    call_command("work", once=True)
    assert read(client)["partnercenter_seat_drift",] == 1


def test_an_error_of_the_database_is_counted_at_every_door(world, client):
    kinds = [("partnercenter_database_errors_total", kind) for kind in ("unavailable", "ProgrammingError")]
    before = [read(client).get(kind, 0) for kind in kinds]
    client.force_login(world.ava)
    client.raise_request_exception = False
    api = Api(world.ava)
    api.client.raise_request_exception = False
    answers = []

    def fail_with(error):
        def refuse(execute, sql, params, many, context):
            if "customers_customer" in sql:
                raise error
            return execute(sql, params, many, context)

        return connection.execute_wrapper(refuse)

    for error in (OperationalError("gone"), ProgrammingError("a mistake")):
        with fail_with(error):
            answers += [client.get("/customers/").status_code, api.get("/v1/customers").status_code]
    assert answers == [503, 503, 500, 500]
    assert [read(client)[kind] for kind in kinds] == [count + 2 for count in before]


def test_with_the_database_away_the_other_numbers_are_still_there(db, client):
    def refuse(*_):
        raise OperationalError("gone")

    client.get("/healthz")
    with connection.execute_wrapper(refuse):
        found = read(client)
    assert {row: value for row, value in found.items() if row[0] in DATABASE_SAYS} == {DATABASE_SAYS[:1]: 0}
    assert ("partnercenter_requests_total", "operations", "GET", "healthz", "200") in found


def test_what_nothing_was_seen_of_has_no_number(db, client):
    assert Heartbeat.objects.count() == 0
    names = {row[0] for row in read(client)}
    assert names & set(DATABASE_SAYS) == set(DATABASE_SAYS[:3])


def test_a_look_at_the_numbers_asks_the_same_queries_however_much_there_is(world, client, django_assert_num_queries):
    for rows in (1, 3):
        BulkRun.objects.bulk_create(
            BulkRun(customer=world.fabrikam, total=1, partner_id=world.contoso.pk) for _ in range(rows)
        )
        with django_assert_num_queries(3):
            client.get("/metrics")


TOKEN = "a-token-for-the-numbers"


@pytest.fixture
def outside(settings):
    """Not the demo, with nobody allowed yet."""
    settings.DEMO_MODE = False
    return settings


def test_outside_of_the_demo_the_numbers_are_not_there_for_anybody_by_default(db, client, outside):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_token_opens_the_numbers_and_nothing_else_does(db, client, outside):
    outside.METRICS_TOKEN = TOKEN
    answers = {
        sent: client.get("/metrics", headers={"Authorization": sent}).status_code
        for sent in ("", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é")
    }
    assert set(answers.values()) == {404}, answers
    assert read(client, headers={"Authorization": f"Bearer {TOKEN}"})["partnercenter_database_up",] == 1


def test_an_allowed_network_opens_the_numbers_and_what_a_client_claims_does_not(db, client, outside):
    outside.METRICS_ADDRESSES = ["10.1.0.0/16", "::1"]
    for address, status in {"10.1.2.3": 200, "::1": 200, "10.2.0.1": 404, "": 404, "unix:": 404}.items():
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == status, address
    assert client.get("/metrics", REMOTE_ADDR="10.2.0.1", headers={"X-Forwarded-For": "10.1.2.3"}).status_code == 404


TWO_PROCESSES = """
import os, django
django.setup()
from django.test import Client
client = Client(headers={'host': 'localhost'})
def ask(): client.get("/healthz")
child = os.fork()
if not child:
    ask(); ask()
    os._exit(0)
os.waitpid(child, 0)
ask()
print(client.get("/metrics").content.decode())
"""


def test_processes_that_share_a_folder_share_their_numbers(tmp_path):
    more = {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DATABASE_URL": "sqlite://:memory:",
    }
    answer = subprocess.run(
        [sys.executable, "-c", TWO_PROCESSES],
        cwd=django_settings.BASE_DIR,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=True,
    )
    assert numbers(answer.stdout)["partnercenter_requests_total", "operations", "GET", "healthz", "200"] == 3
