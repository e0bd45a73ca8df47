"""Refusals as Partner Center words them (partner_center_contract section 1.9)."""

from collections.abc import Sequence

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated, ParseError

from gdap.access import AccessDenied
from partnercenter.errors import DomainError
from partnercenter.trouble import SECONDS_TO_WAIT, unavailable
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.codes import ErrorCode

LONGEST_DESCRIPTION = 1024


class ApiError(Exception):
    """A refusal with its code; `data` holds texts that help to find the reason."""

    def __init__(self, code: ErrorCode, *data: str, description: str = "") -> None:
        super().__init__(description or code.description)
        self.code = code
        self.description = (description or code.description)[:LONGEST_DESCRIPTION]
        self.data: Sequence[str] = data

    @property
    def seconds_to_wait(self) -> int:
        """What `Retry-After` says; 0 where trying again is no use."""
        return SECONDS_TO_WAIT if self.code in {codes.SERVER_BUSY, codes.GATEWAY_TIMEOUT} else 0

    def body(self) -> dict[str, object]:
        return {
            "code": self.code.number,
            "description": self.description,
            "data": list(self.data),
            "source": self.code.source,
        }


def api_error(error: Exception) -> ApiError | None:
    """What `error` is called here; None for a mistake of ours."""
    match error:
        case ApiError():
            return error
        case DomainError():
            return _of_service(error)
        case NotAuthenticated():
            return ApiError(codes.TOKEN_MISSING)
        case MethodNotAllowed():
            return ApiError(codes.METHOD_NOT_ALLOWED)
        case ParseError() | RequestDataTooBig() | SuspiciousOperation():
            return ApiError(codes.INVALID_INPUT)
    found = unavailable(error)
    return _of_service(found) if found else None


def _of_service(error: DomainError) -> ApiError:
    """The first problem decides the code; the service's sentences go into `data`, where people look for the reason."""
    code = codes.BY_PROBLEM.get(error.code, codes.INVALID_PROPERTY)
    ways = [error.ways] if isinstance(error, AccessDenied) and error.ways else []
    return ApiError(code, *(problem.message for problem in error.problems), *ways)
