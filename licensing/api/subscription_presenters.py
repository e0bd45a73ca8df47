"""Bodies about subscriptions (partner_center_contract part 6). Members stand in the order of the capture."""

import base64
import json
import uuid
from datetime import datetime
from typing import Any

from licensing.models import Product, Subscription
from licensing.rules.add_ons import add_ons_of
from licensing.rules.subscriptions import LICENSE, Standing, Terms, cancellable_until, reducible, standing, term_end
from partnercenter.wire.partner_center.encoding import supplied, wire_time
from partnercenter.wire.partner_center.links import link, self_link

Body = dict[str, Any]

# The Java SDK fails at words that it does not know; to it, such a subscription is suspended (section 1.11).
UNKNOWN_TO_JAVA = frozenset({Standing.PENDING, Standing.EXPIRED, Standing.DISABLED})
KINDS = {Product.Kind.LICENSE: "OnlineServicesNCE", Product.Kind.SAAS: "SaaS", Product.Kind.USAGE: "Azure"}


def subscription(row: Subscription, now: datetime, *, is_java: bool) -> Body:
    """Ids of the classic commerce are written in capitals, and its tag is the one of the captures."""
    uri = _path(row, row.pk)
    return supplied(
        {
            "id": wire_id(row, row.pk),
            "offerId": offer_id(row.product_id, is_classic=row.is_classic),
            "offerName": row.product.name,
            "friendlyName": row.friendly_name or row.product.name,
            **_product(row),
            "quantity": row.quantity,
            "unitType": "Usage-based" if _is_usage(row) else "Licenses",
            "parentSubscriptionId": row.parent and wire_id(row, row.parent.pk),
            "hasPurchasableAddons": None if row.is_classic else bool(add_ons_of(row.product_id)),
            **_dates(row, now),
            "status": status(row.life, now, is_java=is_java),
            "autoRenewEnabled": row.auto_renew,
            "isTrial": False,
            "billingType": "usage" if _is_usage(row) else "license",
            "billingCycle": row.billing_cycle,
            "termDuration": None if row.is_classic else row.term,
            "renewalTermDuration": row.term if row.auto_renew and not row.is_classic else None,
            "isMicrosoftProduct": None if row.is_classic else not row.product.publisher,
            "partnerId": row.partner.mpn_id or None,
            **_attention(row),
            "contractType": "subscription",
            "links": _links(row, uri),
            "publisherName": row.product.publisher or None,
            "refundableQuantity": _refundable(row.terms, now),
            "suspensionReasons": ["PartnerSuspended"] if row.status == Subscription.Status.SUSPENDED else None,
            "orderId": wire_id(row, row.order_id),
            "attributes": {"etag": etag(row), "objectType": "Subscription"},
        }
    )


def status(terms: Terms, now: datetime, *, is_java: bool) -> str:
    found = standing(terms, now)
    return Standing.SUSPENDED.value if is_java and found in UNKNOWN_TO_JAVA else found.value


def wire_id(row: Subscription, found: uuid.UUID) -> str:
    return str(found).upper() if row.is_classic else str(found)


def offer_id(product_id: uuid.UUID, *, is_classic: bool) -> str:
    """The catalog of commerce is not part of this server; the ids only have its form."""
    if is_classic:
        return str(product_id).upper()
    text = product_id.hex.upper()
    return f"CFQ7TTC0{text[:4]}:0001:CFQ7TTC0{text[4:8]}"


def etag(row: Subscription) -> str:
    text = json.dumps({"id": str(row.pk), "version": row.version}, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def _is_usage(row: Subscription) -> bool:
    return row.product.kind == Product.Kind.USAGE


def _product(row: Subscription) -> Body:
    kind = KINDS[Product.Kind(row.product.kind)]
    return {} if row.is_classic else {"productType": {"id": kind, "displayName": kind}}


def _attention(row: Subscription) -> Body:
    """What waits for its publisher says so; of others nothing is said."""
    return {} if row.activated_at else {"attentionNeeded": True, "actionTaken": False}


def _links(row: Subscription, uri: str) -> Body:
    base = {"parentSubscription": link(_path(row, row.parent.pk))} if row.parent else {}
    return {**({"offer": _offer_link(row)} if row.is_classic else {}), **base, **self_link(uri)}


def _path(row: Subscription, subscription_id: uuid.UUID) -> str:
    return f"/customers/{row.customer_id}/subscriptions/{wire_id(row, subscription_id)}"


def _dates(row: Subscription, now: datetime) -> Body:
    return {
        "creationDate": wire_time(row.created_at),
        "effectiveStartDate": wire_time(_day(row.created_at)),
        "commitmentEndDate": commitment_end(row, now),
        "cancellationAllowedUntilDate": wire_time(cancellable_until(row.life, now)),
    }


def commitment_end(row: Subscription, now: datetime) -> str | None:
    """The classic commerce names the day only; what runs without a term, or has not begun, has none."""
    if _is_usage(row) or row.activated_at is None:
        return None
    ends = term_end(row.life, now)
    return wire_time(_day(ends) if row.is_classic else ends)


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _offer_link(row: Subscription) -> Body:
    return link(f"/offers/{offer_id(row.product_id, is_classic=True)}?country={row.customer.country}")


def _refundable(terms: Terms, now: datetime) -> Body | None:
    """How many seats can be given back until when; the classic commerce, SaaS and usage have no such rule."""
    if terms.is_classic or terms.kind != LICENSE:
        return None
    found = reducible(terms, now)
    return {
        "totalQuantity": sum(item.quantity for item in found),
        "details": [{"quantity": item.quantity, "allowedUntilDateTime": wire_time(item.until)} for item in found],
    }
