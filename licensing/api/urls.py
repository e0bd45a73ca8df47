from django.urls import path

from licensing.api import licenses, subscriptions

_CUSTOMER = "customers/<str:customer_id>"
_USER = f"{_CUSTOMER}/users/<str:user_id>"
_SUBSCRIPTION = f"{_CUSTOMER}/subscriptions/<str:subscription_id>"

urlpatterns = [
    path(f"{_CUSTOMER}/subscribedskus", licenses.SubscribedSkuList.as_view()),
    path(f"{_USER}/licenses", licenses.UserLicenseList.as_view()),
    path(f"{_USER}/licenseupdates", licenses.LicenseUpdates.as_view()),
    path(f"{_CUSTOMER}/subscriptions", subscriptions.SubscriptionList.as_view()),
    path(_SUBSCRIPTION, subscriptions.SubscriptionDetail.as_view()),
    path(f"{_SUBSCRIPTION}/provisioningstatus", subscriptions.ProvisioningStatus.as_view()),
    path(f"{_CUSTOMER}/entitlements", subscriptions.EntitlementList.as_view()),
]
