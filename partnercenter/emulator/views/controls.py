"""Controls for a client's own test suite, as JSON (docs/emulator-controls.md). Outside demo mode they are not there.

They take no sign-in, so they answer this machine only, and a write must be JSON: a web page of somebody else can send
that to us only after asking the browser's leave, which is never given. That replaces the CSRF token.
"""

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from customers.models import Customer
from gdap.access.customer_side import customer_principal, first_approver
from gdap.models import AdminRelationship
from gdap.services.relationships import approve_relationship
from partnercenter import clock, request_ids
from partnercenter.accounts.principals import system
from partnercenter.checks import is_loopback
from partnercenter.emulator import parsing, services
from partnercenter.errors import DomainError, NotFound, Problem
from partnercenter.trouble import unavailable

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], JsonResponse]

CLOCK_MEMBERS = ("now", "freeze", "advance", "reset")


class ControlError(DomainError):
    """The call itself is wrong."""


def control(*methods: str) -> Callable[[View[P]], View[P]]:
    """A control that answers `methods`, in demo mode and to this machine only; refusals become JSON."""

    def decorate(view: View[P]) -> View[P]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> JsonResponse:
            if not settings.DEMO_MODE or not is_loopback(request.META.get("REMOTE_ADDR", "")):
                raise Http404
            if request.method not in methods:
                refusal = _refusal("method_not_allowed", f"This control knows {' and '.join(methods)}.", status=405)
                refusal["Allow"] = ", ".join(methods)
                return refusal
            if request.method != "GET" and request.content_type != "application/json":
                return _refusal("json_expected", "Send this with Content-Type: application/json.", status=415)
            try:
                return view(request, *args, **kwargs)
            except DomainError as error:
                return _refusal(error.code, error.message, status=error.status)
            except DatabaseError as error:
                found = unavailable(error)
                if found is None:
                    raise
                return _refusal(found.code, found.message, status=found.status)

        return cast("View[P]", guarded)

    return decorate


def members(request: HttpRequest, *known: str) -> dict[str, Any]:
    """The members of the JSON object in the body; none for an empty body."""
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict) or set(body) - set(known):
        message = f"The body is a JSON object with members out of: {', '.join(known)}."
        raise ControlError(Problem(code="body_not_understood", message=message))
    return body


@control("GET", "PUT")
def clock_control(request: HttpRequest) -> JsonResponse:
    """What time it is, and setting that: exactly one of `now`, `freeze`, `advance` and `reset`."""
    if request.method == "PUT":
        _set_clock(members(request, *CLOCK_MEMBERS))
    setting = services.current()
    answer = {
        "now": setting.time(clock.wall()).isoformat().replace("+00:00", "Z"),
        "frozen": setting.frozen_at is not None,
        "offsetSeconds": setting.offset.total_seconds(),
    }
    return JsonResponse(answer)


def _set_clock(wish: dict[str, Any]) -> None:
    by = system("emulator")
    match list(wish.items()):
        case [("now", to)]:
            services.set_time(by=by, to=parsing.moment(to))
        case [("freeze", True)]:
            services.freeze(by=by)
        case [("freeze", at)]:
            services.freeze(by=by, at=parsing.moment(at))
        case [("advance", step)]:
            services.advance(by=by, step=parsing.duration(step))
        case [("reset", True)]:
            services.reset(by=by)
        case _:
            message = f"Send exactly one of {', '.join(CLOCK_MEMBERS)}; reset is true, freeze true or a moment."
            raise ControlError(Problem(code="body_not_understood", message=message))


@control("POST")
def approve_control(
    request: HttpRequest, relationship_id: uuid.UUID, partner_id: uuid.UUID | None = None
) -> JsonResponse:
    """Play the customer: its first admin approves, or nobody in particular where there is none."""
    wish = members(request, "customerId")
    relationship = AdminRelationship.objects.filter(pk=relationship_id).first()
    if relationship is None or partner_id not in (None, relationship.partner_id):
        raise NotFound(Problem(code="relationship_not_found", message="There is no such admin relationship."))
    customer = _customer(relationship, wish.get("customerId"))
    approver = first_approver(customer.pk) if customer else None
    by = customer_principal(approver, ids=request_ids.of(request)) if approver else system("emulator")
    approve_relationship(by=by, relationship=relationship, customer=customer)
    now = clock.now()
    end = relationship.end(now)
    answer = {
        "id": str(relationship.pk),
        "status": relationship.status(now),
        "customerId": str(relationship.customer_id),
        "approvedBy": by.name,
        "endDateTime": end.isoformat().replace("+00:00", "Z") if end else None,
    }
    return JsonResponse(answer)


def _customer(relationship: AdminRelationship, named: object) -> Customer | None:
    """The customer of the relationship, or the one that the body names where it is open to any."""
    if named is None:
        return relationship.customer
    try:
        customer = Customer.objects.filter(pk=uuid.UUID(str(named))).first()
    except ValueError:
        customer = None
    if customer is not None and relationship.customer_id in (None, customer.pk):
        return customer
    raise NotFound(Problem(code="customer_not_found", message="There is no such customer for this relationship."))


def _refusal(code: str, message: str, *, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
