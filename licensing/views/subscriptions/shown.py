"""How a subscription stands, in the words of its pages: the partner's and the customer's."""

from dataclasses import dataclass
from datetime import datetime

from licensing.models import Product, Subscription
from licensing.rules.subscriptions import DISABLED, GRACE, SUSPENDED, USAGE, Standing, Terms, standing, term_end

CYCLES = {"monthly": "Monthly", "annual": "Annual", "triennial": "Triennial", "none": "None"}
INTENTS = {
    Standing.PENDING: "warning",
    Standing.ACTIVE: "success",
    Standing.EXPIRED: "danger",
    Standing.SUSPENDED: "warning",
    Standing.DISABLED: "danger",
    Standing.DELETED: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`words` speak of `at`, where there is a date; `next_words` of what follows by itself."""

    standing: Standing
    words: str
    at: datetime | None = None
    next_words: str = ""
    next_at: datetime | None = None

    @property
    def badge(self) -> dict[str, str]:
        return {"label": self.standing.label, "intent": INTENTS[self.standing]}

    @property
    def text(self) -> str:
        """For a file: one line without markup."""
        return f"{self.words} {self.at:%Y-%m-%d}" if self.at else self.words


def quantity_words(subscription: Subscription) -> str:
    if subscription.product.kind == Product.Kind.USAGE:
        return "By use"
    count = subscription.quantity
    return f"{count:,} license{'' if count == 1 else 's'}"


def assigned_elsewhere(product: Product) -> str:
    """Where licenses are given out that this directory does not count; "" where it does."""
    if product.kind == Product.Kind.SAAS:
        return f"At {product.publisher}"
    if product.kind == Product.Kind.USAGE:
        return "By use"
    return "" if product.is_assignable else "Not assignable to users"


def shown(subscription: Subscription, now: datetime) -> Shown:
    """Lists select `product`. No queries."""
    terms = subscription.life
    stands = standing(terms, now)
    if stands is Standing.PENDING:
        return Shown(standing=stands, words=f"Action needed: activate at {terms.publisher}")
    if stands is Standing.ACTIVE:
        return _running(terms, now)
    if stands is Standing.DELETED:
        return Shown(standing=stands, words="Cancelled" if terms.status == Standing.DELETED else "Deleted")
    is_suspended = terms.status == Standing.SUSPENDED
    since = (terms.suspended_at or terms.created_at) if is_suspended else terms.term_ends_at
    disabled_at = since + (SUSPENDED if is_suspended else GRACE)
    if stands is Standing.DISABLED:
        return Shown(
            standing=stands,
            words="Disabled on",
            at=disabled_at,
            next_words="Is deleted on",
            next_at=disabled_at + DISABLED,
        )
    words = "Suspended on" if is_suspended else "Expired on"
    return Shown(standing=stands, words=words, at=since, next_words="Is disabled on", next_at=disabled_at)


def _running(terms: Terms, now: datetime) -> Shown:
    if terms.kind == USAGE:
        return Shown(standing=Standing.ACTIVE, words="Runs until it is cancelled")
    ends = term_end(terms, now)
    if terms.auto_renew:
        return Shown(standing=Standing.ACTIVE, words="Auto renews on", at=ends)
    return Shown(standing=Standing.ACTIVE, words="Ends on", at=ends, next_words="Is disabled on", next_at=ends + GRACE)
