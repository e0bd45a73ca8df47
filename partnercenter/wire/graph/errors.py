"""Refusals as Graph words them: one envelope, two vocabularies (graph_gdap_contract sections 7 and 14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

from partnercenter.errors import DomainError

Detail = Mapping[str, str]
LONGEST_MESSAGE = 1024


class Kind(Enum):
    """What went wrong; the value is its HTTP status, and a letter where one status has several."""

    BAD_REQUEST = "400"
    UNSUPPORTED_QUERY = "400q"
    UNKNOWN_PATH = "400p"
    UNAUTHENTICATED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    METHOD_NOT_ALLOWED = "405"
    CONFLICT = "409"
    CHANGED = "412"
    ETAG_MISSING = "428"
    THROTTLED = "429"
    UNEXPECTED = "500"
    UNAVAILABLE = "503"
    TOO_SLOW = "504"

    @property
    def status(self) -> int:
        return int(self.value[:3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a part of Graph calls these things."""

    codes: Mapping[Kind, str]
    messages: Mapping[Kind, str]

    def code(self, kind: Kind) -> str:
        return self.codes[kind]


DIRECTORY = Vocabulary(
    codes=MappingProxyType(
        {
            Kind.BAD_REQUEST: "Request_BadRequest",
            Kind.UNSUPPORTED_QUERY: "Request_UnsupportedQuery",
            Kind.UNKNOWN_PATH: "BadRequest",
            Kind.UNAUTHENTICATED: "InvalidAuthenticationToken",
            Kind.FORBIDDEN: "Authorization_RequestDenied",
            Kind.NOT_FOUND: "Request_ResourceNotFound",
            Kind.METHOD_NOT_ALLOWED: "Request_BadRequest",
            Kind.CONFLICT: "Request_MultipleObjectsWithSameKeyValue",
            Kind.CHANGED: "resourceModified",
            Kind.ETAG_MISSING: "preconditionRequired",
            Kind.THROTTLED: "TooManyRequests",
            Kind.UNEXPECTED: "InternalServerError",
            Kind.UNAVAILABLE: "Service_Unavailable",
            Kind.TOO_SLOW: "Service_Timeout",
        }
    ),
    messages=MappingProxyType(
        {
            Kind.FORBIDDEN: "Insufficient privileges to complete the operation.",
            Kind.UNEXPECTED: "An unexpected error occurred in the server.",
        }
    ),
)

GDAP = Vocabulary(
    codes=MappingProxyType(
        {
            Kind.BAD_REQUEST: "badRequest",
            Kind.UNSUPPORTED_QUERY: "badRequest",
            Kind.UNKNOWN_PATH: "badRequest",
            Kind.UNAUTHENTICATED: "unauthorized",
            Kind.FORBIDDEN: "forbidden",
            Kind.NOT_FOUND: "notFound",
            Kind.METHOD_NOT_ALLOWED: "badRequest",
            Kind.CONFLICT: "conflict",
            Kind.CHANGED: "preconditionFailed",
            Kind.ETAG_MISSING: "preconditionRequired",
            Kind.THROTTLED: "TooManyRequests",  # refused before GDAP sees it
            Kind.UNEXPECTED: "unexpectedError",
            Kind.UNAVAILABLE: "serviceNotAvailable",
            Kind.TOO_SLOW: "timeout",
        }
    ),
    messages=MappingProxyType(
        {
            Kind.FORBIDDEN: "The user (principal) does not have the required permissions to perform the specified "
            "action on the resource.",
            Kind.UNEXPECTED: "An unexpected error occurred in the server.",
        }
    ),
)


class Refused(Exception):
    """A refusal. `explanation` goes where clients don't look; `details` are Graph's own place for more than one."""

    def __init__(
        self,
        kind: Kind,
        message: str = "",
        *,
        details: Sequence[Detail] = (),
        explanation: Mapping[str, Any] | None = None,
        retry_after: int = 0,
    ) -> None:
        super().__init__(message or kind.name)
        self.kind = kind
        self.message = message[:LONGEST_MESSAGE]
        self.details = details
        self.explanation = explanation
        self.retry_after = retry_after  # seconds

    def error(self, vocabulary: Vocabulary) -> dict[str, Any]:
        """The members of `error`, without the ids that every answer has."""
        found: dict[str, Any] = {
            "code": vocabulary.code(self.kind),
            "message": self.message or vocabulary.messages.get(self.kind, self.kind.name),
        }
        if self.details:
            found["details"] = list(self.details)
        return found


def bad_request(message: str) -> Refused:
    return Refused(Kind.BAD_REQUEST, message)


def unsupported(message: str) -> Refused:
    return Refused(Kind.UNSUPPORTED_QUERY, message)


_BY_STATUS = {
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    409: Kind.CONFLICT,
    412: Kind.CHANGED,
    503: Kind.UNAVAILABLE,
    504: Kind.TOO_SLOW,
}


def of_service(error: DomainError) -> Refused:
    """A service's refusal in the service's own words, except where Graph has one sentence for all cases."""
    kind = _BY_STATUS.get(error.status, Kind.BAD_REQUEST)
    if kind is Kind.FORBIDDEN:
        return Refused(kind, explanation={"sentence": error.message})
    details = [
        {"code": problem.code, "message": problem.message, "target": problem.field} for problem in error.problems
    ]
    return Refused(kind, error.message, details=details if len(details) > 1 else ())
