"""The page behind a one-time link. It is for whoever has the link, most often the new user, who has no account here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from customers.services import can_be_opened, open_once

GONE = 410


@csrf_exempt  # the link is the right, not a session; and a refusal would write the address into the log
@never_cache
def password_link(request: HttpRequest, token: str) -> HttpResponse:
    """A GET only asks, so that a chat program that looks at links uses none up; the POST reads, once."""
    if request.method != "POST" and can_be_opened(token):
        return _quiet(render(request, "customers/handover/ask.html"))
    opened = open_once(token) if request.method == "POST" else []
    if not opened:
        return _quiet(render(request, "customers/handover/gone.html", status=GONE))
    return _quiet(render(request, "customers/handover/shown.html", {"opened": opened[0]}))


def _quiet(response: HttpResponse) -> HttpResponse:
    """The address is the secret: no other site learns it, and no search engine keeps it."""
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
