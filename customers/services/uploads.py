"""Uploads of users: keep the rows, mend them, then create each user once, all or nothing."""

import json
import uuid
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from customers.models import Customer, UploadRow, UserUpload
from customers.permissions import CustomerPermission
from customers.services.add_user import add_user
from customers.services.handover import seal
from customers.services.upload_judge import Judge, batched
from customers.sheet import Sheet
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.errors import Conflict, DomainError, NotFound, Problem
from partnercenter.transactions import as_a_whole, whole

State = UploadRow.State
AT_ONCE = 500
CELLS = ("first_name", "last_name", "display_name", "email", "location", "roles", "licenses")


@whole
def keep_sheet(*, by: Principal, customer: Customer, sheet: Sheet, file_name: str) -> UserUpload:
    """The file's rows, judged; nobody is created."""
    access.require(by, customer, CustomerPermission.CREATE_USERS)
    if by.user is None:
        raise NotFound(Problem("upload_not_found", "An upload belongs to a person."))
    upload = UserUpload.objects.create(
        customer=customer, made_by=by.user, file_name=file_name[:200], ignored_columns=sheet.ignored
    )
    cells = [dict(row.cells) | ({"surplus": "1"} if row.surplus else {}) for row in sheet.rows]
    problems = Judge(by, customer, {}).problems_of(cells)
    rows = (
        UploadRow(upload=upload, number=row.number, cells=kept, problems=wrong, has_problems=bool(wrong))
        for row, kept, wrong in zip(sheet.rows, cells, problems, strict=True)
    )
    for some in batched(rows, AT_ONCE):
        UploadRow.objects.bulk_create(some)
    return upload


@whole
def mend_rows(
    *,
    by: Principal,
    upload: UserUpload,
    cells: Mapping[uuid.UUID, Mapping[str, str]],
    dropped: Sequence[uuid.UUID] = (),
    defaults: Mapping[str, list[str]] | None = None,
) -> None:
    """Put typed cells into rows, take rows out, set what counts for all; then judge every row anew."""
    access.require(by, upload.customer, CustomerPermission.CREATE_USERS)
    open_rows = _open(upload)
    open_rows.filter(pk__in=list(dropped)).delete()
    for row in open_rows.filter(pk__in=list(cells)):
        row.cells = {name: cells[row.pk].get(name, "")[:2000] for name in CELLS}
        row.save(update_fields=["cells"])
    if defaults is not None:
        upload.defaults = dict(defaults)
        upload.save(update_fields=["defaults"])
    judge_again(by=by, upload=upload)


def judge_again(*, by: Principal, upload: UserUpload) -> None:
    """The tenant may have changed since; a row that failed waits again."""
    rows = list(_open(upload))
    problems = Judge(by, upload.customer, upload.defaults).problems_of([row.cells for row in rows])
    changed = []
    for row, wrong in zip(rows, problems, strict=True):
        if row.problems != wrong or row.state != State.WAITING:
            row.problems, row.has_problems = wrong, bool(wrong)
            row.state, row.message = State.WAITING, ""
            changed.append(row)
    UploadRow.objects.bulk_update(changed, ["problems", "has_problems", "state", "message"], batch_size=AT_ONCE)


def _open(upload: UserUpload) -> QuerySet[UploadRow]:
    return UploadRow.objects.filter(upload=upload).exclude(state=State.CREATED)


def start_upload(*, by: Principal, upload: UserUpload) -> None:
    """Pass when every row is good and the seats are enough; raises `Conflict` with what is in the way."""
    access.require(by, upload.customer, CustomerPermission.CREATE_USERS)
    judge_again(by=by, upload=upload)
    bad = _open(upload).filter(has_problems=True).count()
    if bad:
        message = f"{bad:,} row{'' if bad == 1 else 's'} still need mending. Nobody has been created."
        raise Conflict(Problem("rows_with_problems", message))
    short = [line for line in seat_lines(by=by, upload=upload) if line["short"]]
    if short:
        raise Conflict(
            *(
                Problem("no_seat_left", f"{line['name']}: {line['short']} seats short. Buy more, or give it to fewer.")
                for line in short
            )
        )
    UserUpload.objects.filter(pk=upload.pk).update(started_at=clock.now())


def seat_lines(*, by: Principal, upload: UserUpload) -> list[dict[str, object]]:
    """Product by product: seats needed, there, and short."""
    judge = Judge(by, upload.customer, upload.defaults)
    needed = judge.seats_needed(_open(upload).values_list("cells", flat=True))
    lines = []
    for sku_id, count in needed.items():
        there = judge.stock.seats[sku_id].available if sku_id in judge.stock.seats else 0
        name = judge.stock.products[sku_id].name if sku_id in judge.stock.products else str(sku_id)
        lines.append({"name": name, "needed": count, "available": there, "short": max(0, count - there)})
    return sorted(lines, key=lambda line: str(line["name"]))


def create_next(*, by: Principal, upload: UserUpload, judge: Judge, token: str) -> bool:
    """The next waiting row becomes a user, or fails with the reason; False when none waits any more.

    User, password (sealed under the token) and the row's state are one transaction, so that each row counts once
    whatever happens to the process.
    """
    row = UploadRow.objects.filter(upload=upload, state=State.WAITING).order_by("number").first()
    if row is None:
        return False
    try:
        as_a_whole(lambda: _claim_and_create(by, upload, row, judge, token))
    except DomainError as error:
        message = " ".join(problem.message for problem in error.problems)
        UploadRow.objects.filter(pk=row.pk, state=State.WAITING).update(
            state=State.FAILED, message=message, has_problems=True, problems={"email": message}
        )
    return True


def _claim_and_create(by: Principal, upload: UserUpload, row: UploadRow, judge: Judge, token: str) -> None:
    mine = UploadRow.objects.filter(pk=row.pk, state=State.WAITING)
    if mine.update(state=State.CREATED):  # otherwise somebody else was faster
        _create(by, upload, row, judge, token)


def _create(by: Principal, upload: UserUpload, row: UploadRow, judge: Judge, token: str) -> None:
    wanted, problems = judge.read(row.cells)
    if problems:
        raise Conflict(*(Problem("row_has_problem", message) for message in problems.values()))
    added = add_user(by=by, customer=upload.customer, info=wanted.info, roles=wanted.roles, licenses=wanted.licenses)
    UploadRow.objects.filter(pk=row.pk).update(user_id=added.user.pk)
    line = [row.number, added.user.display_name, added.user.user_principal_name, added.password.text]
    seal(by=by, customer=upload.customer, token=token, text=json.dumps(line))
