"""The audit log of a customer's own admins: what anybody did in their tenant, partners too."""

import uuid

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from gdap.access.customer_side import require_auditor
from partnercenter.audit.queries import records_of_customer
from partnercenter.audit.views.shown import log_context, log_file, record_context
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context


@require_GET
@tenant_page
def activity(request: TenantRequest) -> HttpResponseBase:
    require_auditor(request.principal)
    records = records_of_customer(request.customer.pk)
    if request.GET.get("format") == "csv":
        return log_file(records, request.GET, with_customer=False)
    context = log_context(records, request.GET, one="tenant-activity-record", with_customer=False)
    about = {"title": "Audit log", "address": reverse("tenant-activity"), "base": "tenant/base.html"}
    return render(request, "audit/activity.html", tenant_page_context("tenant-activity") | context | about)


@require_GET
@tenant_page
def activity_record(request: TenantRequest, record_id: uuid.UUID) -> HttpResponse:
    require_auditor(request.principal)
    record = records_of_customer(request.customer.pk).filter(pk=record_id).first()
    if record is None:
        raise Http404("There is no such record.")
    shell = tenant_page_context("tenant-activity", (record.resource_name, ""))
    return render(request, "audit/record.html", shell | record_context(record) | {"base": "tenant/base.html"})
