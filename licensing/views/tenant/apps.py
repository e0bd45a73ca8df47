"""One user of a product: which of its apps are on."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from customers.models import CustomerUser
from customers.queries import living_user
from licensing.forms import AppsForm
from licensing.queries import assigned_to
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from licensing.views.tenant.shown import Bar, Stocked, product_shell, refusal, stocked, why_not_assign
from partnercenter.errors import NotFound, Problem
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest


@require_http_methods(["GET", "POST"])
@tenant_page
def apps_of_user(request: TenantRequest, sku_id: uuid.UUID, user_id: uuid.UUID) -> HttpResponse:
    stock, user = stocked(request, sku_id), living_user(request.customer, user_id)
    disabled = assigned_to(user).get(sku_id)
    if disabled is None:
        problem = f"{user.display_name} does not have {stock.product.name}."
        raise NotFound(Problem("not_assigned", problem))
    plans = stock.product.plans
    on = [str(plan) for plan in plans if plan not in disabled]
    form = AppsForm(request.POST if request.method == "POST" else None, plans=plans, initial={"plan": on})
    if not form.is_bound or not form.is_valid():
        return _page(request, stock, user, form, status=400 if form.is_bound else 200)
    update = LicenseUpdate(assign=(LicenseToAssign(sku_id, form.disabled_plans),))
    try:
        result = update_licenses(by=request.principal, user=user, update=update)
    except LicensingError as error:
        return _page(request, stock, user, form, bar=refusal(error), status=error.status)
    if result.changes:
        messages.success(request, f"The apps of {stock.product.name} are changed for {user.display_name}.")
    else:
        messages.info(request, f"{user.display_name} had just these apps already; nothing was changed.")
    return redirect(stock.url)


def _page(
    request: TenantRequest, stock: Stocked, user: CustomerUser, form: AppsForm, *, bar: Bar | None = None, status: int
) -> HttpResponse:
    ticked = set(form["plan"].value() or ())
    context = {
        "stock": stock,
        "user": user,
        "form": form,
        "bar": bar,
        "why": why_not_assign(request),
        "plans": [{"id": plan, "name": name, "on": str(plan) in ticked} for plan, name in stock.product.plans.items()],
        "unassign_url": f"{reverse('tenant-unassign', args=[stock.product.sku_id])}?selected={user.pk}",
    }
    shell = product_shell(stock, user.display_name)
    return render(request, "licensing/tenant/apps.html", shell | context, status=status)
