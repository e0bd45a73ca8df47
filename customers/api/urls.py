from django.urls import path

from customers.api import customers, profiles

urlpatterns = [
    path("customers", customers.CustomerList.as_view()),
    path("customers/<str:customer_id>", customers.CustomerDetail.as_view()),
    path("customers/<str:customer_id>/profiles/company", profiles.CompanyProfile.as_view()),
    path("customers/<str:customer_id>/profiles/billing", profiles.BillingProfileResource.as_view()),
]
