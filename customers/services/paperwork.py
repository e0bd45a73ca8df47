"""What a partner files about a customer: qualifications, agreements, consents to applications."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from customers.models import Agreement, ApplicationConsent, Customer, Qualification
from customers.roles import role_id_by_name
from customers.services.billing import EMAIL
from customers.services.validation import fits
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, NotFound, Problem
from partnercenter.transactions import whole

EDUCATION_SEGMENTS = ("K12", "HigherEducation")
CONSENTING_ROLES = ("Application Administrator", "Cloud Application Administrator", "Global Administrator")


class PaperworkError(DomainError):
    """What is filed is not acceptable; each problem names its field."""


class ConsentDenied(DomainError):
    """The person holds no role at the customer that can consent to applications."""

    status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who at the customer accepted the customer agreement, and when."""

    first_name: str
    last_name: str
    email: str
    phone_number: str
    agreed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """An application and what it may do: scopes by enterprise application."""

    application_id: uuid.UUID
    display_name: str
    grants: Sequence[Mapping[str, str]] = field(default=())


@whole
def add_qualification(
    *, by: Principal, customer: Customer, kind: Qualification.Kind, education_segment: str = "", website: str = ""
) -> Qualification:
    """Nobody examines it here, so it counts at once."""
    customer = _of_partner(by, customer)
    problems = []
    if kind == Qualification.Kind.EDUCATION and education_segment not in EDUCATION_SEGMENTS:
        message = f"Education needs a segment: {' or '.join(EDUCATION_SEGMENTS)}."
        problems.append(Problem("segment_unknown", message, "education_segment"))
    if kind == Qualification.Kind.GOVERNMENT:
        message = "The validation code is not one of yours: none has been given to your company."
        problems.append(Problem("validation_code_unknown", message, "validation_code"))
    if not fits(Qualification, "website", website):
        problems.append(Problem("website_invalid", "This website is too long or can't be printed.", "website"))
    _refuse(problems)
    try:
        with transaction.atomic():
            found = Qualification.objects.create(
                customer=customer,
                partner_id=_partner_id(by),
                kind=kind,
                education_segment=education_segment if kind == Qualification.Kind.EDUCATION else "",
                website=website,
            )
    except IntegrityError as error:
        message = f"{customer.company_name} has this qualification already."
        raise PaperworkError(Problem("qualification_exists", message, "qualification")) from error
    _record(by, Operation.UPDATE_CUSTOMER_QUALIFICATION, customer, after={"qualification": kind.value})
    return found


@whole
def record_agreement(*, by: Principal, customer: Customer, signature: Signature) -> Agreement:
    """Say that somebody of the customer accepted the customer agreement."""
    access.require_partner(by, access.PartnerPermission.CONFIRM_AGREEMENTS)
    customer = access.visible_customer(by, customer.pk)
    _refuse(list(signature_problems(signature)))
    named = _named(signature)
    found = Agreement.objects.create(
        customer=customer, partner_id=_partner_id(by), agreed_at=signature.agreed_at, **named
    )
    _record(by, Operation.CREATE_AGREEMENT, customer, after=named, resource=ResourceType.AGREEMENT)
    return found


def signature_problems(signature: Signature) -> Iterator[Problem]:
    """Why this can't be who accepted, each with its field."""
    for name, value in _named(signature).items():
        if not fits(Agreement, name, value) or (not value and name != "phone_number"):
            label = name.replace("_", " ")
            yield Problem("signature_invalid", f"This {label} is missing, too long or can't be printed.", name)
    if signature.email and not EMAIL.fullmatch(signature.email):
        yield Problem("signature_invalid", f"{signature.email[:100]} is no email address.", "email")
    if signature.agreed_at > clock.now():
        yield Problem("agreed_in_future", "The agreement can't be accepted in the future.", "agreed_at")


def _named(signature: Signature) -> dict[str, str]:
    return {name: getattr(signature, name) for name in ("first_name", "last_name", "email", "phone_number")}


@whole
def consent_to_application(*, by: Principal, customer: Customer, consent: Consent) -> ApplicationConsent:
    """Let an application of the partner act in the tenant, with the scopes named."""
    customer = _consenting(by, customer)
    if not fits(ApplicationConsent, "display_name", consent.display_name):
        _refuse([Problem("display_name_invalid", "This name is too long or can't be printed.", "display_name")])
    try:
        with transaction.atomic():
            found = ApplicationConsent.objects.create(
                customer=customer,
                partner_id=_partner_id(by),
                application_id=consent.application_id,
                display_name=consent.display_name,
                grants=[dict(grant) for grant in consent.grants],
            )
    except IntegrityError as error:
        message = "This application has the customer's consent already; withdraw it first."
        raise PaperworkError(Problem("consent_exists", message, "application_id")) from error
    _record(by, Operation.ADD_CONSENT, customer, after={"application_id": str(consent.application_id)})
    return found


@whole
def withdraw_consent(*, by: Principal, customer: Customer, application_id: uuid.UUID) -> None:
    customer = _consenting(by, customer)
    deleted, _ = ApplicationConsent.objects.filter(
        customer=customer, partner=_partner_id(by), application_id=application_id
    ).delete()
    if not deleted:
        raise NotFound(Problem("consent_not_found", "This application has no consent of the customer."))
    _record(by, Operation.REMOVE_CONSENT, customer, before={"application_id": str(application_id)})


def _of_partner(by: Principal, customer: Customer) -> Customer:
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    return access.visible_customer(by, customer.pk)


def _consenting(by: Principal, customer: Customer) -> Customer:
    customer = _of_partner(by, customer)
    wanted = {role_id_by_name()[name] for name in CONSENTING_ROLES}
    if not by.is_trusted and not any(held.role_id in wanted for held in access.holdings(by, customer)):
        message = f"Consent to applications needs one of the roles {', '.join(CONSENTING_ROLES)}."
        raise ConsentDenied(Problem("access_gdap_role", message))
    return customer


def _partner_id(by: Principal) -> uuid.UUID:
    if by.partner_id is None:
        raise PaperworkError(Problem("partner_missing", "Only a partner files this."))
    return by.partner_id


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise PaperworkError(*problems)


def _record(
    by: Principal,
    operation: Operation,
    customer: Customer,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    resource: ResourceType = ResourceType.CUSTOMER,
) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=resource,
        resource_id=customer.pk,
        resource_name=customer.company_name,
        customer_id=customer.pk,
        customer_name=customer.company_name,
        before=before,
        after=after,
    )
