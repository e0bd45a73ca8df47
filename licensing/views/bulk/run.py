"""A run that was submitted: how far it is, what came of each user, and what can be done about it."""

import math
import uuid

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import Customer, CustomerUser
from licensing.models import BulkRun, BulkRunItem
from licensing.services.bulk import (
    BulkError,
    cancel_run,
    resume_run,
    retry_failed,
    runs_visible_to,
    undo_run,
    visible_run,
    work_on,
)
from licensing.tasks import begin
from licensing.views.bulk.choose import known_customer
from licensing.views.bulk.words import BADGES
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import Page, key_page

SORTS = {"name": "sort_name"}
FILTERS = {"": "All", "done": "Done", "unchanged": "Unchanged", "failed": "Failed"}
STATES = {
    BulkRun.Status.WAITING: ("info", "Waiting to begin"),
    BulkRun.Status.RUNNING: ("info", "Running"),
    BulkRun.Status.CANCELED: ("warning", "Canceled"),
    BulkRun.Status.STOPPED: ("error", "Stopped"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def bulk_run(request: PortalRequest, customer_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    customer = known_customer(request, customer_id)
    run = visible_run(request.principal, customer, run_id)
    if run.status == BulkRun.Status.DRAFT:
        return redirect(reverse("bulk-draft", args=[customer.pk, run.pk]))
    if request.method == "POST":
        return _act(request, customer, run)
    return _page(request, customer, run)


def _act(request: PortalRequest, customer: Customer, run: BulkRun) -> HttpResponse:
    here = redirect(reverse("bulk-run", args=[customer.pk, run.pk]))
    try:
        match request.POST.get("go"):
            case "cancel":
                if not cancel_run(by=request.principal, run=run):
                    messages.info(request, "The run had ended already.")
            case "resume":
                if resume_run(by=request.principal, run=run):
                    run.refresh_from_db(fields=["status"])
                    begin(run)
                else:  # it waits, or was left in the middle: no worker is needed
                    work_on(run.pk)
            case "retry":
                draft = retry_failed(by=request.principal, run=run)
                return redirect(f"{reverse('bulk-draft', args=[customer.pk, draft.pk])}?preview=1")
            case "undo":
                draft = undo_run(by=request.principal, run=run)
                return redirect(reverse("bulk-draft", args=[customer.pk, draft.pk]))
    except BulkError as refusal:
        messages.warning(request, refusal.message)
    return here


def _page(request: PortalRequest, customer: Customer, run: BulkRun) -> HttpResponse:
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in FILTERS else ""
    page = _users(request, customer, run, chosen)
    now = clock.now()
    intent, title = STATES.get(BulkRun.Status(run.status), ("warning" if run.failed else "success", "Licenses updated"))
    context = {
        "customer": customer,
        "run": run,
        "intent": intent,
        "title": "Taken back" if run.kind == BulkRun.Kind.UNDO and run.status == BulkRun.Status.DONE else title,
        "left": _left(run),
        "is_alone": run.is_active and (run.leased_until is None or run.leased_until <= now),
        "refresh_url": f"?state={chosen}" if chosen else "?",
        "page": page,
        "rows": [_row(user) for user in page.rows],
        "filters": [
            {"label": label, "url": f"?state={word}", "current": word == chosen, "count": _count(run, word)}
            for word, label in FILTERS.items()
        ],
        "can_retry": bool(run.failed) and not run.is_active and run.kind == BulkRun.Kind.CHANGE,
        "can_undo": bool(run.done) and not run.is_active,
        "export_url": reverse("bulk-export", args=[customer.pk, run.pk]),
        "list_url": reverse("users", args=[customer.pk]),
        "runs_url": reverse("bulk-runs", args=[customer.pk]),
        "origin_url": reverse("bulk-run", args=[customer.pk, run.origin_id]) if run.origin_id else "",
    }
    crumbs = [("License runs", reverse("bulk-runs", args=[customer.pk])), ("Run", "")]
    return render(request, "licensing/bulk/run.html", customer_page(customer, "users", *crumbs) | context)


def _users(request: PortalRequest, customer: Customer, run: BulkRun, chosen: str) -> Page[CustomerUser]:
    items = BulkRunItem.objects.filter(customer_id=customer.pk, run=run, user_id=OuterRef("pk")).order_by()
    wanted = items.filter(state=chosen) if chosen else items
    users = CustomerUser.objects.filter(Exists(wanted), customer=customer).annotate(
        state=Subquery(items.values("state")), problem=Subquery(items.values("problem"))
    )
    return key_page(users, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)


def _row(user: CustomerUser) -> dict[str, object]:
    found = vars(user)
    return {
        "name": user.display_name,
        "email": user.user_principal_name,
        "badge": BADGES[BulkRunItem.State(found["state"])],
        "problem": found["problem"],
    }


def _count(run: BulkRun, word: str) -> int:
    return {"": run.total, "done": run.done, "unchanged": run.unchanged, "failed": run.failed}[word]


def _left(run: BulkRun) -> int | None:
    """How many seconds it will take yet, by the pace so far."""
    if not run.is_active or not run.processed or run.started_at is None:
        return None
    so_far = clock.now() - run.started_at
    return math.ceil(so_far.total_seconds() * (run.total - run.processed) / run.processed)


@never_cache
@require_GET
@staff_page
def bulk_runs(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    customer = known_customer(request, customer_id)
    runs = runs_visible_to(request.principal, customer).defer("selection")
    page = key_page(runs, request.GET, sorts={"time": "created_at"}, default_sort="-time", size=settings.PAGE_SIZE)
    context = {
        "customer": customer,
        "page": page,
        "runs": [_run_row(customer, run) for run in page.rows],
        "start_url": reverse("manage-licenses", args=[customer.pk]),
    }
    crumbs = [("License runs", "")]
    return render(request, "licensing/bulk/runs.html", customer_page(customer, "users", *crumbs) | context)


def _run_row(customer: Customer, run: BulkRun) -> dict[str, object]:
    intents = {"done": "success", "canceled": "warning", "stopped": "danger"}
    return {
        "run": run,
        "url": reverse("bulk-run", args=[customer.pk, run.pk]),
        "kind": "Undo" if run.kind == BulkRun.Kind.UNDO else "Change",
        "by": run.principal.get("name", ""),
        "badge": {"label": run.get_status_display().capitalize(), "intent": intents.get(run.status, "")},
    }
