"""Who is signed in to the admin center: a session of its own, in a cookie that only its addresses are sent."""

from typing import cast

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare, salted_hmac

from customers.models import CustomerUser
from partnercenter.tenant.http import PREFIX, is_of_tenant

COOKIE = "tenant_session"
PERSON, PROOF = "tenant_person", "tenant_proof"
SERVER_ERROR = 500


class TenantSession(SessionStore):
    """Signed with another salt than the sessions of staff, so neither is worth anything in the cookie of the other."""


class SessionMiddleware(DjangoSessionMiddleware):
    """The session of partner staff and ops; beneath /tenant/ that of the customer's side instead."""

    def process_request(self, request: HttpRequest) -> None:
        if is_of_tenant(request):
            request.session = TenantSession(request.COOKIES.get(COOKIE))
            return
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = getattr(request, "session", None)
        if not isinstance(session, TenantSession):
            return super().process_response(request, response)
        if session.accessed:
            patch_vary_headers(response, ("Cookie",))
        if session.is_empty():
            if COOKIE in request.COOKIES:
                response.delete_cookie(COOKIE, path=PREFIX, samesite=settings.SESSION_COOKIE_SAMESITE)
        elif session.modified and response.status_code < SERVER_ERROR:
            _save(session)
            _set_cookie(response, session)
        return response


def _save(session: TenantSession) -> None:
    try:
        session.save()
    except UpdateError as error:
        raise SessionInterrupted("The session ended while this request was answered.") from error


def _set_cookie(response: HttpResponse, session: TenantSession) -> None:
    response.set_cookie(
        COOKIE,
        session.session_key or "",
        max_age=session.get_expiry_age(),
        path=PREFIX,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def sign_in(request: HttpRequest, person: CustomerUser) -> None:
    """Begin a new session: nothing of an earlier one, of whomever, outlives it."""
    request.session.flush()
    request.session[PERSON] = str(person.pk)
    request.session[PROOF] = _proof(person)
    rotate_token(request)


def sign_out(request: HttpRequest) -> None:
    request.session.flush()


def signed_in(request: HttpRequest) -> CustomerUser | None:
    """Whose session it is. One who was deleted, blocked or given another password has none any more. Asked once."""
    if not isinstance(request.session, TenantSession):
        return None
    if not hasattr(request, "_tenant_person"):
        request._tenant_person = _person(request)  # type: ignore[attr-defined]  # noqa: SLF001  kept for this request
    return cast("CustomerUser | None", request._tenant_person)  # type: ignore[attr-defined]  # noqa: SLF001


def _person(request: HttpRequest) -> CustomerUser | None:
    person_id = request.session.get(PERSON)
    if person_id is None:
        return None
    people = CustomerUser.objects.alive().select_related("customer")
    person = people.filter(pk=person_id, sign_in_blocked=False).first()
    if person is None or not constant_time_compare(request.session.get(PROOF, ""), _proof(person)):
        request.session.flush()
        return None
    return person


def _proof(person: CustomerUser) -> str:
    """Changes with the password and with every block, so that either ends every session."""
    value = f"{person.password}/{person.session_epoch}"
    return salted_hmac("partnercenter.tenant.session", value, algorithm="sha256").hexdigest()
