"""Several threads at one database. Needs `transactional_db`: other threads see only what is committed."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection


@pytest.fixture
def race(transactional_db) -> Callable[[Sequence[Callable[[], object]]], list[object]]:
    """`race([f, g])` calls all at the same moment and returns what each returned or raised, in order."""

    def run(contestants):
        start = Barrier(len(contestants))

        def contest(contestant):
            start.wait(timeout=30)
            try:
                return contestant()
            except Exception as problem:  # noqa: BLE001  the loser's error is the result
                return problem
            finally:
                connection.close()  # this thread's own connection

        with ThreadPoolExecutor(len(contestants)) as pool:
            return list(pool.map(contest, contestants))

    return run
