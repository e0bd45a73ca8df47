"""Templates for new users: the list, and the page of one."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from customers.forms.edit_user import LicensesForm, PermissionsForm, domain_choices, licenses_data, permissions_data
from customers.forms.template import TemplateForm
from customers.models import Customer, UserTemplate
from customers.naming import NamingRule
from customers.queries import directory_role_ids, living_user
from customers.roles import role_names
from customers.services import TemplateContent, delete_template, save_template, template_of
from customers.services.errors import UserError
from customers.views.add_user.beginning import as_id
from customers.views.edit_user.draft import Draft
from customers.views.edit_user.rows import product_rows
from customers.views.user_commands import NEEDED_TO_ADD
from gdap import access
from licensing.queries import Inventory, assigned_to, inventory
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import NUL, PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import key_page

SORTS = {"name": "sort_name"}
RULES = {rule.value: rule.label for rule in NamingRule}


@staff_page
def user_templates(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    customer = _open(request, customer_id)
    mine = UserTemplate.objects.filter(customer=customer, partner=request.principal.partner_id)
    page = key_page(mine, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    stock = inventory(customer)
    context = {
        "customer": customer,
        "templates": [_row(customer, row, stock) for row in page.rows],
        "page": page,
        "commands": [
            {"label": "New template", "icon": "add", "url": reverse("new-user-template", args=[customer.pk])},
        ],
    }
    shell = customer_page(customer, "users", ("Templates", ""))
    return render(request, "customers/templates/list.html", shell | context)


def _row(customer: Customer, row: UserTemplate, stock: Inventory) -> dict[str, object]:
    content = TemplateContent.of(row)
    return {
        "name": row.name,
        "url": reverse("user-template", args=[customer.pk, row.pk]),
        "add_url": f"{reverse('add-user', args=[customer.pk])}?template={row.pk}",
        "naming": RULES.get(row.naming, ""),
        "domain": row.domain or "Default",
        "location": row.usage_location,
        "roles": role_names(content.roles),
        "licenses": sorted(stock.products[sku].name for sku in content.licenses if sku in stock.products),
    }


@staff_page
def new_user_template(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """An empty one, or with what a user has, `?like=`."""
    customer = _open(request, customer_id)
    content = TemplateContent(name="")
    if request.GET.get("like"):
        user = living_user(customer, as_id(request.GET["like"]))
        content = TemplateContent(
            name=f"Like {user.display_name}"[: UserTemplate.NAME_LIMIT],
            domain=user.domain_name,
            usage_location=user.usage_location,
            roles=directory_role_ids(user),
            licenses=assigned_to(user),
        )
    return TemplatePage(request, customer, content, None).respond()


@staff_page
def user_template(request: PortalRequest, customer_id: uuid.UUID, template_id: uuid.UUID) -> HttpResponse:
    customer = _open(request, customer_id)
    row = template_of(request.principal, customer, template_id)
    return TemplatePage(request, customer, TemplateContent.of(row), row).respond()


class TemplatePage:
    """One template, in one request: three forms that are sent together."""

    def __init__(
        self, request: PortalRequest, customer: Customer, content: TemplateContent, row: UserTemplate | None
    ) -> None:
        self.request = request
        self.customer = customer
        self.row = row
        self.stock = inventory(customer)
        products = self.stock.assignable()
        stored = {
            "name": [content.name],
            "naming": [content.naming],
            "domain": [content.domain],
            "usage_location": [content.usage_location],
            **permissions_data(content.roles),
            **licenses_data(content.licenses, products),
        }
        data = _posted(request.POST) if request.method == "POST" else stored
        sku_id = request.POST.get("go", "").removeprefix("all-")
        data |= {name: plans for name, plans in licenses_data({}, products).items() if name == f"plan-{sku_id}"}
        self.form = TemplateForm(
            MultiValueDict(data) if request.method == "POST" else None,
            domains=domain_choices(customer),
            initial={name: "".join(values) for name, values in stored.items() if name in TemplateForm.base_fields},
        )
        self.permissions = PermissionsForm(data, initial_data=data)
        self.licenses = LicensesForm(data, initial_data=data, products=products)

    def respond(self) -> HttpResponse:
        go = self.request.POST.get("go", "save")
        if self.request.method != "POST" or go.startswith("all-"):
            return self.page()
        if go == "delete" and self.row is not None:
            name = self.row.name
            delete_template(by=self.request.principal, customer=self.customer, template=self.row)
            messages.success(self.request, f"The template {name} was deleted.")
            return redirect("user-templates", self.customer.pk)
        return self._save()

    def _save(self) -> HttpResponse:
        judged = [form.is_valid() for form in (self.form, self.permissions, self.licenses)]
        if not all(judged):
            return self.page(status=400)
        cleaned = self.form.cleaned_data
        content = TemplateContent(
            name=cleaned["name"].strip(),
            domain=cleaned["domain"],
            usage_location=cleaned["usage_location"],
            naming=cleaned["naming"],
            roles=self.permissions.chosen(),
            licenses=self.licenses.chosen(),
        )
        try:
            save_template(by=self.request.principal, customer=self.customer, content=content, template=self.row)
        except UserError as error:
            for problem in error.problems:
                self.form.add_error(problem.field if problem.field in self.form.fields else None, problem.message)
            return self.page(status=400)
        messages.success(self.request, f"The template {content.name} was saved.")
        return redirect("user-templates", self.customer.pk)

    def page(self, *, status: int = 200) -> HttpResponse:
        nothing = Draft.from_json({"info": dict.fromkeys(_INFO, ""), "roles": [], "licenses": {}})
        rows = product_rows(self.licenses, self.stock, nothing, buy_url="?", is_off=False)
        title = self.row.name if self.row else "New template"
        sent = self.request.method == "POST" and not self.request.POST.get("go", "").startswith("all-")
        context = {
            "customer": self.customer,
            "template": self.row,
            "title": title,
            "form": self.form,
            "permissions": self.permissions,
            "licenses": self.licenses,
            "refused": sent,
            "more_groups": self.permissions.groups(),
            "products": [row | {"locked": False, "buy_url": ""} for row in rows],
            "cancel_url": reverse("user-templates", args=[self.customer.pk]),
        }
        shell = customer_page(
            self.customer, "users", ("Templates", reverse("user-templates", args=[self.customer.pk])), (title, "")
        )
        return render(self.request, "customers/templates/edit.html", shell | context, status=status)


_INFO = ("first_name", "last_name", "display_name", "user_principal_name", "usage_location")


def _posted(posted: QueryDict) -> dict[str, list[str]]:
    return {name: [value.replace(NUL, "") for value in posted.getlist(name)] for name in posted}


def _open(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    customer = access.visible_customer(request.principal, customer_id)
    for permission in NEEDED_TO_ADD:
        access.require(request.principal, customer, permission)
    return customer
