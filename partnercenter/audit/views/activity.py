"""The activity log of a partner: over all customers, and of one."""

import uuid

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.models import Customer
from gdap import access
from gdap.access import PartnerPermission
from partnercenter.audit.queries import records_of_partner
from partnercenter.audit.views.shown import log_context, log_file, record_context
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page, workspace_page


@require_GET
@staff_page
def activity(request: PortalRequest) -> HttpResponseBase:
    access.require_partner(request.principal, PartnerPermission.READ_ACTIVITY)
    records = records_of_partner(request.principal.partner_id, access.customers_visible_to(request.principal))
    if request.GET.get("format") == "csv":
        return log_file(records, request.GET, with_customer=True)
    context = log_context(records, request.GET, one="activity-record", with_customer=True)
    about = {"title": "Activity log", "address": reverse("activity")}
    return render(request, "audit/activity.html", workspace_page(current="activity") | context | about)


@require_GET
@staff_page
def customer_activity(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponseBase:
    customer = access.visible_customer(request.principal, customer_id)
    access.require_partner(request.principal, PartnerPermission.READ_ACTIVITY)
    visible = access.customers_visible_to(request.principal)
    records = records_of_partner(request.principal.partner_id, visible).filter(customer_id=customer.pk)
    if request.GET.get("format") == "csv":
        return log_file(records, request.GET, with_customer=False)
    context = log_context(records, request.GET, one="activity-record", with_customer=False)
    about = {"title": customer.company_name, "address": reverse("customer-activity", args=[customer.pk])}
    return render(request, "audit/activity.html", customer_page(customer, "customer-activity") | context | about)


@require_GET
@staff_page
def activity_record(request: PortalRequest, record_id: uuid.UUID) -> HttpResponse:
    access.require_partner(request.principal, PartnerPermission.READ_ACTIVITY)
    visible = access.customers_visible_to(request.principal)
    record = records_of_partner(request.principal.partner_id, visible).filter(pk=record_id).first()
    if record is None:
        raise Http404("There is no such record.")
    crumb = (record.resource_name, "")
    customer = visible.filter(pk=record.customer_id).first() if record.customer_id else None
    shell = _inside(customer, crumb) if customer else workspace_page(crumb, current="activity")
    return render(request, "audit/record.html", shell | record_context(record))


def _inside(customer: Customer, crumb: tuple[str, str]) -> dict[str, object]:
    return customer_page(customer, "customer-activity", crumb)
