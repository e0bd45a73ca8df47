"""The partner's tags, and which of them a customer wears."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.forms.account import CustomerTagsForm, TagForm
from customers.models import CustomerTag, Tag
from customers.services.tags import create_tag, delete_tag, own_tag, rename_tag, set_customer_tags
from gdap import access
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page, workspace_page
from partnercenter.portal.paging import Page, key_page

SORTS = {"name": "sort_name"}
MANAGE = ("Manage tags", "")


@staff_page
def tags(request: PortalRequest) -> HttpResponse:
    """Every tag of the partner, and a field for one more."""
    access.require_partner(request.principal, access.PartnerPermission.MANAGE_TAGS)
    form = TagForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.attempt(
        lambda: create_tag(by=request.principal, name=form.cleaned_data["name"])
    ):
        messages.success(request, f"The tag {form.result} was created.")
        return redirect("tags")
    own: QuerySet[Tag] = Tag.objects.filter(partner=request.principal.partner_id)
    page = key_page(
        own.annotate(customers=Count("customer_tags")), request.GET, sorts=SORTS, default_sort="name", size=100
    )
    context = {"form": form, "tags": page.rows, "page": page, "column": _name_column(page)}
    return render(
        request, "customers/account/tags.html", workspace_page(MANAGE) | context, status=400 if form.errors else 200
    )


def _name_column(page: Page[Any]) -> dict[str, str]:
    return {"label": "Tag name", "url": page.sort_url("name"), "sort": page.direction("name")}


@staff_page
def rename(request: PortalRequest, tag_id: uuid.UUID) -> HttpResponse:
    tag = own_tag(by=request.principal, tag_id=tag_id)
    form = TagForm(request.POST if request.method == "POST" else None, initial={"name": tag.name})
    if request.method == "POST" and form.attempt(
        lambda: rename_tag(by=request.principal, tag_id=tag.pk, name=form.cleaned_data["name"])
    ):
        messages.success(request, f"The tag {tag} is called {form.result} now.")
        return redirect("tags")
    context = workspace_page(("Manage tags", reverse("tags")), (f"Rename {tag}", "")) | {"form": form, "tag": tag}
    return render(request, "customers/account/tag_rename.html", context, status=400 if form.errors else 200)


@staff_page
def delete(request: PortalRequest, tag_id: uuid.UUID) -> HttpResponse:
    tag = own_tag(by=request.principal, tag_id=tag_id)
    if request.method == "POST":
        worn = delete_tag(by=request.principal, tag_id=tag.pk)
        messages.success(request, f"The tag {tag} was deleted; {worn} customer{'' if worn == 1 else 's'} wore it.")
        return redirect("tags")
    context = workspace_page(("Manage tags", reverse("tags")), (f"Delete {tag}", ""))
    return render(request, "customers/account/tag_delete.html", context | {"tag": tag, "worn": _worn(tag)})


def _worn(tag: Tag) -> int:
    return CustomerTag.objects.filter(tag=tag).count()


@staff_page
def customer_tags(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Tick the tags of one customer."""
    customer = access.visible_customer(request.principal, customer_id)
    access.require_partner(request.principal, access.PartnerPermission.MANAGE_TAGS)
    own = Tag.objects.filter(partner=request.principal.partner_id)
    worn = own.filter(customer_tags__customer=customer).values_list("pk", flat=True)
    form = CustomerTagsForm(
        request.POST if request.method == "POST" else None,
        choices=[(str(tag.pk), tag.name) for tag in own],
        initial={"tags": [str(pk) for pk in worn]},
    )
    if request.method == "POST" and form.attempt(
        lambda: set_customer_tags(
            by=request.principal,
            customer=customer,
            tag_ids=[uuid.UUID(pk) for pk in form.cleaned_data.get("tags", [])],
            new_name=form.cleaned_data["name"],
        )
    ):
        messages.success(request, f"The tags of {customer} were saved.")
        return redirect("account", customer.pk)
    context = customer_page(customer, "account", ("Assign tags", "")) | {"form": form, "customer": customer}
    return render(request, "customers/account/customer_tags.html", context, status=400 if form.errors else 200)
