"""The offers of the classic commerce: the products of the catalog in the recorded form (recorded_responses A)."""

from collections.abc import Collection
from typing import Any

from rest_framework.request import Request

from customers.models import Country
from licensing.api import order_shapes as shapes
from licensing.api.subscription_presenters import offer_id
from licensing.models import Product, Subscription
from licensing.rules.add_ons import add_ons_of, bases
from licensing.rules.subscriptions import MOST_SEATS
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.links import link, self_link
from partnercenter.wire.partner_center.operations import Parameter, operation
from partnercenter.wire.partner_center.shapes import text
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView

NEW_COMMERCE = Subscription.Commerce.NEW_COMMERCE
READ = frozenset({"GET", "HEAD"})
CATALOG = "3c95518e-8c37-41e3-9627-0ca339200f53"
LOCALE = "en-US"
COUNTRY = Parameter(name="country", schema=text("US"), says="Where it is sold; required.")


class OfferView(PartnerCenterView):
    app_only = READ

    @property
    def country(self) -> str:
        code = (self.query.get("country") or "").strip().upper()
        if not Country.objects.filter(code=code).exists():
            raise ApiError(codes.ARGUMENT, "country must be the code of a country or region.")
        return code


class OfferList(OfferView):
    @operation("List offers", gives=shapes.OFFERS, query=(COUNTRY,))
    def get(self, request: Request) -> Answer:
        """All of them on one page, as the real service has it."""
        country = self.country
        licenses = Product.objects.filter(kind=Product.Kind.LICENSE).order_by("name", "pk")
        items = [offer(product, country) for product in licenses]
        return Answer(collection(items, links=self_link(f"/offers?country={country}")))


class OfferDetail(OfferView):
    @operation("Get an offer", gives=shapes.OFFER, query=(COUNTRY,))
    def get(self, request: Request, offer_id: str) -> Answer:
        country = self.country
        return Answer(offer(one_offered(offer_id), country))


class OfferAddOns(OfferView):
    """Add-ons are offers like others; these hang on a subscription of the offer."""

    @operation("List the add-ons of an offer", gives=shapes.OFFERS, query=(COUNTRY,))
    def get(self, request: Request, offer_id: str) -> Answer:
        country = self.country
        product = one_offered(offer_id)
        found = Product.objects.filter(pk__in=add_ons_of(product.pk)).order_by("name", "pk")
        return Answer(
            collection(
                [offer(row, country) for row in found], links=self_link(f"{_path(product)}/addons?country={country}")
            )
        )


class OfferCategoryList(OfferView):
    @operation("List categories of offers", gives=shapes.CATEGORIES, query=(COUNTRY,))
    def get(self, request: Request) -> Answer:
        return Answer(collection([_category(self.country)]))


def offered(texts: Collection[str]) -> dict[str, tuple[Product, Subscription.Commerce]]:
    """The products behind ids of offers, of either commerce, by id as it was spelled. Two queries."""
    known = {
        offer_id(sku_id, is_classic=commerce == Subscription.Commerce.CLASSIC).casefold(): (sku_id, commerce)
        for sku_id, kind in Product.objects.values_list("pk", "kind")
        for commerce in (Subscription.Commerce if kind == Product.Kind.LICENSE else [NEW_COMMERCE])
    }
    found = {text: known.get(text.strip().casefold()) for text in texts}
    products = Product.objects.in_bulk([match[0] for match in found.values() if match])
    return {text: (products[match[0]], match[1]) for text, match in found.items() if match}


def one_offered(text: str) -> Product:
    """Of licenses: the offers of the marketplace are not listed here."""
    found = offered([text])
    if not found or not found[text][0].has_seats:
        raise ApiError(codes.OFFER_UNKNOWN, f"{text[:100]} is no offer.")
    return found[text][0]


def offer(product: Product, country: str) -> dict[str, Any]:
    own_id, needed = offer_id(product.pk, is_classic=True), bases().get(product.pk, ())
    return {
        "id": own_id,
        "name": product.name,
        "description": product.name,
        "minimumQuantity": 1,
        "maximumQuantity": MOST_SEATS,
        "rank": 0,
        "uri": f"/{CATALOG}/Offers/{own_id}",
        "locale": LOCALE,
        "country": country,
        "category": _category(country),
        "limitUnitOfMeasure": "None",
        "limit": 0,
        "termUnitOfMeasure": "Year",
        "term": 1,
        "prerequisiteOffers": sorted(offer_id(base, is_classic=True) for base in needed),
        "isAddOn": bool(needed),
        "hasAddOns": bool(add_ons_of(product.pk)),
        "isAvailableForPurchase": True,
        "billing": "license",
        "supportedBillingCycles": ["annual", "monthly"],
        "isAutoRenewable": True,
        "isInternal": False,
        "isMicrosoftProduct": True,
        "conversionTargetOffers": [],
        "reselleeQualifications": [],
        "resellerQualifications": [],
        "salesGroupId": "Default",
        "isTrial": False,
        "acquisitionType": "purchase",
        "supportedCatalogTypes": ["sandbox", "live"],
        "actions": ["Cancel", "Edit"],
        "product": {"id": own_id, "name": product.name, "unit": "Licenses"},
        "unitType": "Licenses",
        "links": {
            "learnMore": {"method": "GET", "headers": []},
            "self": link(f"{_path(product)}?country={country}"),
        },
        "attributes": {"objectType": "Offer"},
    }


def _path(product: Product) -> str:
    return f"/offers/{offer_id(product.pk, is_classic=True)}"


def _category(country: str) -> dict[str, Any]:
    """The catalog knows no categories, so all are in one."""
    return {
        "id": "Enterprise_Key",
        "name": "Enterprise",
        "rank": 20,
        "locale": LOCALE,
        "country": country,
        "attributes": {"objectType": "OfferCategory"},
    }
