from django.urls import path

from licensing.views.subscriptions import buy_more, subscriptions

urlpatterns = [
    path("customers/<uuid:customer_id>/subscriptions/", subscriptions, name="subscriptions"),
    path("customers/<uuid:customer_id>/subscriptions/buy-more/", buy_more, name="buy-more"),
]
