"""Keys and files of software, and giving it back. A key is derived from the purchase and the server's secret."""

import uuid
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from customers.models import Customer
from customers.roles import GLOBAL_ADMINISTRATOR
from gdap import access
from gdap.access.own_roles import require_own_role
from licensing.models import SoftwarePurchase
from licensing.rules.software import Edition
from licensing.services.subscriptions import NoResellerRelationship
from partnercenter import clock
from partnercenter.accounts.principals import Door, Principal, PrincipalKind
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Conflict, DomainError, NotFound, Problem
from partnercenter.transactions import whole

ALPHABET = "BCDFGHJKMPQRTVWXY2346789"  # nothing that is mistaken for another when read aloud
GROUPS, GROUP = 5, 5
SALT = "licensing.software"
ONLY_GLOBAL = "Only a Global Administrator of your organization sees keys and downloads of software."


class SoftwareError(DomainError):
    """The rules of software refuse it."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The key of an edition, and the token of the link to its file."""

    key: str
    token: str


@dataclass(frozen=True, slots=True)
class File:
    name: str
    text: str


@whole
def open_software(*, by: Principal, purchase: SoftwarePurchase, edition: Edition) -> Opened:
    """The key and the download of one edition; that somebody looked is in the audit log."""
    _require(by, purchase)
    _running(purchase)
    if edition not in purchase.choices:
        raise SoftwareError(Problem("edition_unknown", f"{purchase} is not there in this version, language and bit."))
    for operation in (Operation.GET_SOFTWARE_KEY, Operation.GET_SOFTWARE_DOWNLOAD_LINK):
        record_software(by, operation, purchase, _spelled(edition))
    named = [str(purchase.pk), edition.version, edition.language, edition.bit]
    token = Signer(salt=SALT).sign_object(named)
    return Opened(_key(purchase, edition), token)


@whole
def file_behind(*, token: str) -> File:
    """What a link leads to, as long as the purchase stands; who follows it is not known, so the link is recorded."""
    try:
        purchase_id, *chosen = Signer(salt=SALT).unsign_object(token)
    except BadSignature:
        raise _no_file() from None
    purchase = SoftwarePurchase.objects.filter(pk=purchase_id, cancelled_at__isnull=True).first()
    edition = Edition(*chosen)
    if purchase is None or edition not in purchase.choices:
        raise _no_file()
    link = Principal(
        kind=PrincipalKind.SYSTEM,
        id="software-link",
        name="download link",
        door=Door.PORTAL,
        partner_id=purchase.partner_id,
    )
    record_software(link, Operation.GET_SOFTWARE_DOWNLOAD_LINK, purchase, _spelled(edition) | {"downloaded": "yes"})
    name = f"{purchase.family}-{edition.version}-{edition.language}-{edition.bit}.txt".lower()
    text = f"{purchase}\nVersion {edition.version}, {edition.language}, {edition.bit}\n\n"
    return File(name, f"{text}This file stands for the installation media. It holds no software and no key.\n")


@whole
def cancel_software(*, by: Principal, purchase: SoftwarePurchase) -> None:
    """Give it back within its window; keys and links count no more, the row stays."""
    _require(by, purchase)
    now, until = clock.now(), purchase.cancellable_until
    if now >= until and purchase.cancelled_at is None:
        message = f"{purchase} could be cancelled until {until:%b %-d, %Y, %H:%M} UTC."
        raise SoftwareError(Problem("cancellation_window_passed", message))
    if not SoftwarePurchase.objects.filter(pk=purchase.pk, cancelled_at__isnull=True).update(cancelled_at=now):
        raise Conflict(Problem("software_cancelled", f"{purchase} is cancelled already."))
    purchase.cancelled_at = now
    record_software(by, Operation.CANCEL_SOFTWARE, purchase, {"quantity": purchase.quantity})


def _require(by: Principal, purchase: SoftwarePurchase) -> None:
    """An Admin agent of the partner that sold it and still sells; at the customer, a Global Administrator."""
    if by.is_trusted:
        return
    if by.kind is PrincipalKind.CUSTOMER:
        if by.customer_id != purchase.customer_id:
            raise _not_found()
        require_own_role(by, purchase.customer_id, {GLOBAL_ADMINISTRATOR}, ONLY_GLOBAL)
        return
    require_seller(by, customer_id=purchase.customer_id, partner_id=purchase.partner_id)


def require_seller(by: Principal, *, customer_id: uuid.UUID, partner_id: uuid.UUID) -> None:
    """An Admin agent of this partner, which sells to the customer."""
    if by.is_trusted:
        return
    access.visible_customer(by, customer_id)
    if by.partner_id != partner_id:
        raise _not_found()
    access.require_partner(by, access.PartnerPermission.MANAGE_SOFTWARE)
    if not Customer.objects.resold_by(by.partner_id).filter(pk=customer_id).exists():
        message = f"{by.partner_name} does not sell to this customer any more."
        raise NoResellerRelationship(Problem("no_reseller_relationship", message))


def _running(purchase: SoftwarePurchase) -> None:
    if purchase.cancelled_at is not None:
        raise SoftwareError(Problem("software_cancelled", f"{purchase} is cancelled; its keys and links are revoked."))


def _key(purchase: SoftwarePurchase, edition: Edition) -> str:
    """One key per version: language and bit are the same product."""
    digest = salted_hmac(f"{SALT}.key", f"{purchase.pk}/{edition.version}", algorithm="sha256").digest()
    number, letters = int.from_bytes(digest), []
    for _ in range(GROUPS * GROUP):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "-".join("".join(letters[start : start + GROUP]) for start in range(0, GROUPS * GROUP, GROUP))


def _spelled(edition: Edition) -> dict[str, object]:
    return {"version": edition.version, "language": edition.language, "bit": edition.bit}


def _not_found() -> NotFound:
    return NotFound(Problem("software_not_found", "There is no such software."))


def _no_file() -> NotFound:
    return NotFound(Problem("download_gone", "This link leads to nothing; the software may have been cancelled."))


def record_software(by: Principal, operation: Operation, purchase: SoftwarePurchase, after: dict[str, object]) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.SOFTWARE,
        resource_id=purchase.pk,
        resource_name=purchase.name,
        customer_id=purchase.customer_id,
        customer_name=purchase.customer.company_name,
        after=after,
    )
