"""The key to the passwords of an upload: a cookie for its own pages alone, so that the server keeps none of it."""

from django.http import HttpResponse
from django.urls import reverse

from customers.models import UserUpload
from customers.services.handover import new_token
from partnercenter.portal.http import PortalRequest

NAME = "upload-key"
SECONDS = 72 * 3600


def key_of(request: PortalRequest) -> str:
    return request.COOKIES.get(NAME, "")


def give_key(request: PortalRequest, upload: UserUpload, response: HttpResponse) -> HttpResponse:
    """A new one, unless the browser has one for this upload already."""
    if not key_of(request):
        put_key(request, upload, response, new_token())
    return response


def put_key(request: PortalRequest, upload: UserUpload, response: HttpResponse, token: str) -> None:
    response.set_cookie(
        NAME,
        token,
        max_age=SECONDS,
        path=reverse("upload", args=[upload.customer_id, upload.pk]),
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
