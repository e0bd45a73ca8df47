"""What shall change, and the preview of it, as often as wanted until it is submitted."""

import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models.expressions import RawSQL
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers.forms.edit_user import locations
from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from gdap import access
from licensing.models import BulkRun, BulkRunItem
from licensing.rules.bulk import BulkChange
from licensing.services.bulk import (
    BulkError,
    Group,
    Need,
    Preview,
    PreviewOutdated,
    Selection,
    blocked_holders,
    preview_run,
    redraft,
    selected_users,
    sql,
    submit_run,
    visible_run,
)
from licensing.services.bulk.evaluation import Case, Judge, judge_of
from licensing.tasks import begin
from licensing.views.bulk.choose import known_customer
from licensing.views.bulk.wishes import NotOffered, change_in, held_by_all, options, product_rows
from licensing.views.bulk.words import case_row, outcome_words
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import Page, key_page

MOST_GROUPS = 20
MOST_NAMED = 5
SORTS = {"name": "sort_name"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def bulk_draft(request: PortalRequest, customer_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    customer = known_customer(request, customer_id)
    run = visible_run(request.principal, customer, run_id)
    if run.status != BulkRun.Status.DRAFT:
        return redirect(reverse("bulk-run", args=[customer.pk, run.pk]))
    draft = Draft(request, customer, run)
    if request.method != "POST":
        return draft.preview_page() if "preview" in request.GET or draft.is_undo else draft.form_page()
    return draft.submit() if request.POST.get("go") == "submit" else draft.look()


class Draft:
    """One request about one draft."""

    def __init__(self, request: PortalRequest, customer: Customer, run: BulkRun) -> None:
        self.request, self.customer, self.run = request, customer, run
        self.url = reverse("bulk-draft", args=[customer.pk, run.pk])
        self.judge: Judge = judge_of(run)
        self.change = BulkChange.from_json(run.change)
        self.is_undo = run.kind == BulkRun.Kind.UNDO

    # What shall change -----------------------------------------------------------------------------------------

    def form_page(self, *, problem: str = "") -> HttpResponse:
        now = self._as_it_is()
        change = self.change
        placing = access.explain(self.request.principal, self.customer, CustomerPermission.UPDATE_USAGE_LOCATION)
        buy_url = f"{reverse('buy-more', args=[self.customer.pk])}?next={self.url}"
        users = selected_users(self.customer, Selection.from_json(self.run.selection)).order_by("sort_name", "pk")
        context = {
            "problem": problem,
            "total": now.total,
            "names": list(users.values_list("display_name", flat=True)[:MOST_NAMED]),
            "products": product_rows(change, self.judge.stock, held_by_all(now), total=now.total, buy_url=buy_url),
            "locations": [(code, name, code == change.location) for code, name in locations() if code],
            "location_why": None if placing.allowed else placing,
            "swap_old": options(self.judge.stock, change.swap.old if change.swap else None),
            "swap_new": options(self.judge.stock, change.swap.new if change.swap else None),
        }
        return self._render("licensing/bulk/form.html", context, status=400 if problem else 200)

    def _as_it_is(self) -> Preview:
        """The users, with nothing changed yet."""
        still = BulkRun(customer=self.customer, selection=self.run.selection, change=BulkChange().to_json())
        return preview_run(by=self.request.principal, run=still)

    def look(self) -> HttpResponse:
        """Keep what was chosen, and show what it would do."""
        now = self._as_it_is()
        try:
            change = change_in(self.request.POST, self.judge.stock, held_by_all(now), total=now.total)
        except NotOffered as problem:
            return self.form_page(problem=str(problem))
        if not change:
            return self.form_page(problem="Nothing was changed yet: tick or clear a product, or choose a location.")
        redraft(by=self.request.principal, run=self.run, change=change)
        return redirect(f"{self.url}?preview=1")

    # What it would do ------------------------------------------------------------------------------------------

    def preview_page(self, *, problem: str = "", status: int = 200) -> HttpResponse:
        if not self.change and not self.is_undo:
            return redirect(self.url)
        preview = preview_run(by=self.request.principal, run=self.run)
        short = [need.product.sku_id for need in preview.needs if need.short]
        blocked = blocked_holders(self.customer.pk, short) if short else {}
        page = self._page()
        context = {
            "problem": problem,
            "preview": preview,
            "kinds": [
                case_row(group.outcome, self.judge.stock) | {"users": group.users}
                for group in _telling(preview.groups)[:MOST_GROUPS]
            ],
            "more_kinds": max(0, len(preview.groups) - MOST_GROUPS),
            "needs": [self._need_row(need, blocked) for need in preview.needs],
            "page": page,
            "rows": self._rows(page.rows),
            "is_undo": self.is_undo,
            "change_url": self.url,
            "origin_url": reverse("bulk-run", args=[self.customer.pk, self.run.origin_id])
            if self.run.origin_id
            else "",
        }
        return self._render("licensing/bulk/preview.html", context, status=status)

    def _need_row(self, need: Need, blocked: Mapping[uuid.UUID, int]) -> dict[str, object]:
        buying = {"next": f"{self.url}?preview=1", "product": need.product.sku_id}
        return {
            "need": need,
            "blocked": blocked.get(need.product.sku_id, 0),
            "buy_url": f"{reverse('buy-more', args=[self.customer.pk])}?{urlencode(buying)}",
        }

    def _page(self) -> Page[CustomerUser]:
        if self.is_undo:
            done = BulkRunItem.objects.filter(
                customer_id=self.customer.pk, run=self.run.origin_id, state=BulkRunItem.State.DONE
            )
            users = CustomerUser.objects.filter(customer=self.customer, pk__in=done.order_by().values("user_id"))
        else:
            users = selected_users(self.customer, Selection.from_json(self.run.selection))
        held = RawSQL(sql.before(sql.USERS), [])  # noqa: S611  our own words
        return key_page(
            users.annotate(held_now=held), self.request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE
        )

    def _rows(self, users: list[CustomerUser]) -> list[dict[str, object]]:
        targets: dict[uuid.UUID, BulkRunItem] = {}
        if self.is_undo:
            items = BulkRunItem.objects.filter(customer_id=self.customer.pk, run=self.run.origin_id)
            targets = {item.user_id: item for item in items.filter(user_id__in=[user.pk for user in users])}
        return [self._user_row(user, targets.get(user.pk)) for user in users]

    def _user_row(self, user: CustomerUser, item: BulkRunItem | None) -> dict[str, object]:
        row: dict[str, object] = {"name": user.display_name, "email": user.user_principal_name}
        if item and (user.version != item.version + 1 or user.deleted_at is not None):
            return row | {"problems": ["Changed after that run, so this is not taken back."], "badge": _LEFT_ALONE}
        case = Case(before=vars(user)["held_now"], target=item.before if item else "")
        return row | outcome_words(self.judge.outcome(case), self.judge.stock, name=user.display_name)

    # Begin -----------------------------------------------------------------------------------------------------

    def submit(self) -> HttpResponse:
        try:
            run = submit_run(
                by=self.request.principal, run=self.run, fingerprint=self.request.POST.get("fingerprint", "")
            )
        except PreviewOutdated as outdated:
            self.run.status = BulkRun.Status.DRAFT
            return self.preview_page(problem=outdated.message, status=409)
        except BulkError as refusal:
            messages.warning(self.request, refusal.message)
            return redirect(reverse("bulk-run", args=[self.customer.pk, self.run.pk]))
        begin(run)
        return redirect(reverse("bulk-run", args=[self.customer.pk, run.pk]))

    def _render(self, template: str, context: dict[str, object], *, status: int) -> HttpResponse:
        crumbs = [("Manage licenses", "")]
        frame = customer_page(self.customer, "users", *crumbs)
        common = {"customer": self.customer, "run": self.run, "list_url": reverse("users", args=[self.customer.pk])}
        return render(self.request, template, frame | common | context, status=status)


def _telling(groups: Sequence[Group]) -> list[Group]:
    """Those that can't be changed first: no conflict may hide behind the crowd."""
    return sorted(groups, key=lambda group: not group.outcome.is_refused)


_LEFT_ALONE = {"label": "Left alone", "intent": "warning"}
