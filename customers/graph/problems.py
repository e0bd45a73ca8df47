"""The services' problems in the words of the directory, which clients look for (sections 11 and 12.2)."""

from collections.abc import Mapping, Sequence

from licensing.rules import LicenseErrorCode as Code
from partnercenter.errors import DomainError, Problem
from partnercenter.wire.graph.errors import Kind, Refused, of_service

NAME_TAKEN = "Another object with the same value for property userPrincipalName already exists."
DOMAIN_INVALID = (
    "The domain portion of the userPrincipalName property is invalid. "
    "You must use one of the verified domain names in your organization."
)
PASSWORD_WEAK = (
    "The specified password does not comply with password complexity requirements. "  # noqa: S105  a sentence
    "Please provide a different password."
)
LOCATION_INVALID = "License assignment cannot be done for user with invalid usage location."
CONFLICT = {"code": "ObjectConflict", "message": NAME_TAKEN, "target": "userPrincipalName"}

_NOT_OWNED = "License {first} does not correspond to a valid company License."
_DEPENDS = "License assignment failed because service plan {first} depends on the service plan(s) {rest}"
SENTENCES: Mapping[str, str] = {
    "domain_not_verified": DOMAIN_INVALID,
    "domain_federated": DOMAIN_INVALID,
    "password_weak": PASSWORD_WEAK,
    Code.USAGE_LOCATION_MISSING: LOCATION_INVALID,
    Code.USAGE_LOCATION_NOT_ALLOWED: LOCATION_INVALID,
    Code.PRODUCT_NOT_OWNED: _NOT_OWNED,
    Code.PRODUCT_NOT_ASSIGNABLE: _NOT_OWNED,
    Code.NO_SEAT_LEFT: "Subscription with SKU {first} does not have any available licenses.",
    Code.PLANS_EXCLUDE_EACH_OTHER: "License assignment failed because service plans {all} are mutually exclusive",
    Code.PLAN_NEEDS_ANOTHER: _DEPENDS,
    Code.PLAN_NEEDED_BY_ANOTHER: _DEPENDS,
    Code.NOT_ASSIGNED: "User does not have a corresponding license.",
}
# In this order they are told, if there are several.
LICENSES = (
    Code.USAGE_LOCATION_MISSING,
    Code.USAGE_LOCATION_NOT_ALLOWED,
    Code.PRODUCT_NOT_OWNED,
    Code.PRODUCT_NOT_ASSIGNABLE,
    Code.NO_SEAT_LEFT,
    Code.PLANS_EXCLUDE_EACH_OTHER,
    Code.PLAN_NEEDS_ANOTHER,
    Code.PLAN_NEEDED_BY_ANOTHER,
    Code.NOT_ASSIGNED,
)


def refusal_of(error: DomainError) -> Refused:
    known = [code.value for code in LICENSES]
    first = min(error.problems, key=lambda problem: known.index(problem.code) if problem.code in known else len(known))
    if first.code == "user_principal_name_taken":
        return Refused(Kind.BAD_REQUEST, NAME_TAKEN, details=[CONFLICT])
    message = _spoken(first)
    if message is None:
        return of_service(error)
    return Refused(Kind.BAD_REQUEST, message, explanation={"sentence": _sentences(error.problems)})


def _sentences(problems: Sequence[Problem]) -> str:
    return " ".join(problem.message for problem in problems)


def _spoken(problem: Problem) -> str | None:
    """The directory's sentence with the ids that the problem is about, in its order."""
    about = problem.about
    first, rest = (about[0] if about else ""), ", ".join(about[1:])
    sentence = SENTENCES.get(problem.code)
    return None if sentence is None else sentence.format(first=first, rest=rest, all=", ".join(about))
