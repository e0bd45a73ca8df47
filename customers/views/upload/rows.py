"""The rows of an upload as a table to mend, before anybody is created."""

import uuid
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.forms.edit_user import locations
from customers.models import DirectoryRole, UploadRow, UserUpload
from customers.services import mend_rows, seat_lines, start_upload
from customers.services.uploads import CELLS
from customers.views.upload.file import HEADINGS, own_upload, rows_of
from customers.views.upload.key import give_key
from licensing.queries import inventory
from partnercenter.errors import DomainError, Problem
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import NUL, PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import key_page
from partnercenter.portal.tables import csv_answer

SORTS = {"number": "number"}
ROWS_ON_A_PAGE = 25


@staff_page
def upload_rows(request: PortalRequest, customer_id: uuid.UUID, upload_id: uuid.UUID) -> HttpResponse:
    upload = own_upload(request, customer_id, upload_id)
    if request.method != "POST":
        return _page(request, upload)
    go = request.POST.get("go", "save")
    _mend(request, upload, drop_bad=go == "drop-bad")
    if go != "create" or _turned(request):
        return HttpResponseRedirect(f"{request.path}?{_turned(request) or request.GET.urlencode()}")
    try:
        start_upload(by=request.principal, upload=upload)
    except DomainError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        return _page(request, upload, problems=list(error.problems), status=409)
    return give_key(request, upload, redirect("upload-run", upload.customer.pk, upload.pk))


def _turned(request: PortalRequest) -> str:
    """The address of the page of rows that was asked for; what was typed on this one is saved on the way."""
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
        if request.POST.get(name):
            kept[name] = request.POST[name]
            return kept.urlencode()
    return ""


def _mend(request: PortalRequest, upload: UserUpload, *, drop_bad: bool) -> None:
    posted, typed = request.POST, {}
    for text in posted.getlist("row"):
        row_id = _id(text)
        if row_id is not None:
            typed[row_id] = {name: posted.get(f"{name}-{text}", "").replace(NUL, "").strip() for name in CELLS}
    dropped = [row_id for text in posted.getlist("drop") if (row_id := _id(text)) is not None]
    if drop_bad:
        bad = UploadRow.objects.filter(upload=upload, has_problems=True)
        dropped += list(bad.exclude(state=UploadRow.State.CREATED).values_list("pk", flat=True))
    defaults = None
    if "defaults" in posted:
        defaults = {
            "location": [code for code, _ in locations() if code and code == posted.get("default-location")],
            "products": _known(posted.getlist("default-product"), _products(upload)),
            "roles": _known(posted.getlist("default-role"), _roles()),
        }
    mend_rows(by=request.principal, upload=upload, cells=typed, dropped=dropped, defaults=defaults)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _known(chosen: list[str], offered: dict[str, str]) -> list[str]:
    return sorted(set(chosen) & offered.keys())


def _products(upload: UserUpload) -> dict[str, str]:
    return {str(product.sku_id): product.name for product in inventory(upload.customer).assignable()}


def _roles() -> dict[str, str]:
    offered = DirectoryRole.objects.filter(is_assignable=True).values_list("pk", "display_name")
    return {str(role): name for role, name in offered}


def _page(
    request: PortalRequest, upload: UserUpload, *, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    told = rows_of(upload)
    only_bad = request.GET.get("show") == "bad"
    rows = UploadRow.objects.filter(upload=upload).exclude(state=UploadRow.State.CREATED)
    page = key_page(
        rows.filter(has_problems=True) if only_bad else rows,
        request.GET,
        sorts=SORTS,
        default_sort="number",
        size=min(ROWS_ON_A_PAGE, settings.PAGE_SIZE),
    )
    address = reverse("upload", args=[upload.customer.pk, upload.pk])
    waiting = told["waiting"] + told["failed"]
    context = {
        "customer": upload.customer,
        "upload": upload,
        "told": told,
        "waiting": waiting,
        "problems": [problem.message for problem in problems or ()],
        "rows": [_row(row) for row in page.rows],
        "columns": HEADINGS,
        "page": page,
        "filters": _filters(address, told, waiting, only_bad=only_bad),
        "seats": seat_lines(by=request.principal, upload=upload),
        "defaults": _defaults(upload),
        "bad_url": reverse("upload-bad-rows", args=[upload.customer.pk, upload.pk]),
        "result_url": reverse("upload-result", args=[upload.customer.pk, upload.pk]) if upload.started_at else "",
        "again_url": reverse("upload-users", args=[upload.customer.pk]),
    }
    shell = customer_page(
        upload.customer,
        "users",
        ("Upload users", reverse("upload-users", args=[upload.customer.pk])),
        (str(upload), ""),
    )
    return render(request, "customers/upload/rows.html", shell | context, status=status)


def _row(row: UploadRow) -> dict[str, object]:
    fields = [
        {
            "name": name,
            "label": label,
            "value": row.cells.get(name, ""),
            "problem": row.problems.get(name, ""),
        }
        for name, label in zip(CELLS, HEADINGS, strict=True)
    ]
    return {"id": row.pk, "number": row.number, "fields": fields, "problems": list(row.problems.values())}


def _filters(address: str, told: dict[str, int], waiting: int, *, only_bad: bool) -> list[dict[str, object]]:
    return [
        {"label": "All", "url": address, "count": waiting, "current": not only_bad},
        {"label": "With problems", "url": f"{address}?show=bad", "count": told["bad"], "current": only_bad},
    ]


def _defaults(upload: UserUpload) -> dict[str, object]:
    kept = upload.defaults
    return {
        "locations": [
            {"code": code, "name": name, "chosen": [code] == kept.get("location", [""])} for code, name in locations()
        ],
        "products": [
            {"id": key, "name": name, "chosen": key in kept.get("products", [])}
            for key, name in _products(upload).items()
        ],
        "roles": [{"id": key, "name": name, "chosen": key in kept.get("roles", [])} for key, name in _roles().items()],
        "open": any(kept.values()),
    }


@require_GET
@staff_page
def upload_bad_rows(request: PortalRequest, customer_id: uuid.UUID, upload_id: uuid.UUID) -> StreamingHttpResponse:
    """The rows with problems as a file to mend elsewhere and to upload again."""
    upload = own_upload(request, customer_id, upload_id)
    bad = UploadRow.objects.filter(upload=upload, has_problems=True).exclude(state=UploadRow.State.CREATED)
    rows = (
        [*(row.cells.get(name, "") for name in CELLS), " ".join(row.problems.values())]
        for row in bad.iterator(chunk_size=500)
    )
    return csv_answer(name="users-to-mend", columns=[*HEADINGS, "Status update"], rows=rows)
