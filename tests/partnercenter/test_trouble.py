"""A database that is too slow, gone or full: every door says so in its own body, and nobody sees a bare 500."""

import sqlite3
import time
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client

from customers.models import CustomerUser
from partnercenter.portal.management.commands.migrate import patient
from partnercenter.transactions import whole
from partnercenter.trouble import Trouble, Unavailable, trouble_of
from tests.cast import principal
from tests.graph import Graph, refusal
from tests.partner_center import Api, body_of, code_of
from tests.portal.html import parse

pytestmark = pytest.mark.race
IS_POSTGRES = connection.vendor == "postgresql"


@contextmanager
def too_slow():
    """No statement about users comes to its end in time."""
    if not IS_POSTGRES:
        connection.ensure_connection()
        connection.connection.set_progress_handler(lambda: 1, 1)  # SQLite asks it whether to go on
        try:
            yield
        finally:
            connection.connection.set_progress_handler(None, 1)
        return
    locked, over = Event(), Event()

    def lock_users():
        with transaction.atomic():
            sql("LOCK TABLE customers_customeruser IN ACCESS EXCLUSIVE MODE")
            locked.set()
            over.wait(timeout=60)
        connection.close()

    holder = Thread(target=lock_users)
    holder.start()
    assert locked.wait(timeout=60)
    sql("SET statement_timeout = '50ms'")
    try:
        yield
    finally:
        over.set()
        holder.join()
        connection.close()
        connection.close_pool()  # whichever of its connections has the limit


def sql(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_what_takes_too_long_is_a_gateway_timeout_at_every_door(lasting_world):
    world = lasting_world
    v1, graph = Api(world.ava), Graph(world.ava, at=world.fabrikam)
    browser = Client(raise_request_exception=False)  # who is signed in is asked outside of any view
    v1.client.force_authenticate(world.ava, v1.principal({}))
    graph.client.force_authenticate(world.ava, graph.principal())
    browser.force_login(world.ava, backend="django.contrib.auth.backends.ModelBackend")
    with too_slow():
        by_v1 = v1.client.get(f"/v1/customers/{world.fabrikam.pk}/users")
        by_graph = graph.client.get("/v1.0/users")
        page = browser.get(f"/customers/{world.fabrikam.pk}/users/")
        tenant = browser.get("/tenant/", headers={"Cookie": "tenant_session=somebody"})
    assert code_of(by_v1) == (504, 800003)
    (told,) = body_of(by_v1)["data"]
    assert told.startswith("The database was given up on, because this took longer than it may; nothing was saved.")
    assert refusal(by_graph) == (504, "Service_Timeout")
    document, _ = parse(page.content.decode())
    assert (page.status_code, document.all("h1")[0].text) == (504, "This took too long")
    assert {answer["Retry-After"] for answer in (by_v1, by_graph, page)} == {"2"}
    assert tenant.status_code in ({200, 302} if IS_POSTGRES else {504})


def test_a_line_that_was_cut_is_told_and_the_next_request_has_another(lasting_world):
    world = lasting_world
    v1 = Api(world.ava)
    v1.client.force_authenticate(world.ava, v1.principal({}))
    path, body = f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}", b'{"displayName": "D."}'
    cut()
    answer = v1.client.patch(path, body, content_type="application/json")
    assert code_of(answer) == (503, 800003)
    assert body_of(answer)["data"][0].startswith("The database can't be reached just now.")
    connection.close()  # as the end of a request does
    assert v1.client.patch(path, body, content_type="application/json").status_code == 200


def cut() -> None:
    """Nothing can be written over this thread's connection any more; on PostgreSQL, because it is gone."""
    if not IS_POSTGRES:
        sql("PRAGMA query_only = ON")
        return
    ((own,),) = sql("SELECT pg_backend_pid()")

    def terminate():
        sql(f"SELECT pg_terminate_backend({own})")
        connection.close()

    other = Thread(target=terminate)
    other.start()
    other.join()
    time.sleep(0.1)


def test_the_token_service_asks_to_come_again_later(lasting_world):
    client = Client()
    with broken_reads():
        answer = client.post("/contoso-partners.example/oauth2/v2.0/token", {"grant_type": "client_credentials"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert (answer.json()["error"], answer.json()["error_codes"]) == ("temporarily_unavailable", [90033])


@contextmanager
def broken_reads():
    """Nothing can be read at all."""
    if IS_POSTGRES:
        cut()
        yield
        connection.close()
    else:
        with too_slow():
            yield


def test_a_session_that_cannot_be_stored_shows_the_page_too(lasting_world):
    """What fails outside of a view comes to the handler of mistakes."""
    browser = Client(raise_request_exception=False)

    def failing_save(run, statement, params, many, context):
        if "django_session" in statement and not statement.startswith("SELECT"):
            cut()
        return run(statement, params, many, context)

    with connection.execute_wrapper(failing_save):
        answer = browser.post(
            f"/customers/{lasting_world.fabrikam.pk}/account/bill-to/", {"first_name": "kept for after the sign-in"}
        )
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    connection.close()


def test_the_limits_of_the_settings_hold_on_every_connection(db):
    if not IS_POSTGRES:
        assert sql("PRAGMA busy_timeout") == [(20_000,)]
        return
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    assert [sql(f"SHOW {name}")[0][0] for name in names] == ["30s", "10s", "1min"]
    with patient("default"):
        assert [sql(f"SHOW {name}")[0][0] for name in names] == ["0", "5s", "0"]
    assert [sql(f"SHOW {name}")[0][0] for name in names] == ["30s", "10s", "1min"]


def test_migrations_run_without_the_limit(transactional_db):
    call_command("migrate", "--check", verbosity=0)


def test_a_transaction_that_idles_loses_its_line_and_not_more(lasting_world):
    """SQLite has no such limit: whoever holds its lock has it until the process ends."""

    @whole
    def dawdle():
        CustomerUser.objects.filter(pk=lasting_world.dana.pk).update(display_name="Dawdling")
        if not IS_POSTGRES:
            raise Unavailable(Trouble.AWAY)
        sql("SET idle_in_transaction_session_timeout = '20ms'")
        time.sleep(0.3)
        CustomerUser.objects.count()

    with pytest.raises(Unavailable) as told:
        dawdle()
    assert told.value.trouble is Trouble.AWAY
    connection.close()
    assert CustomerUser.objects.get(pk=lasting_world.dana.pk).display_name == "Dana Hudecova"
    assert principal(lasting_world.ava).name


def test_each_state_of_the_driver_is_the_trouble_it_means():
    def by_state(state: str) -> Trouble | None:
        return trouble_of(caused(OperationalError, psycopg.errors.lookup(state)()))

    def by_code(code: int) -> Trouble | None:
        cause = sqlite3.OperationalError("x")
        cause.sqlite_errorcode = code
        return trouble_of(caused(OperationalError, cause))

    assert [by_state(state) for state in ("40001", "40P01", "55P03")] == [Trouble.CONTENTION] * 3
    assert [by_state(state) for state in ("25006", "25P03", "57P01", "57P03", "08006", "08P01")] == [Trouble.AWAY] * 6
    assert [by_state(state) for state in ("53100", "53200", "53300")] == [Trouble.FULL] * 3
    assert [by_state(state) for state in ("57014", "23505", "42601")] == [Trouble.SLOW, None, None]
    assert by_code(sqlite3.SQLITE_BUSY) == by_code(sqlite3.SQLITE_BUSY_SNAPSHOT) == Trouble.CONTENTION
    assert by_code(sqlite3.SQLITE_FULL) is Trouble.FULL
    assert by_code(sqlite3.SQLITE_CONSTRAINT) is None
    assert (
        trouble_of(caused(OperationalError, psycopg.OperationalError("server closed the connection"))) is Trouble.AWAY
    )
    assert trouble_of(ValueError()) is None


def caused(kind: type[DatabaseError], cause: Exception) -> DatabaseError:
    error = kind("x")
    error.__cause__ = cause
    return error
