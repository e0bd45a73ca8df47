from django.urls import path

from licensing.graph import licenses

urlpatterns = [
    path("subscribedskus", licenses.SubscribedSkuList.as_view()),
    path("subscribedskus/<str:sku_id>", licenses.SubscribedSkuDetail.as_view()),
    path("users/<str:user_id>/licensedetails", licenses.LicenseDetailList.as_view()),
    path("users/<str:user_id>/assignlicense", licenses.AssignLicense.as_view()),
]
