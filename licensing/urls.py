from django.urls import path

from licensing.views.bulk.choose import manage_licenses
from licensing.views.bulk.draft import bulk_draft
from licensing.views.bulk.export import bulk_export
from licensing.views.bulk.run import bulk_run, bulk_runs
from licensing.views.reports import license_report, license_reports
from licensing.views.subscriptions import buy_more, subscriptions

CUSTOMER = "customers/<uuid:customer_id>/"
BULK = f"{CUSTOMER}users/licenses/"

urlpatterns = [
    path(BULK, manage_licenses, name="manage-licenses"),
    path(f"{BULK}runs/", bulk_runs, name="bulk-runs"),
    path(f"{BULK}runs/<uuid:run_id>/", bulk_run, name="bulk-run"),
    path(f"{BULK}runs/<uuid:run_id>/export/", bulk_export, name="bulk-export"),
    path(f"{BULK}<uuid:run_id>/", bulk_draft, name="bulk-draft"),
    path("customers/<uuid:customer_id>/subscriptions/", subscriptions, name="subscriptions"),
    path("customers/<uuid:customer_id>/subscriptions/buy-more/", buy_more, name="buy-more"),
    path("customers/<uuid:customer_id>/reports/", license_reports, name="license-reports"),
    path("customers/<uuid:customer_id>/reports/<slug:report>/", license_report, name="license-report"),
]
