"""The first page of an upload: the template to download, and the file to send."""

import uuid

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.models import Customer, UploadRow, UserUpload
from customers.services import keep_sheet
from customers.sheet import MOST_ROWS, SheetError, read_sheet
from customers.views.user_commands import NEEDED_TO_ADD
from gdap import access
from partnercenter.errors import NotFound, Problem
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.tables import csv_answer
from partnercenter.portal.uploads import MOST_BYTES, TOO_BIG

HEADINGS = ("First name", "Last name", "Display name", "Email", "Location", "Roles", "Licenses")
MOST_RECENT = 10


@staff_page
def upload_users(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    customer = may_upload(request, customer_id)
    if request.method != "POST":
        return _page(request, customer)
    try:
        file = _file(request)
        sheet = read_sheet(file.read())
    except SheetError as error:
        return _page(request, customer, error=str(error))
    upload = keep_sheet(by=request.principal, customer=customer, sheet=sheet, file_name=_name(file))
    return redirect("upload", customer.pk, upload.pk)


def _file(request: PortalRequest) -> "UploadedFile[bytes]":
    if TOO_BIG in request.META:
        raise SheetError(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it into several files.")
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise SheetError("Choose a file first.")
    return file


def _name(file: "UploadedFile[bytes]") -> str:
    return "".join(letter for letter in file.name or "" if letter.isprintable())


def _page(request: PortalRequest, customer: Customer, *, error: str = "") -> HttpResponse:
    mine = UserUpload.objects.filter(customer=customer, made_by=request.user)
    context = {
        "customer": customer,
        "error": error,
        "most": MOST_ROWS,
        "template_url": reverse("upload-template", args=[customer.pk]),
        "cancel_url": reverse("users", args=[customer.pk]),
        "uploads": [
            {"name": str(row), "at": row.created_at, "url": reverse("upload", args=[customer.pk, row.pk])}
            for row in mine[:MOST_RECENT]
        ],
    }
    shell = customer_page(customer, "users", ("Upload users", ""))
    return render(request, "customers/upload/file.html", shell | context, status=400 if error else 200)


@require_GET
@staff_page
def upload_template(request: PortalRequest, customer_id: uuid.UUID) -> StreamingHttpResponse:
    customer = may_upload(request, customer_id)
    example = ("Ana", "Born", "Ana Born", f"ana.born@{customer.primary_domain}", customer.country, "", "")
    return csv_answer(name="users-template", columns=HEADINGS, rows=[example])


def may_upload(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    customer = access.visible_customer(request.principal, customer_id)
    for permission in NEEDED_TO_ADD:
        access.require(request.principal, customer, permission)
    return customer


def own_upload(request: PortalRequest, customer_id: uuid.UUID, upload_id: uuid.UUID) -> UserUpload:
    """The person's own upload at this customer."""
    customer = may_upload(request, customer_id)
    found = UserUpload.objects.filter(customer=customer, made_by=request.user, pk=upload_id).first()
    if found is None:
        raise NotFound(Problem("upload_not_found", "There is no such upload of yours."))
    found.customer = customer
    return found


def rows_of(upload: UserUpload) -> "dict[str, int]":
    """How many rows are in which state."""
    rows = UploadRow.objects.filter(upload=upload).order_by()
    told = {"created": 0, "failed": 0, "waiting": 0, "bad": 0}
    for state, is_bad, count in rows.values_list("state", "has_problems").annotate(count=Count("pk")):
        told[state] += count
        told["bad"] += count if is_bad and state != UploadRow.State.CREATED else 0
    return told
