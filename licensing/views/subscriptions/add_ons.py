"""What hangs on a subscription, and what could."""

from datetime import datetime

from django.db.models.functions import Lower
from django.urls import reverse

from licensing.models import Product, Subscription
from licensing.rules.add_ons import add_ons_of
from licensing.rules.subscriptions import Standing, standing
from licensing.views.subscriptions.shown import quantity_words, shown


def add_ons_context(subscription: Subscription, now: datetime) -> dict[str, object]:
    """The add-ons of a base with their state, and the products that can be added to it. Three queries at most."""
    rows = subscription.add_ons.select_related("product").order_by("product__name", "created_at", "pk")
    is_active = standing(subscription.life, now) is Standing.ACTIVE
    offered = add_ons_of(subscription.product_id) if is_active else ()
    products = Product.objects.filter(pk__in=offered).order_by(Lower("name"))
    return {
        "base": subscription.parent,
        "add_ons": [
            {
                "name": str(row),
                "url": reverse("subscription", args=[subscription.customer_id, row.pk]),
                "quantity": quantity_words(row),
                "shown": shown(row, now),
            }
            for row in rows
        ],
        "addable": [
            {
                "name": product.name,
                "url": f"{reverse('order', args=[subscription.customer_id, product.pk])}?base={subscription.pk}",
            }
            for product in products
        ],
    }
