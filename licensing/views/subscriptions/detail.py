"""One subscription: what it is, what follows by itself, and every change that is open now."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.models import Customer
from gdap import access
from licensing.forms import TERMS, StepForm, SubscriptionForm
from licensing.models import Product, Subscription
from licensing.queries import inventory
from licensing.rules.subscriptions import Standing, SubscriptionChange, cancellable_until, check_change, reducible
from licensing.services.add_ons import follows_base
from licensing.services.subscriptions import activate_subscription, change_subscription
from licensing.views.subscriptions.add_ons import add_ons_context
from licensing.views.subscriptions.listing import sold_by_us, why_not_sell
from licensing.views.subscriptions.shown import CYCLES, assigned_elsewhere, quantity_words, shown
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import NotFound, Problem, sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page

HISTORY = 20
DONE = {"suspend": "suspended", "reactivate": "active again", "cancel": "cancelled", "activate": "active"}
ACTIVATE = "activate"  # what the publisher of SaaS does; a page of this server stands for its site
STEPS = {
    ACTIVATE: ("Go to publisher's site", "active"),
    "suspend": ("Suspend", "suspended"),
    "reactivate": ("Reactivate", "active"),
    "cancel": ("Cancel subscription", "deleted"),
}


@staff_page
def subscription_page(request: PortalRequest, customer_id: uuid.UUID, subscription_id: uuid.UUID) -> HttpResponse:
    """Nickname, quantity and renewal are changed in place, all at once or not at all."""
    customer = access.visible_customer(request.principal, customer_id)
    subscription = _one(request, customer, subscription_id)
    form = SubscriptionForm(
        request.POST if request.method == "POST" else None,
        without=_fixed(subscription),
        initial={
            "friendly_name": subscription.friendly_name,
            "quantity": subscription.quantity,
            "auto_renew": subscription.auto_renew,
            "version": subscription.version,
        },
    )
    if request.method == "POST":
        if form.attempt(lambda: _change(request, subscription, form)):
            messages.success(request, _saved(subscription))
            return redirect("subscription", customer.pk, subscription.pk)
        subscription = _one(request, customer, subscription_id)
        form.renew(version=subscription.version)
    context = _context(request, customer, subscription) | {"form": form}
    return render(
        request,
        "licensing/subscriptions/detail.html",
        customer_page(customer, "subscriptions", (str(subscription), "")) | context,
        status=form.status if form.errors else 200,
    )


def _fixed(subscription: Subscription) -> list[str]:
    """What can't be entered: usage is not counted, and nothing is bought of what has not begun."""
    if subscription.product.kind == Product.Kind.USAGE:
        return ["quantity", "auto_renew"]
    return [] if subscription.activated_at else ["quantity"]


def _saved(subscription: Subscription) -> str:
    is_counted = subscription.product.kind != Product.Kind.USAGE
    return f"{subscription} was saved{': ' + quantity_words(subscription) if is_counted else ''}."


def _one(request: PortalRequest, customer: Customer, subscription_id: uuid.UUID) -> Subscription:
    found = sold_by_us(request, customer).prefetch_related("additions").filter(pk=subscription_id).first()
    if found is None:
        raise NotFound(
            Problem(
                "subscription_not_found", sentence(f"Your company sold no such subscription to {customer.company_name}")
            )
        )
    found.customer = customer
    return found


def _change(request: PortalRequest, subscription: Subscription, form: SubscriptionForm) -> Subscription:
    wanted = form.cleaned_data
    subscription.version = wanted["version"]
    return change_subscription(
        by=request.principal,
        subscription=subscription,
        change=SubscriptionChange(
            quantity=wanted.get("quantity"),
            auto_renew=wanted.get("auto_renew"),
            friendly_name=wanted["friendly_name"],
        ),
    )


def _context(request: PortalRequest, customer: Customer, subscription: Subscription) -> dict[str, object]:
    now = clock.now()
    stands, terms = shown(subscription, now), subscription.terms
    why = why_not_sell(request, customer)
    return {
        "customer": customer,
        "subscription": subscription,
        "shown": stands,
        "seats": inventory(customer, only=[subscription.product_id]).seats.get(subscription.product_id),
        "elsewhere": assigned_elsewhere(subscription.product),
        "is_usage": subscription.product.kind == Product.Kind.USAGE,
        "is_pending": stands.standing is Standing.PENDING,
        "term": TERMS.get(subscription.term, subscription.term),
        "cycle": CYCLES.get(subscription.billing_cycle, subscription.billing_cycle),
        "why": why,
        "is_open": why is None and stands.standing is not Standing.DELETED,
        "commands": _commands(subscription, stands.standing, why, now),
        "reducible": reducible(terms, now),
        "cancellable_until": cancellable_until(terms, now),
        "history": _history(subscription),
        **add_ons_context(subscription, now),
    }


def _commands(
    subscription: Subscription, stands: Standing, why: access.Why | None, now: datetime
) -> list[dict[str, object]]:
    """The steps that this state knows; one that the rules refuse now says why."""
    terms = subscription.terms
    icons = {
        ACTIVATE: "open",
        "suspend": "clock",
        "reactivate": "arrow-counterclockwise",
        "cancel": "dismiss-circle",
    }
    commands: list[dict[str, object]] = []
    for step in _steps(subscription, stands):
        label, status = STEPS[step]
        url = reverse("subscription-change", args=[subscription.customer_id, subscription.pk, step])
        refused = check_change(terms, SubscriptionChange(status=status), now)
        refused = refused or follows_base(subscription, {"status": status}, now)
        reason = why or (access.Why(refused[0].message, "") if refused else None)
        command: dict[str, object] = {"label": label, "icon": icons[step], "url": url}
        commands.append({**command, "why": reason} if reason else command)
    return commands


def _steps(subscription: Subscription, stands: Standing) -> list[str]:
    """SaaS is activated and cancelled; all else is suspended, reactivated and cancelled."""
    if stands is Standing.DELETED:
        return []
    if subscription.product.kind == Product.Kind.SAAS:
        return [ACTIVATE, "cancel"] if stands is Standing.PENDING else ["cancel"]
    return ["reactivate" if subscription.status == Subscription.Status.SUSPENDED else "suspend", "cancel"]


def _history(subscription: Subscription) -> list[dict[str, object]]:
    """The latest changes, the newest first. One query."""
    records = AuditRecord.objects.filter(customer_id=subscription.customer_id, resource_id=str(subscription.pk))
    return [
        {
            "at": row.occurred_at,
            "who": row.principal_name,
            "what": row.get_operation_display(),
            "changes": [
                {"name": _told(name), "before": row.before.get(name), "after": row.after.get(name)}
                for name in sorted({*row.before, *row.after})
            ],
        }
        for row in records.order_by("-occurred_at", "-pk")[:HISTORY]
    ]


def _told(name: str) -> str:
    return {"friendly_name": "Nickname", "auto_renew": "Auto renew"}.get(name, name.replace("_", " ").capitalize())


@staff_page
def subscription_step(
    request: PortalRequest, customer_id: uuid.UUID, subscription_id: uuid.UUID, change: str
) -> HttpResponse:
    """Suspend, reactivate or cancel: asks first, and says what becomes of the licenses."""
    customer = access.visible_customer(request.principal, customer_id)
    subscription = _one(request, customer, subscription_id)
    if change not in STEPS:
        raise NotFound(Problem("page_not_found", "There is nothing at this address."))
    access.require_partner(request.principal, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    title = STEPS[change][0]
    form = StepForm(request.POST if request.method == "POST" else None, initial={"version": subscription.version})
    if request.method == "POST":
        if form.attempt(lambda: _take(request, subscription, form, change)):
            messages.success(request, f"{subscription} is {DONE[change]}.")
            return redirect("subscription", customer.pk, subscription.pk)
        subscription = _one(request, customer, subscription_id)
        form.renew(version=subscription.version)
    context = {
        "customer": customer,
        "subscription": subscription,
        "form": form,
        "title": title,
        "step": change,
        "quantity": quantity_words(subscription),
        "is_usage": subscription.product.kind == Product.Kind.USAGE,
        "seats": inventory(customer, only=[subscription.product_id]).seats.get(subscription.product_id),
        "back_url": reverse("subscription", args=[customer.pk, subscription.pk]),
    }
    crumbs = ((str(subscription), context["back_url"]), (title, ""))
    shell = customer_page(customer, "subscriptions", *crumbs)  # type: ignore[arg-type]  # texts, both
    return render(
        request,
        "licensing/subscriptions/step.html",
        shell | context,
        status=form.status if form.errors else 200,
    )


def _take(request: PortalRequest, subscription: Subscription, form: StepForm, step: str) -> Subscription:
    subscription.version = form.cleaned_data["version"]
    if step == ACTIVATE:
        return activate_subscription(by=request.principal, subscription=subscription)
    status = STEPS[step][1]
    return change_subscription(
        by=request.principal, subscription=subscription, change=SubscriptionChange(status=status)
    )
