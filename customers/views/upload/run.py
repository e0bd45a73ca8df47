"""Creating the users of an upload, a few seconds' worth with each request, and what came of it."""

import json
import time
import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from customers.models import UploadRow, UserUpload
from customers.services import create_next, open_once
from customers.services.handover import can_be_opened, new_token
from customers.services.upload_judge import Judge
from customers.views.upload.file import own_upload, rows_of
from customers.views.upload.key import key_of, put_key
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import key_page
from partnercenter.portal.tables import csv_answer

SECONDS_AT_ONCE = 3.0
BADGES = {
    "created": {"label": "Created", "intent": "success"},
    "failed": {"label": "Failed", "intent": "danger"},
    "waiting": {"label": "Waiting", "intent": ""},
}


@never_cache
@staff_page
def upload_run(request: PortalRequest, customer_id: uuid.UUID, upload_id: uuid.UUID) -> HttpResponse:
    """Each POST goes on where the last one ended; a page left or a process killed loses nothing."""
    upload = own_upload(request, customer_id, upload_id)
    if upload.started_at is None:
        return redirect("upload", upload.customer.pk, upload.pk)
    token = key_of(request) or new_token()
    done = _go_on(request, upload, token) if request.method == "POST" else False
    if done:
        response: HttpResponse = redirect("upload-result", upload.customer.pk, upload.pk)
    else:
        response = _progress(request, upload)
    put_key(request, upload, response, token)
    return response


def _go_on(request: PortalRequest, upload: UserUpload, token: str) -> bool:
    """Whether no row waits any more. The limit is of this machine's patience, so no clock of the product."""
    judge = Judge(request.principal, upload.customer, upload.defaults)
    until = time.monotonic() + SECONDS_AT_ONCE
    while time.monotonic() < until:
        if not create_next(by=request.principal, upload=upload, judge=judge, token=token):
            return True
    return False


def _progress(request: PortalRequest, upload: UserUpload) -> HttpResponse:
    told = rows_of(upload)
    done = told["created"] + told["failed"]
    context = {"customer": upload.customer, "upload": upload, "done": done, "all": done + told["waiting"]}
    return render(request, "customers/upload/run.html", _shell(upload) | context)


@never_cache
@require_GET
@staff_page
def upload_result(request: PortalRequest, customer_id: uuid.UUID, upload_id: uuid.UUID) -> HttpResponse:
    upload = own_upload(request, customer_id, upload_id)
    told = rows_of(upload)
    rows = UploadRow.objects.filter(upload=upload)
    page = key_page(rows, request.GET, sorts={"number": "number"}, default_sort="number", size=settings.PAGE_SIZE)
    key = key_of(request)
    context = {
        "customer": upload.customer,
        "upload": upload,
        "told": told,
        "intent": "warning" if told["failed"] or told["waiting"] else "success",
        "page": page,
        "rows": [
            {
                "number": row.number,
                "name": row.cells.get("display_name", ""),
                "email": row.cells.get("email", ""),
                "badge": BADGES[row.state],
                "message": row.message,
            }
            for row in page.rows
        ],
        "can_download": bool(key) and can_be_opened(key),
        "passwords_url": reverse("upload-passwords", args=[upload.customer.pk, upload.pk]),
        "mend_url": reverse("upload", args=[upload.customer.pk, upload.pk]),
        "users_url": reverse("users", args=[upload.customer.pk]),
    }
    return render(request, "customers/upload/result.html", _shell(upload) | context)


@never_cache
@staff_page
def upload_passwords(request: PortalRequest, customer_id: uuid.UUID, upload_id: uuid.UUID) -> HttpResponseBase:
    """The temporary passwords, once."""
    upload = own_upload(request, customer_id, upload_id)
    if request.method != "POST":
        return redirect("upload-result", upload.customer.pk, upload.pk)
    opened = open_once(key_of(request), customer=upload.customer) if key_of(request) else []
    if not opened:
        messages.warning(request, "The passwords were taken before, or their time is over. Reset those you need.")
        return redirect("upload-result", upload.customer.pk, upload.pk)
    lines = sorted(json.loads(one.text) for one in opened if one.text)  # in the order of the file
    return csv_answer(
        name="temporary-passwords",
        columns=["Display name", "Email", "Temporary password"],
        rows=(line[1:] for line in lines),
    )


def _shell(upload: UserUpload) -> dict[str, object]:
    return customer_page(upload.customer, "users", (str(upload), ""))
