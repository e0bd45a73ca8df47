"""What a customer owns and who uses it, as its own users see it, beneath /tenant/billing/."""

from django.urls import path

from licensing.views.tenant import apps, assigning, licenses, product, software, your_products

ONE = "licenses/<uuid:sku_id>/"

urlpatterns = [
    path("licenses/", licenses.license_list, name="tenant-licenses"),
    path(ONE, product.product_users, name="tenant-product"),
    path(f"{ONE}assign/", assigning.assign, name="tenant-assign"),
    path(f"{ONE}unassign/", assigning.unassign, name="tenant-unassign"),
    path(f"{ONE}users/<uuid:user_id>/", apps.apps_of_user, name="tenant-apps"),
    path("your-products/", your_products.your_products, name="tenant-your-products"),
    path("your-products/software/", software.software_list, name="tenant-software-list"),
    path("your-products/software/<uuid:purchase_id>/", software.software, name="tenant-software"),
]
