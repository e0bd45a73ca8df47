"""What orders and offers look like on the wire; `orders` and `offers` write what stands here, in this order."""

from partnercenter.wire.partner_center.shapes import (
    FLAG,
    GUID,
    LINK,
    MOMENT,
    NUMBER,
    TEXT,
    attributes,
    collected,
    listed,
    maybe,
    members,
    number,
    one_of,
    sent,
    shape,
    text,
)

ORDER = shape(
    "Order",
    id=GUID,
    referenceCustomerId=GUID,
    billingCycle=text("monthly"),
    lineItems=listed(
        shape(
            "OrderLine",
            lineItemNumber=number(0, minimum=0),
            offerId=TEXT,
            subscriptionId=GUID,
            parentSubscriptionId=maybe(GUID),
            termDuration=maybe(text("P1Y")),
            friendlyName=TEXT,
            quantity=number(25, minimum=0),
            links=members(subscription=LINK),
        )
    ),
    creationDate=MOMENT,
    status=one_of("completed"),
    links=members(provisioningStatus=LINK, self=LINK),
    attributes=attributes("Order"),
)
ORDERS = collected(ORDER, links=True)
WANTED_ORDER = sent(
    "WantedOrder",
    required=["lineItems"],
    billingCycle=one_of("unknown", "monthly", "annual"),
    lineItems=listed(
        sent(
            "WantedOrderLine",
            required=["offerId", "quantity"],
            offerId=TEXT,
            quantity=number(1),
            friendlyName=TEXT,
            termDuration=one_of("P1M", "P1Y", "P3Y"),
            parentSubscriptionId=TEXT,
        )
    ),
)
AN_ORDER = {
    "billingCycle": "monthly",
    "lineItems": [{"offerId": "6FD2C87F-B296-42F0-B197-1E91E994B900", "quantity": 5, "friendlyName": "Office"}],
}
LINE_PROVISIONING = collected(
    shape(
        "LineProvisioning",
        lineItemNumber=NUMBER,
        status=one_of("Fulfilled", "PreFulfilled"),
        quantityProvisioningInformation=listed(members(quantity=NUMBER, status=one_of("Fulfilled", "PreFulfilled"))),
    )
)
ACTIVATION_LINKS = collected(shape("ActivationLink", lineItemNumber=NUMBER, link=LINK), links=True)
CATEGORY = shape(
    "OfferCategory",
    id=TEXT,
    name=TEXT,
    rank=NUMBER,
    locale=text("en-US"),
    country=text("US"),
    attributes=attributes("OfferCategory"),
)
CATEGORIES = collected(CATEGORY)
OFFER = shape(
    "Offer",
    id=GUID,
    name=TEXT,
    description=TEXT,
    minimumQuantity=NUMBER,
    maximumQuantity=NUMBER,
    rank=NUMBER,
    uri=TEXT,
    locale=text("en-US"),
    country=text("US"),
    category=CATEGORY,
    limitUnitOfMeasure=TEXT,
    limit=NUMBER,
    termUnitOfMeasure=TEXT,
    term=NUMBER,
    prerequisiteOffers=listed(TEXT),
    isAddOn=FLAG,
    hasAddOns=FLAG,
    isAvailableForPurchase=FLAG,
    billing=one_of("license"),
    supportedBillingCycles=listed(TEXT),
    isAutoRenewable=FLAG,
    isInternal=FLAG,
    isMicrosoftProduct=FLAG,
    conversionTargetOffers=listed(TEXT),
    reselleeQualifications=listed(TEXT),
    resellerQualifications=listed(TEXT),
    salesGroupId=TEXT,
    isTrial=FLAG,
    acquisitionType=TEXT,
    supportedCatalogTypes=listed(TEXT),
    actions=listed(TEXT),
    product=members(id=GUID, name=TEXT, unit=TEXT),
    unitType=TEXT,
    links=members(learnMore=members(method=TEXT, headers=listed({})), self=LINK),
    attributes=attributes("Offer"),
)
OFFERS = collected(OFFER, links=True)
