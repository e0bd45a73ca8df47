"""The life of a run: draft, preview, submit, cancel, take up again, retry what failed, undo."""

import uuid

from django.db.models import QuerySet

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from gdap import access
from licensing.models import BulkRun, BulkRunItem
from licensing.rules.bulk import BulkChange
from licensing.services.bulk import sql
from licensing.services.bulk.acting import kept, require_rights
from licensing.services.bulk.careful import CHANGED
from licensing.services.bulk.errors import BulkError, PreviewOutdated
from licensing.services.bulk.preview import Preview, preview_of
from licensing.services.bulk.selection import Selection
from licensing.services.bulk.source import source
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.errors import NotFound, Problem
from partnercenter.transactions import whole

Status, State = BulkRun.Status, BulkRunItem.State


def runs_visible_to(by: Principal, customer: Customer) -> "QuerySet[BulkRun]":
    """Runs of this partner at a customer, drafts left out; what another partner did is not there."""
    runs = BulkRun.objects.filter(customer=customer).exclude(status=Status.DRAFT)
    return runs if by.is_trusted else runs.filter(partner_id=by.partner_id)


def visible_run(by: Principal, customer: Customer, run_id: uuid.UUID) -> BulkRun:
    """A run of this partner, or the principal's own draft; `NotFound` otherwise."""
    runs = BulkRun.objects.filter(customer=customer, pk=run_id).select_related("user__partner", "customer")
    run = (runs if by.is_trusted else runs.filter(partner_id=by.partner_id)).first()
    if run is None or (run.status == Status.DRAFT and run.principal["id"] != by.id):
        raise NotFound(Problem("run_not_found", "There is no such run at this customer."))
    return run


@whole
def draft_run(
    *, by: Principal, customer: Customer, selection: Selection, change: BulkChange, origin: BulkRun | None = None
) -> BulkRun:
    """Note down whom and what, so that it can be looked at first. Nothing happens to anybody."""
    run = _new(by, customer, change.to_json(), selection.to_json(), origin)
    require_rights(by, run)
    if selection.ids is None:  # whoever may not see users learns nothing about who is there
        access.require(by, customer, CustomerPermission.READ_USERS)
    run.save(force_insert=True)
    return run


def _new(
    by: Principal, customer: Customer, change: dict[str, object], selection: dict[str, object], origin: BulkRun | None
) -> BulkRun:
    return BulkRun(
        customer=customer,
        change=change,
        selection=selection,
        origin=origin,
        partner_id=by.partner_id,
        user=by.user,
        principal=kept(by),
    )


def redraft(*, by: Principal, run: BulkRun, change: BulkChange) -> None:
    """Another change for the users of a draft."""
    run.change = change.to_json()
    require_rights(by, run)
    BulkRun.objects.filter(pk=run.pk, status=Status.DRAFT).update(change=run.change)


def preview_run(*, by: Principal, run: BulkRun) -> Preview:
    """What a draft would do now."""
    require_rights(by, run)
    return preview_of(run)


@whole
def submit_run(*, by: Principal, run: BulkRun, fingerprint: str | None = None) -> BulkRun:
    """Let a draft begin, with the users as they are now.

    Raises `PreviewOutdated` when `fingerprint` is given and no longer that of the preview.
    """
    require_rights(by, run)
    if not BulkChange.from_json(run.change) and run.kind == BulkRun.Kind.CHANGE:
        raise BulkError(Problem("nothing_to_change", "Choose at least one product or a location to change."))
    claimed = BulkRun.objects.filter(pk=run.pk, status=Status.DRAFT).update(
        status=Status.WAITING, created_at=clock.now(), principal=kept(by)
    )
    if not claimed:
        raise BulkError(Problem("run_submitted", "This run has been submitted already."))
    if fingerprint is not None and preview_of(run).fingerprint != fingerprint:
        raise PreviewOutdated
    _list_users(run)
    run.refresh_from_db(fields=["status", "total"])
    return run


def _list_users(run: BulkRun) -> None:
    """Write down every user with what they hold now."""
    statement, params = source(run)
    total = sql.execute(
        f"INSERT INTO {sql.ITEMS} (customer_id, run_id, user_id, version, before, target, state, code, problem) "  # noqa: S608
        f"WITH s(user_id, version, before, target, state) AS ({statement}) "
        "SELECT %s, %s, user_id, version, before, target, state, '', '' FROM s ORDER BY user_id",
        [*params, run.customer_id, run.pk],
    )
    BulkRun.objects.filter(pk=run.pk).update(total=total)
    sql.look_at_the_items(total)
    if run.kind == BulkRun.Kind.UNDO:
        _explain_changed_users(run)


def _explain_changed_users(run: BulkRun) -> None:
    """Those that an undo leaves alone from the start."""
    stale = BulkRunItem.objects.filter(customer_id=run.customer_id, run=run, state=State.FAILED)
    names = dict(
        CustomerUser.objects.filter(customer=run.customer_id, pk__in=stale.values("user_id")).values_list(
            "pk", "display_name"
        )
    )
    for item in stale:
        item.code = str(CHANGED.code)
        item.problem = f"{names.get(item.user_id, 'The user')} was changed after that run, so this is not taken back."
        item.save(update_fields=["code", "problem"])


def cancel_run(*, by: Principal, run: BulkRun) -> bool:
    """Stop before the next chunk; what is done stays done. False when it had ended already."""
    require_rights(by, run)
    active = BulkRun.objects.filter(pk=run.pk, status__in=[Status.WAITING, Status.RUNNING])
    return active.update(status=Status.CANCELED, finished_at=clock.now(), lease=None, leased_until=None) > 0


def resume_run(*, by: Principal, run: BulkRun) -> bool:
    """Let a run that was canceled or stopped go on where it stands."""
    require_rights(by, run)
    halted = BulkRun.objects.filter(pk=run.pk, status__in=[Status.CANCELED, Status.STOPPED])
    return halted.update(status=Status.WAITING, finished_at=None, problem="", principal=kept(by), user=by.user) > 0


def retry_failed(*, by: Principal, run: BulkRun) -> BulkRun:
    """A draft of the same change for those that failed."""
    if run.kind == BulkRun.Kind.UNDO or run.is_active or not run.failed:
        raise BulkError(Problem("nothing_to_retry", "There is nobody to try again in this run."))
    return draft_run(
        by=by,
        customer=run.customer,
        selection=Selection(failed_of=run.pk),
        change=BulkChange.from_json(run.change),
        origin=run,
    )


@whole
def undo_run(*, by: Principal, run: BulkRun) -> BulkRun:
    """A draft that gives everybody whom `run` changed what they held before it."""
    if run.is_active or not run.done:
        raise BulkError(Problem("nothing_to_undo", "This run changed nobody, or is not over yet."))
    undo = _new(by, run.customer, run.change, {}, run)
    undo.kind = BulkRun.Kind.UNDO
    require_rights(by, undo)
    undo.save(force_insert=True)
    return undo
