"""The mailbox of the demo: what would have been sent, to whom and when. Reading it writes and sends what is due."""

import uuid

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from gdap.services.notifications import send_waiting, waiting_count, write_due
from partnercenter.emulator.models import Mail
from partnercenter.emulator.views.ops import emulator_page, ops_page
from partnercenter.errors import NotFound, Problem
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.paging import key_page, words_of

MOST_LOOKED_AT = 1000  # relationships, and mails, while one page is being asked for


@require_GET
@ops_page
def mail_list(request: PortalRequest) -> HttpResponse:
    write_due(at_most=MOST_LOOKED_AT)
    send_waiting(at_most=MOST_LOOKED_AT)
    query = words_of(request.GET)
    mails = Mail.objects.filter(Q(subject__icontains=query) | Q(recipients__icontains=query))
    page = key_page(mails, request.GET, sorts={"date": "dated_at"}, default_sort="-date", size=settings.PAGE_SIZE)
    context = {
        "mails": page.rows,
        "page": page,
        "query": query,
        "search": {"action": reverse("mailbox"), "value": query, "label": "Search recipients and subjects"},
        "waiting": waiting_count(),
        "goes_elsewhere": bool(settings.EMAIL_URL),
        "columns": [
            {"label": "Date", "url": page.sort_url("date"), "sort": page.direction("date")},
            {"label": "To"},
            {"label": "Subject"},
        ],
    }
    return render(request, "emulator/mailbox.html", emulator_page("mailbox") | context)


@require_GET
@ops_page
def one_mail(request: PortalRequest, mail_id: uuid.UUID) -> HttpResponse:
    mail = Mail.objects.filter(pk=mail_id).first()
    if mail is None:
        raise NotFound(Problem(code="mail_not_found", message="There is no such mail."))
    return render(request, "emulator/mail.html", emulator_page("mailbox", (mail.subject, "")) | {"mail": mail})
