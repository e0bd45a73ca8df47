from django.urls import path

from licensing.views.bulk.choose import manage_licenses
from licensing.views.bulk.draft import bulk_draft
from licensing.views.bulk.export import bulk_export
from licensing.views.bulk.run import bulk_run, bulk_runs
from licensing.views.reports import license_report, license_reports
from licensing.views.software import cancel, software, software_file, software_list
from licensing.views.software_orders import order_software, software_catalog
from licensing.views.subscriptions.buying import buy_more
from licensing.views.subscriptions.detail import subscription_page, subscription_step
from licensing.views.subscriptions.listing import export_subscriptions, orders, subscriptions
from licensing.views.subscriptions.ordering import catalog, order

CUSTOMER = "customers/<uuid:customer_id>/"
BULK = f"{CUSTOMER}users/licenses/"
SUBSCRIPTIONS = f"{CUSTOMER}subscriptions/"
SUBSCRIPTION = f"{SUBSCRIPTIONS}<uuid:subscription_id>/"

urlpatterns = [
    path(f"{CUSTOMER}software/", software_list, name="software"),
    path(f"{CUSTOMER}software/new/", software_catalog, name="software-catalog"),
    path(f"{CUSTOMER}software/new/<slug:offer>/", order_software, name="order-software"),
    path(f"{CUSTOMER}software/<uuid:purchase_id>/", software, name="software-purchase"),
    path(f"{CUSTOMER}software/<uuid:purchase_id>/cancel/", cancel, name="cancel-software"),
    path("software/<str:token>/", software_file, name="software-file"),
    path(BULK, manage_licenses, name="manage-licenses"),
    path(f"{BULK}runs/", bulk_runs, name="bulk-runs"),
    path(f"{BULK}runs/<uuid:run_id>/", bulk_run, name="bulk-run"),
    path(f"{BULK}runs/<uuid:run_id>/export/", bulk_export, name="bulk-export"),
    path(f"{BULK}<uuid:run_id>/", bulk_draft, name="bulk-draft"),
    path("customers/<uuid:customer_id>/reports/", license_reports, name="license-reports"),
    path("customers/<uuid:customer_id>/reports/<slug:report>/", license_report, name="license-report"),
    path(SUBSCRIPTIONS, subscriptions, name="subscriptions"),
    path(f"{SUBSCRIPTIONS}export/", export_subscriptions, name="export-subscriptions"),
    path(f"{SUBSCRIPTIONS}buy-more/", buy_more, name="buy-more"),
    path(f"{SUBSCRIPTIONS}orders/", orders, name="orders"),
    path(f"{SUBSCRIPTIONS}new/", catalog, name="catalog"),
    path(f"{SUBSCRIPTIONS}new/<uuid:product_id>/", order, name="order"),
    path(SUBSCRIPTION, subscription_page, name="subscription"),
    path(f"{SUBSCRIPTION}<slug:change>/", subscription_step, name="subscription-change"),
]
