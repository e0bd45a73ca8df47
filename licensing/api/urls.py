from django.urls import path

from licensing.api import license_batches, licenses, offers, orders, side_resources, subscriptions

_CUSTOMER = "customers/<str:customer_id>"
_USER = f"{_CUSTOMER}/users/<str:user_id>"
_SUBSCRIPTION = f"{_CUSTOMER}/subscriptions/<str:subscription_id>"
_ORDER = f"{_CUSTOMER}/orders/<str:order_id>"
_OFFER = "offers/<str:offer_id>"

urlpatterns = [
    path(f"{_CUSTOMER}/subscribedskus", licenses.SubscribedSkuList.as_view()),
    path(f"{_USER}/licenses", licenses.UserLicenseList.as_view()),
    path(f"{_CUSTOMER}/licenseupdates/batch", license_batches.LicenseBatch.as_view()),
    path(f"{_USER}/licenseupdates", licenses.LicenseUpdates.as_view()),
    path(f"{_CUSTOMER}/subscriptions", subscriptions.SubscriptionList.as_view()),
    path(_SUBSCRIPTION, subscriptions.SubscriptionDetail.as_view()),
    path(f"{_SUBSCRIPTION}/provisioningstatus", subscriptions.ProvisioningStatus.as_view()),
    path(f"{_SUBSCRIPTION}/addons", side_resources.AddOns.as_view()),
    path(f"{_SUBSCRIPTION}/activationlinks", side_resources.ActivationLinks.as_view()),
    path(f"{_SUBSCRIPTION}/supportcontact", side_resources.SupportContact.as_view()),
    path(f"{_SUBSCRIPTION}/transitioneligibilities", side_resources.TransitionEligibilities.as_view()),
    path(f"{_SUBSCRIPTION}/transitions", side_resources.Transitions.as_view()),
    path(f"{_SUBSCRIPTION}/upgrades", side_resources.Upgrades.as_view()),
    path(f"{_SUBSCRIPTION}/conversions", side_resources.Conversions.as_view()),
    path(f"{_CUSTOMER}/orders", orders.OrderList.as_view()),
    path(_ORDER, orders.OrderDetail.as_view()),
    path(f"{_ORDER}/provisioningstatus", orders.OrderProvisioning.as_view()),
    path(f"{_ORDER}/activationlinks", orders.OrderActivationLinks.as_view()),
    path(f"{_ORDER}/lineitems/<str:line>/activationlinks", orders.LineActivationLinks.as_view()),
    path(f"{_CUSTOMER}/carts", side_resources.Carts.as_view()),
    path(f"{_CUSTOMER}/entitlements", subscriptions.EntitlementList.as_view()),
    path("offers", offers.OfferList.as_view()),
    path(_OFFER, offers.OfferDetail.as_view()),
    path(f"{_OFFER}/addons", offers.OfferAddOns.as_view()),
    path("offercategories", offers.OfferCategoryList.as_view()),
]
