"""What licenses and subscriptions look like on the wire; `presenters` writes what stands here, in this order."""

from partnercenter.wire.partner_center.shapes import (
    FLAG,
    GUID,
    LINK,
    MOMENT,
    NUMBER,
    SELF,
    TEXT,
    Shape,
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
    with_more,
)

GROUP = one_of("group1", "group2")
_PRODUCT = shape(
    "LicensedProduct",
    id=GUID,
    name=text("Office 365 E3"),
    skuPartNumber=text("ENTERPRISEPACK"),
    licenseGroupId=GROUP,
)
_PRODUCT_WITH_TARGET = with_more(
    "SubscribedProduct", _PRODUCT, before="licenseGroupId", targetType=one_of("User", "Tenant")
)


def _plan(name: str, *status: str) -> Shape:
    return shape(
        name,
        displayName=TEXT,
        serviceName=text("EXCHANGE_S_ENTERPRISE"),
        id=GUID,
        capabilityStatus=one_of(*status),
        targetType=one_of("User", "Tenant"),
    )


SUBSCRIBED_SKU = shape(
    "SubscribedSku",
    availableUnits=number(13),
    activeUnits=number(25, minimum=0),
    consumedUnits=number(12, minimum=0),
    suspendedUnits=number(0, minimum=0),
    totalUnits=number(25, minimum=0),
    warningUnits=number(0, minimum=0),
    productSku=_PRODUCT_WITH_TARGET,
    servicePlans=listed(_plan("SubscribedServicePlan", "Enabled")),
    capabilityStatus=one_of("Enabled", "Warning", "Suspended", "Deleted"),
    attributes=attributes("SubscribedSku"),
)
LICENSE = shape(
    "License",
    servicePlans=listed(_plan("LicensedServicePlan", "Assigned", "Disabled")),
    productSku=_PRODUCT,
    attributes=attributes("License"),
)
UPDATE = shape(
    "LicenseUpdate",
    licensesToAssign=maybe(
        listed(shape("AssignedLicense", excludedPlans=maybe(listed(GUID)), skuId=GUID)),
    ),
    licensesToRemove=maybe(listed(GUID)),
    licenseWarnings=listed(members(code=TEXT, message=TEXT, servicePlans=listed(TEXT))),
    attributes=attributes("LicenseUpdate"),
)
WANTED_UPDATE = sent(
    "WantedLicenseUpdate",
    licensesToAssign=listed(
        sent("LicenseToAssign", skuId=TEXT, skuPartNumber=TEXT, excludedPlans=listed(GUID)),
    ),
    licensesToRemove=listed(TEXT),
)
BATCH = shape(
    "LicenseUpdateBatch",
    runId=GUID,
    totalCount=number(2, minimum=0),
    items=listed(
        shape(
            "LicenseUpdateOfUser",
            user=TEXT,
            userId=maybe(GUID),
            status=one_of("done", "unchanged", "failed"),
            code=maybe(TEXT),
            description=maybe(TEXT),
        )
    ),
    attributes=attributes("LicenseUpdateBatch"),
)
WANTED_BATCH = sent(
    "WantedLicenseUpdateBatch",
    userIds=listed(TEXT),
    licensesToAssign=listed(
        sent("LicenseToAssignToMany", skuId=TEXT, skuPartNumber=TEXT, excludedPlans=listed(GUID)),
    ),
    licensesToRemove=listed(TEXT),
)
A_BATCH = {
    "userIds": ["natalia.molnarova@fabrikam.com", "da9a0000-0000-4000-8000-000000000001"],
    "licensesToAssign": [{"skuId": "6fd2c87f-b296-42f0-b197-1e91e994b900", "excludedPlans": []}],
    "licensesToRemove": [],
}
AN_UPDATE = {
    "licensesToAssign": [{"skuId": "6fd2c87f-b296-42f0-b197-1e91e994b900", "excludedPlans": []}],
    "licensesToRemove": [],
    "attributes": {"objectType": "LicenseUpdate"},
}

SUBSCRIPTION = shape(
    "Subscription",
    id=GUID,
    offerId=TEXT,
    offerName=text("Office 365 E3"),
    friendlyName=TEXT,
    productType=maybe(members(id=TEXT, displayName=TEXT)),
    quantity=number(25, minimum=0),
    unitType=one_of("Licenses", "Usage-based"),
    parentSubscriptionId=maybe(GUID),
    hasPurchasableAddons=maybe(FLAG),
    creationDate=MOMENT,
    effectiveStartDate=MOMENT,
    commitmentEndDate=maybe(MOMENT),
    cancellationAllowedUntilDate=maybe(MOMENT),
    status=one_of("active", "suspended", "deleted", "expired", "disabled", "pending"),
    autoRenewEnabled=FLAG,
    isTrial=FLAG,
    billingType=one_of("license", "usage"),
    billingCycle=text("monthly"),
    termDuration=maybe(text("P1Y")),
    renewalTermDuration=maybe(text("P1Y")),
    isMicrosoftProduct=maybe(FLAG),
    partnerId=maybe(TEXT),
    attentionNeeded=maybe(FLAG),
    actionTaken=maybe(FLAG),
    contractType=one_of("subscription"),
    links=members(offer=maybe(LINK), parentSubscription=maybe(LINK), self=LINK),
    publisherName=maybe(TEXT),
    refundableQuantity=maybe(
        members(totalQuantity=NUMBER, details=listed(members(quantity=NUMBER, allowedUntilDateTime=MOMENT)))
    ),
    suspensionReasons=maybe(listed(TEXT)),
    orderId=GUID,
    attributes=attributes("Subscription", etag=True),
)
PROVISIONING = shape(
    "ProvisioningStatus",
    skuId=GUID,
    status=one_of("success", "pending", "failed"),
    quantity=NUMBER,
    endDate=maybe(MOMENT),
    attributes=attributes("SubscriptionProvisioningStatus"),
)
ENTITLEMENTS = collected(
    shape(
        "Entitlement",
        includedEntitlements=listed({}),
        referenceOrder=members(id=GUID, lineItemId=TEXT),
        productId=GUID,
        quantity=NUMBER,
        entitledArtifacts=listed({}),
        skuId=TEXT,
        entitlementType=one_of("software"),
    )
)

WANTED_SUBSCRIPTION = sent(
    "WantedSubscription",
    quantity=number(25),
    status=one_of("active", "suspended", "deleted"),
    autoRenewEnabled=FLAG,
    friendlyName=TEXT,
    billingCycle=TEXT,
    attributes=sent("WantedAttributes", etag=TEXT),
)
A_SUBSCRIPTION = {"quantity": 26, "status": "active", "autoRenewEnabled": True}
SUPPORT_CONTACT = shape(
    "SupportContact",
    supportTenantId=GUID,
    supportMpnId=TEXT,
    name=TEXT,
    links=SELF,
    attributes=attributes("SupportContact"),
)
