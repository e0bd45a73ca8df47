"""What the data of a user must look like (portal_screens section 5; limits of the Entra user object)."""

import re
import unicodedata
import uuid
from collections.abc import Iterator

from django.db.models import Model
from django.db.models.functions import Lower

from customers.models import Country, Customer, CustomerUser, Domain
from customers.queries import user_called
from partnercenter.errors import Problem, sentence
from partnercenter.prepared import Prepared

LOCAL_PART = re.compile(r"[A-Za-z0-9'._\-!#^~]+")
LOCAL_PART_LIMIT = 64
PRINCIPAL_NAME_LIMIT = 113
COUNTRY_CODE = re.compile(r"[A-Z]{2}")
# Control characters, halves of characters (no database takes them), and breaks of lines and paragraphs.
NEVER_SHOWN = {"Cc", "Cs", "Zl", "Zp"}

NAME_LABELS = {"first_name": "First name", "last_name": "Last name", "display_name": "Display name"}


def name_problems(field: str, value: str) -> Iterator[Problem]:
    label = NAME_LABELS[field]
    if field == "display_name" and not value:
        yield Problem("display_name_missing", "Enter a display name.", field)
    if len(value) > CustomerUser.NAME_LIMIT:
        yield Problem(
            "name_too_long",
            f"{label} has {len(value)} characters; {CustomerUser.NAME_LIMIT} are allowed.",
            field,
        )
    if any(unicodedata.category(character) in NEVER_SHOWN for character in value):
        yield Problem("name_not_printable", f"{label} contains a control character; remove it.", field)


def fits(model: type[Model], field: str, value: str) -> bool:
    """Whether the column takes this text, on every database, and a page can show it."""
    limit: int = getattr(model._meta.get_field(field), "max_length", None) or 0  # noqa: SLF001  public but for its name
    return len(value) <= limit and value.isprintable()


_COUNTRY = Prepared(lambda code: Country.objects.filter(code=code).order_by().values_list("code", flat=True), code=str)
_DOMAIN = Prepared(
    lambda customer_id, name: Domain.objects.alias(lower=Lower("name")).filter(
        customer=customer_id, lower=name, is_verified=True
    )[:1],
    customer_id=uuid.UUID,
    name=str,
)


def location_problems(code: str) -> Iterator[Problem]:
    if not code:
        return
    if not COUNTRY_CODE.fullmatch(code):
        yield Problem(
            "usage_location_unknown", "A usage location is a code of two letters from the list.", "usage_location"
        )
    elif not _COUNTRY.all(code=code):
        yield Problem(
            "usage_location_unknown", f"{code} is no country or region; choose one from the list.", "usage_location"
        )


def principal_name_problems(customer: Customer, user: CustomerUser | None, value: str) -> Iterator[Problem]:
    """Form, domain and uniqueness of a new sign-in name; `user` is its owner-to-be, None for one being created."""
    shape = shape_problem(value)
    if shape:
        yield Problem("user_principal_name_invalid", shape, "user_principal_name")
        return
    domain = value.partition("@")[2]
    owned = _DOMAIN.first(customer_id=customer.pk, name=domain.lower())
    if owned is None:
        yield Problem(
            "domain_not_verified",
            f"{domain} is not a verified domain of {customer.company_name}; choose one from the list.",
            "user_principal_name",
        )
    elif owned.authentication == Domain.Authentication.FEDERATED:
        yield Problem(
            "domain_federated",
            f"{domain} signs in through {customer.company_name}'s own federation, so users can't be named in it here.",
            "user_principal_name",
        )
    holder = user_called(customer.pk, value)
    if holder is not None and holder != user:
        yield Problem(
            "user_principal_name_taken",
            sentence(f"{value} is already in use at {customer.company_name}") + " Choose another name.",
            "user_principal_name",
        )


def shape_problem(value: str) -> str:
    """What is wrong with the form of an email, in a sentence; empty when nothing is."""
    local, _, domain = value.partition("@")
    if not local or not domain:
        return "Enter a name before the @ and choose a domain."
    if "@" in domain:
        return "An email has one @ only; enter just the part before it."
    if len(local) > LOCAL_PART_LIMIT:
        return f"The part before the @ has {len(local)} characters; {LOCAL_PART_LIMIT} are allowed."
    if len(value) > PRINCIPAL_NAME_LIMIT:
        return f"The email has {len(value)} characters; {PRINCIPAL_NAME_LIMIT} are allowed."
    if " " in domain or not domain.isprintable():
        return "A domain has no spaces; choose one from the list."
    return _character_problem(local)


def _character_problem(local: str) -> str:
    if not LOCAL_PART.fullmatch(local):
        return "Before the @, use letters A to Z without accents, digits and . - _ ' ! # ^ ~ only; no spaces."
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return "A dot can't stand at the start or end of the part before the @, nor twice in a row."
    return ""
