"""Add-ons hang on a subscription: its term, renewal and status are theirs."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from licensing.models import Product, Subscription
from licensing.rules import subscriptions as rules
from licensing.rules.add_ons import bases
from licensing.rules.subscriptions import Standing
from partnercenter.errors import Problem

FOLLOWED = ("status", "auto_renew")


def check_base(base: Subscription, product: Product, now: datetime) -> tuple[Problem, ...]:
    """Why `product` can't hang on `base`; empty where it can."""
    if base.product_id not in bases().get(product.pk, frozenset()):
        return (Problem("not_an_add_on", f"{product} is no add-on of {base.product}.", "parent"),)
    return rules.check_active(base.life, now)


def follows_base(add_on: Subscription, changed: Mapping[str, object], now: datetime) -> tuple[Problem, ...]:
    """Why an add-on can't run or renew without its base; empty where it hangs on none."""
    base = add_on.parent
    if base is None:
        return ()
    stands = rules.standing(base.life, now)
    if changed.get("status") == Subscription.Status.ACTIVE and stands is not Standing.ACTIVE:
        return (Problem("base_not_active", f"{add_on} is an add-on of {base}: reactivate that first.", "status"),)
    if changed.get("auto_renew") and not base.auto_renew:
        return (Problem("base_not_active", f"{add_on} is an add-on of {base}: renew that first.", "auto_renew"),)
    return ()


def what_add_ons_follow(
    base: Subscription, before: rules.Terms, changed: Mapping[str, object]
) -> Iterator[tuple[Subscription, dict[str, object]]]:
    """Each living add-on that the change of its base makes different, and how.

    What was suspended by itself stays so when its base comes back.
    """
    followed = {name: changed[name] for name in FOLLOWED if name in changed}
    if not followed:
        return
    comes_back = changed.get("status") == Subscription.Status.ACTIVE
    rows = base.add_ons.exclude(status=Subscription.Status.DELETED).select_related("product", "customer")
    for add_on in rows.order_by("pk"):
        if comes_back and add_on.suspended_at != before.suspended_at:
            continue
        wanted = {name: value for name, value in followed.items() if getattr(add_on, name) != value}
        if wanted:
            yield add_on, wanted
