"""What happens when two meet in the database: both go through where that can be, and doors say so where it can't."""

from collections.abc import Callable
from contextlib import contextmanager
from threading import Barrier, Event, Thread

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from psycopg.errors import SerializationFailure

from customers.models import Customer, CustomerUser
from customers.services.sign_in import set_sign_in_blocked
from licensing.models import SubscribedSku
from partnercenter.transactions import MOST_ATTEMPTS, again, whole
from partnercenter.trouble import Trouble, Unavailable
from tests.cast import principal
from tests.factories import stock
from tests.graph import Graph, refusal
from tests.partner_center import Api, body_of, code_of
from tests.portal.selecting import carry_out, results, start

pytestmark = pytest.mark.race
E3, E5 = "ENTERPRISEPACK", "SPE_E5"
IS_POSTGRES = connection.vendor == "postgresql"


class Unlucky(OperationalError):
    """What Django makes of PostgreSQL's word for "somebody was in the way", for a moment of the test's choice."""

    def __init__(self) -> None:
        super().__init__("in the way")
        self.__cause__ = SerializationFailure()


@contextmanager
def held(take: Callable[[], object], *, until: Event | None = None):
    """Somebody else has taken what `take` locks, and lets it go afterwards, or at the event if that is earlier."""
    taken, over = Event(), until or Event()

    def hold():
        with transaction.atomic():
            take()
            taken.set()
            over.wait(timeout=60)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    assert taken.wait(timeout=60)
    try:
        yield
    finally:
        over.set()
        holder.join()


@contextmanager
def impatient(milliseconds: int = 30):
    """Only so long does the connection of this thread wait for a lock."""
    before = "RESET lock_timeout" if IS_POSTGRES else "PRAGMA busy_timeout = 20000"
    sql(f"SET lock_timeout = '{milliseconds}ms'" if IS_POSTGRES else f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        sql(before)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def lock_of(user: CustomerUser) -> Callable[[], object]:
    """On SQLite it is everything that is locked."""
    return lambda: CustomerUser.objects.filter(pk=user.pk).update(modified_at=F("modified_at"))


def test_two_that_wait_for_each_other_both_go_through(lasting_world, race):
    """Two services take the same two rows, each the other's first one first: a deadlock, unless the database has one
    lock for all.
    """
    first, second = (stock(lasting_world.fabrikam, part, seats=9) for part in (E3, E5))
    both_hold_one, attempts = Barrier(2), []

    @whole
    def buy(*rows):
        attempts.append(rows)
        for number, row in enumerate(rows):
            SubscribedSku.objects.filter(pk=row.pk).update(consumed_units=F("consumed_units") + 1)
            if IS_POSTGRES and number == 0 and len(attempts) <= 2:
                both_hold_one.wait(timeout=60)

    assert race([lambda: buy(first, second), lambda: buy(second, first)]) == [None, None]
    assert len(attempts) == (3 if IS_POSTGRES else 2)
    assert sorted(SubscribedSku.objects.values_list("consumed_units", flat=True)) == [2, 2]


def test_two_that_read_before_they_write_lose_nothing(lasting_world, race):
    """By snapshots, PostgreSQL refuses the second writer with a serialization failure; SQLite lets one in at a time."""
    row = stock(lasting_world.fabrikam, E3, seats=9)
    both_have_read, attempts = Barrier(2), []

    @whole
    def buy():
        attempts.append(1)
        if IS_POSTGRES:
            sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        read = SubscribedSku.objects.get(pk=row.pk).consumed_units
        if IS_POSTGRES and len(attempts) <= 2:
            both_have_read.wait(timeout=60)
        SubscribedSku.objects.filter(pk=row.pk).update(consumed_units=read + 1)

    assert race([buy, buy]) == [None, None]
    assert len(attempts) == (3 if IS_POSTGRES else 2)
    assert SubscribedSku.objects.get().consumed_units == 2


def test_who_finds_a_lock_taken_gets_in_when_it_is_let_go(lasting_world):
    dana, let_go, attempts = lasting_world.dana, Event(), []

    @whole
    def block(user):
        attempts.append(1)
        if len(attempts) == 2:
            let_go.set()
        return set_sign_in_blocked(by=principal(lasting_world.ava), user=user, blocked=True)

    with held(lock_of(dana), until=let_go), impatient(100):
        # On SQLite the lock is asked for before the service begins.
        if not IS_POSTGRES:
            Thread(target=let_go.set).start()
        assert block(dana)
    assert CustomerUser.objects.get(pk=dana.pk).sign_in_blocked


def test_what_a_service_set_on_what_it_was_given_is_taken_back_before_it_begins_again(lasting_world):
    customer, seen = lasting_world.fabrikam, []

    @whole
    def rename(customer: Customer, others: list[Customer]):
        seen.append((customer.company_name, others[0].company_name, customer._state.adding))
        customer.company_name = others[0].company_name = "Renamed"
        customer._state.adding = True
        if len(seen) == 1:
            raise Unlucky
        return customer.company_name

    assert rename(customer, others=[lasting_world.northwind]) == "Renamed"
    assert seen == [(seen[0][0], seen[0][1], False)] * 2
    assert customer.company_name == "Renamed"


def test_an_iterator_is_there_for_the_second_attempt_too(lasting_world):
    seen = []

    @whole
    def read(numbers):
        seen.append(list(numbers))
        if len(seen) == 1:
            raise Unlucky

    read(iter([1, 2]))
    assert seen == [[1, 2], [1, 2]]


def test_what_would_fail_again_is_not_tried_again(lasting_world):
    attempts = []

    @whole
    def create_twice():
        attempts.append(1)
        Customer.objects.create(pk=lasting_world.fabrikam.pk)

    with pytest.raises(IntegrityError):
        create_twice()
    assert len(attempts) == 1


def test_it_is_given_up_after_a_few_attempts(lasting_world):
    attempts = []

    def work():
        attempts.append(1)
        raise Unlucky

    with pytest.raises(Unavailable) as given_up:
        again(work)
    assert (given_up.value.trouble, len(attempts)) == (Trouble.CONTENTION, MOST_ATTEMPTS)


def test_who_stays_in_the_way_gives_the_answer_of_the_door_and_changes_nothing(lasting_world):
    world = lasting_world
    stock(world.fabrikam, E3, seats=9)
    user = f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}"
    v1, graph = Api(world.ava), Graph(world.ava, at=world.fabrikam)
    page = start(world.ava, "block", world.dana)
    with held(lock_of(world.dana)), impatient():
        by_v1 = v1.patch(user, {"displayName": "D."})
        by_graph = graph.patch(f"/v1.0/users/{world.dana.pk}", {"displayName": "D."})
        replayed = v1.patch(user, {"displayName": "D."}, **{"MS-RequestId": "6a0b3a52-0000-4000-8000-000000000001"})
        if IS_POSTGRES:  # on SQLite nobody can note down what came of it
            told = results(carry_out(page))["Dana Hudecova"]
            assert told[0] == "Failed"
            assert told[1].startswith("Others were changing the same things at the same moment, so nothing was saved.")
        else:
            answer = page.form_with("csrfmiddlewaretoken").submit({})
            assert (answer.status, answer.headline) == (503, "Somebody else was faster")
            assert answer.response["Retry-After"] == "2"
    for answer in (by_v1, replayed):
        assert code_of(answer) == (503, 800003)
        assert answer["Retry-After"] == "2"
        assert body_of(answer)["data"][0].startswith("Others were changing the same things")
    assert refusal(by_graph) == (503, "Service_Unavailable")
    assert by_graph["Retry-After"] == "2"
    after = CustomerUser.objects.get(pk=world.dana.pk)
    assert (after.display_name, after.sign_in_blocked, after.version) == ("Dana Hudecova", False, world.dana.version)
    sent_again = v1.patch(user, {"displayName": "D."}, **{"MS-RequestId": "6a0b3a52-0000-4000-8000-000000000001"})
    assert sent_again.status_code == 200
