"""Giving a product to selected users with some of its apps, and taking it from them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from customers.models import CustomerUser
from customers.permissions import CustomerPermission
from customers.views.selection import chosen_ids
from gdap import access
from licensing.forms import AppsForm
from licensing.queries import by_holding
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from licensing.views.tenant.product import WITHOUT
from licensing.views.tenant.shown import Bar, Stocked, product_shell, stocked
from partnercenter.errors import NotFound
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest

MOST_AT_ONCE = 20  # portal_screens section 11.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who got through, and for the others why not."""

    done: list[CustomerUser]
    refused: dict[CustomerUser, str]


@require_http_methods(["GET", "POST"])
@tenant_page
def assign(request: TenantRequest, sku_id: uuid.UUID) -> HttpResponse:
    stock = stocked(request, sku_id)
    access.require(request.principal, request.customer, CustomerPermission.ASSIGN_LICENSES)
    params = request.POST if request.method == "POST" else request.GET
    users = _selected(request, stock, params, holds=False)
    if not users:
        return _nobody(request, stock, show=WITHOUT)
    plans = stock.product.plans
    form = AppsForm(
        request.POST if request.method == "POST" else None, plans=plans, initial={"plan": [*map(str, plans)]}
    )
    if not form.is_bound or not form.is_valid() or len(users) > MOST_AT_ONCE:
        return _assign_page(request, stock, users, form, status=400 if form.is_bound else 200)
    licensed = LicenseToAssign(stock.product.sku_id, form.disabled_plans)
    outcome = _each(request, users, LicenseUpdate(assign=(licensed,)))
    if outcome.refused:
        bar = _refused(outcome, "Assigned to", "did not get it")
        return _assign_page(request, stocked(request, sku_id), [*outcome.refused], form, bar=bar, status=400)
    messages.success(request, f"{stock.product.name} is assigned to {_named(outcome.done)}.")
    return redirect(stock.url)


@require_http_methods(["GET", "POST"])
@tenant_page
def unassign(request: TenantRequest, sku_id: uuid.UUID) -> HttpResponse:
    """Asked once more: mail and files of an app are out of reach without it."""
    stock = stocked(request, sku_id)
    access.require(request.principal, request.customer, CustomerPermission.ASSIGN_LICENSES)
    params = request.POST if request.method == "POST" else request.GET
    users = _selected(request, stock, params, holds=True)
    if not users:
        return _nobody(request, stock)
    if request.method != "POST" or len(users) > MOST_AT_ONCE:
        return _unassign_page(request, stock, users, status=400 if request.method == "POST" else 200)
    outcome = _each(request, users, LicenseUpdate(remove=(stock.product.sku_id,)))
    if outcome.refused:
        bar = _refused(outcome, "Taken from", "could not be changed")
        return _unassign_page(request, stocked(request, sku_id), [*outcome.refused], bar=bar, status=400)
    messages.success(request, f"{stock.product.name} is taken from {_named(outcome.done)}.")
    return redirect(stock.url)


def _selected(request: TenantRequest, stock: Stocked, params: QueryDict, *, holds: bool) -> list[CustomerUser]:
    """The living users of this customer among those that the request names, by name."""
    people = CustomerUser.objects.alive().filter(customer=request.customer, pk__in=chosen_ids(params))
    found = list(by_holding(people, stock.row_id, holds=holds).order_by("sort_name", "pk"))
    for user in found:
        user.customer = request.customer
    return found


def _each(request: TenantRequest, users: Iterable[CustomerUser], update: LicenseUpdate) -> Outcome:
    """All or nothing for each user; one that is refused holds nobody up."""
    outcome = Outcome([], {})
    for user in users:
        try:
            update_licenses(by=request.principal, user=user, update=update)
        except (LicensingError, NotFound) as error:
            outcome.refused[user] = " ".join(problem.message for problem in error.problems)
        else:
            outcome.done.append(user)
    return outcome


def _nobody(request: TenantRequest, stock: Stocked, show: str = "") -> HttpResponse:
    messages.warning(request, "Select at least one user first. Nothing was changed.")
    return redirect(f"{stock.url}?{urlencode({'show': show})}" if show else stock.url)


def _assign_page(
    request: TenantRequest,
    stock: Stocked,
    users: list[CustomerUser],
    form: AppsForm,
    *,
    bar: Bar | None = None,
    status: int,
) -> HttpResponse:
    ticked = set(form["plan"].value() or ())
    plans = [{"id": plan, "name": name, "on": str(plan) in ticked} for plan, name in stock.product.plans.items()]
    context = {
        "stock": stock,
        "users": users,
        "form": form,
        "plans": plans,
        "bar": bar or _too_many(users),
        "is_open": len(users) <= MOST_AT_ONCE,
        "back_url": f"{stock.url}?{urlencode([('show', WITHOUT), *_ticks(users)])}",
    }
    return render(request, "licensing/tenant/assign.html", product_shell(stock, "Assign") | context, status=status)


def _unassign_page(
    request: TenantRequest, stock: Stocked, users: list[CustomerUser], *, bar: Bar | None = None, status: int
) -> HttpResponse:
    context = {
        "stock": stock,
        "users": users,
        "bar": bar or _too_many(users),
        "is_open": len(users) <= MOST_AT_ONCE,
        "back_url": f"{stock.url}?{urlencode(_ticks(users))}",
    }
    return render(request, "licensing/tenant/unassign.html", product_shell(stock, "Unassign") | context, status=status)


def _ticks(users: list[CustomerUser]) -> list[tuple[str, str]]:
    return [("selected", str(user.pk)) for user in users]


def _too_many(users: list[CustomerUser]) -> Bar | None:
    if len(users) <= MOST_AT_ONCE:
        return None
    text = f"You selected {len(users)}. Go back and take some of them out."
    return {"intent": "error", "title": f"At most {MOST_AT_ONCE} users at once.", "text": text}


def _refused(outcome: Outcome, done: str, lacking: str) -> Bar:
    count = len(outcome.refused)
    whose = "1 user" if count == 1 else f"{count} users"
    got = f"{done} {_named(outcome.done)}. " if outcome.done else ""
    return {
        "intent": "error",
        "title": f"{whose} {lacking}.",
        "text": f"{got}For the others below nothing was changed." if got else "Nothing was changed.",
        "points": [f"{user.display_name}: {why}" for user, why in outcome.refused.items()],
    }


def _named(users: list[CustomerUser]) -> str:
    return users[0].display_name if len(users) == 1 else f"{len(users)} users"
