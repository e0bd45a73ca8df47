"""Billing > Your products > Software: what was bought, and its keys for a Global Administrator."""

import uuid

from django.conf import settings
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.access.own_roles import require_own_role
from licensing.models import SoftwarePurchase
from licensing.services.software import ONLY_GLOBAL, SoftwareError, open_software
from licensing.views.software import edition_of, software_context
from partnercenter.errors import NotFound, Problem
from partnercenter.portal.paging import key_page
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context


@require_GET
@tenant_page
def software_list(request: TenantRequest) -> HttpResponse:
    rows = SoftwarePurchase.objects.filter(customer=request.customer).annotate(name_key=Lower("name"))
    page = key_page(rows, request.GET, sorts={"name": "name_key"}, default_sort="name", size=settings.PAGE_SIZE)
    shell = tenant_page_context("tenant-your-products", ("Software", ""))
    return render(request, "licensing/tenant/software_list.html", shell | {"page": page})


@require_http_methods(["GET", "POST"])
@tenant_page
def software(request: TenantRequest, purchase_id: uuid.UUID) -> HttpResponse:
    rows = SoftwarePurchase.objects.filter(customer=request.customer).select_related("customer")
    purchase = rows.filter(pk=purchase_id).first()
    if purchase is None:
        raise NotFound(Problem("software_not_found", "There is no such software."))
    require_own_role(request.principal, request.customer.pk, {GLOBAL_ADMINISTRATOR}, ONLY_GLOBAL)
    opened, problem = None, None
    if request.method == "POST":
        try:
            opened = open_software(by=request.principal, purchase=purchase, edition=edition_of(request.POST))
        except SoftwareError as error:
            problem = error
    crumbs = (("Software", reverse("tenant-software-list")), (purchase.name, ""))
    context = tenant_page_context("tenant-your-products", *crumbs)
    context |= software_context(request, purchase, opened, problem)
    return render(request, "licensing/tenant/software.html", context, status=problem.status if problem else 200)
