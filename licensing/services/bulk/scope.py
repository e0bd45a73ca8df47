"""A stretch of a run's items, by the ids of their users: what it holds, and marking it."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from licensing.models import BulkRun, BulkRunItem
from licensing.services.bulk import sql
from licensing.services.bulk.evaluation import USER_NAME, Case
from partnercenter.errors import Problem

State = BulkRunItem.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Items beyond `after` up to `until`; with `cases` only those of such users."""

    customer_id: uuid.UUID
    run_id: uuid.UUID
    after: uuid.UUID
    until: uuid.UUID
    only: tuple[Case, ...] | None = None

    @property
    def all(self) -> tuple[str, list[Any]]:
        """The condition on `i`, whatever the state, and its parameters."""
        condition = "i.customer_id = %s AND i.run_id = %s AND i.user_id > %s AND i.user_id <= %s"
        return condition, [self.customer_id, self.run_id, self.after, self.until]

    @property
    def planned(self) -> tuple[str, list[Any]]:
        """The same for items that wait to be done."""
        condition, params = self.all
        condition, params = f"{condition} AND i.state = %s", [*params, State.PLANNED.value]
        if self.only is None:
            return condition, params
        pairs = " OR ".join(["(i.before = %s AND i.target = %s)"] * len(self.only))
        return f"{condition} AND ({pairs})", [
            *params,
            *(text for case in self.only for text in (case.before, case.target)),
        ]

    def of(self, cases: Iterable[Case]) -> "Scope":
        return replace(self, only=tuple(cases))

    def cases(self) -> dict[Case, int]:
        condition, params = self.planned
        rows = sql.fetch(
            f"SELECT i.before, i.target, count(*) FROM {sql.ITEMS} i WHERE {condition} GROUP BY i.before, i.target",  # noqa: S608
            params,
        )
        return {Case(before=before, target=target): users for before, target, users in rows}

    def states(self) -> Counter[str]:
        condition, params = self.all
        rows = sql.fetch(
            f"SELECT i.state, count(*) FROM {sql.ITEMS} i WHERE {condition} GROUP BY i.state",  # noqa: S608
            params,
        )
        return Counter(dict(rows))

    def set_state(self, state: State) -> None:
        condition, params = self.planned
        sql.execute(f"UPDATE {sql.ITEMS} AS i SET state = %s WHERE {condition}", [state.value, *params])  # noqa: S608

    def refuse(self, problems: Collection[Problem], *, also: str = "", params: Iterable[Any] = ()) -> int:
        """Mark them as failed, with the name of each in its sentence; `also` narrows down whom."""
        condition, own = self.planned
        text = " ".join(problem.message for problem in problems)
        name = f"SELECT u.display_name FROM {sql.USERS} u WHERE u.id = i.user_id"  # noqa: S608
        named = f"replace(%s, '{USER_NAME}', coalesce(({name}), ''))"
        return sql.execute(
            f"UPDATE {sql.ITEMS} AS i SET state = %s, code = %s, problem = {named} WHERE {condition}{also}",  # noqa: S608
            [State.FAILED.value, str(next(iter(problems)).code), text, *own, *params],
        )


def next_scope(run: BulkRun, *, size: int) -> Scope | None:
    """The next `size` items beyond the run's cursor; None at the end."""
    beyond = BulkRunItem.objects.filter(customer_id=run.customer_id, run=run, user_id__gt=run.cursor)
    ids = beyond.order_by("user_id").values_list("user_id", flat=True)
    until = ids[size - 1 : size].first() or ids.last()
    if until is None:
        return None
    return Scope(customer_id=run.customer_id, run_id=run.pk, after=run.cursor, until=until)
