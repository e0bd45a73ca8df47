"""Software that the partner sold: keys, downloads, and giving it back."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import Customer
from gdap import access
from licensing.models import SoftwarePurchase
from licensing.rules.software import Edition
from licensing.services.software import Opened, SoftwareError, cancel_software, file_behind, open_software
from partnercenter import clock
from partnercenter.errors import Conflict, DomainError, NotFound, Problem, sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import key_page


@require_GET
@staff_page
def software_list(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    customer = access.visible_customer(request.principal, customer_id)
    rows = SoftwarePurchase.objects.filter(customer=customer, partner=request.principal.partner_id)
    rows = rows.annotate(name_key=Lower("name"))
    page = key_page(rows, request.GET, sorts={"name": "name_key"}, default_sort="name", size=settings.PAGE_SIZE)
    why = access.why_not_partner(request.principal, access.PartnerPermission.MANAGE_SOFTWARE)
    context = {"customer": customer, "page": page, "why": why, "commands": _commands(request, customer, why)}
    return render(request, "licensing/software/list.html", customer_page(customer, "software") | context)


def _commands(request: PortalRequest, customer: Customer, why: access.Why | None) -> list[dict[str, object]]:
    if why is None and not customer.is_resold_by(request.principal.partner_id):
        missing = sentence(f"Buying software needs a reseller relationship with {customer.company_name}")
        why = access.Why(missing, "Your company has none.")
    url = reverse("software-catalog", args=[customer.pk])
    return [{"label": "Buy software", "icon": "cart", "url": url, "why": why}]


@require_http_methods(["GET", "POST"])
@never_cache
@staff_page
def software(request: PortalRequest, customer_id: uuid.UUID, purchase_id: uuid.UUID) -> HttpResponse:
    customer = access.visible_customer(request.principal, customer_id)
    purchase = _sold(request, customer, purchase_id)
    access.require_partner(request.principal, access.PartnerPermission.MANAGE_SOFTWARE)
    opened, problem = None, None
    if request.method == "POST":
        try:
            opened = open_software(by=request.principal, purchase=purchase, edition=edition_of(request.POST))
        except SoftwareError as error:
            problem = error
    context = {"customer": customer} | software_context(request, purchase, opened, problem)
    shell = customer_page(customer, "software", (purchase.name, ""))
    return render(request, "licensing/software/one.html", shell | context, status=problem.status if problem else 200)


@require_http_methods(["GET", "POST"])
@staff_page
def cancel(request: PortalRequest, customer_id: uuid.UUID, purchase_id: uuid.UUID) -> HttpResponse:
    customer = access.visible_customer(request.principal, customer_id)
    purchase = _sold(request, customer, purchase_id)
    access.require_partner(request.principal, access.PartnerPermission.MANAGE_SOFTWARE)
    problem: DomainError | None = None
    if request.method == "POST":
        problem = _cancelled(request, purchase)
        if problem is None:
            messages.success(request, f"{purchase} is cancelled. Its keys and links are revoked.")
            return redirect("software", customer.pk)
    context = {"customer": customer, "purchase": purchase, "problem": problem}
    shell = customer_page(customer, "software", (purchase.name, ""))
    status = problem.status if problem else 200
    return render(request, "licensing/software/cancel.html", shell | context, status=status)


@require_GET
@never_cache
def software_file(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link; it counts as long as the purchase stands."""
    found = file_behind(token=token)
    disposition = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8", headers=disposition)


def _cancelled(request: PortalRequest, purchase: SoftwarePurchase) -> DomainError | None:
    if request.POST.get("acknowledge") != "yes":
        return SoftwareError(Problem("not_acknowledged", "Tick that you know what is lost."))
    try:
        cancel_software(by=request.principal, purchase=purchase)
    except (SoftwareError, Conflict) as error:
        return error
    return None


def _sold(request: PortalRequest, customer: Customer, purchase_id: uuid.UUID) -> SoftwarePurchase:
    rows = SoftwarePurchase.objects.filter(customer=customer, partner=request.principal.partner_id)
    found = rows.select_related("customer").filter(pk=purchase_id).first()
    if found is None:
        raise NotFound(Problem("software_not_found", "There is no such software."))
    return found


def edition_of(params: QueryDict) -> Edition:
    return Edition(*(params.get(name, "") for name in ("version", "language", "bit")))


def software_context(
    request: HttpRequest, purchase: SoftwarePurchase, opened: Opened | None, problem: DomainError | None
) -> dict[str, object]:
    """What templates/licensing/software/_access.html needs."""
    choices = purchase.choices
    fields = (
        ("version", "Version", choices.versions),
        ("language", "Language", choices.languages),
        ("bit", "Bit", choices.bits),
    )
    link = request.build_absolute_uri(reverse("software-file", args=[opened.token])) if opened else ""
    return {
        "purchase": purchase,
        "fields": [(name, label, values, request.POST.get(name, "")) for name, label, values in fields],
        "opened": opened,
        "link": link,
        "problem": problem,
        "can_cancel": purchase.cancelled_at is None and clock.now() < purchase.cancellable_until,
    }
