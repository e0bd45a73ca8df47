from django.urls import path

from customers.views import account, account_paperwork, tags
from customers.views.action_center import action_center
from customers.views.add_customer.pages import add_customer_result, add_customer_step, start_add_customer
from customers.views.add_user.pages import add_user_result, add_user_step, start_add_user
from customers.views.customer_list import customer_list, customer_page, export_customers, open_selected
from customers.views.deleted_users import deleted_users
from customers.views.edit_user.pages import edit_selected, edit_user_result, edit_user_step, start_edit_user
from customers.views.handover import password_link
from customers.views.search import search
from customers.views.selected.pages import selected_page, selected_result, start_selected
from customers.views.upload.file import upload_template, upload_users
from customers.views.upload.rows import upload_bad_rows, upload_rows
from customers.views.upload.run import upload_passwords, upload_result, upload_run
from customers.views.user_list import user_list
from customers.views.user_templates import new_user_template, user_template, user_templates

CUSTOMER = "customers/<uuid:customer_id>/"
SELECTED = f"{CUSTOMER}users/selected/<slug:verb>/"
UPLOAD = f"{CUSTOMER}users/upload/<uuid:upload_id>/"
USER = f"{CUSTOMER}users/<uuid:user_id>/"

urlpatterns = [
    path("search/", search, name="search"),
    path("action-center/", action_center, name="action-center"),
    path("customers/", customer_list, name="customers"),
    path("customers/open/users/", open_selected, {"page": "users"}, name="open-users"),
    path("customers/open/subscriptions/", open_selected, {"page": "subscriptions"}, name="open-subscriptions"),
    path("customers/open/services/", open_selected, {"page": "service-management"}, name="open-services"),
    path("customers/open/account/", open_selected, {"page": "account"}, name="open-account"),
    path("customers/open/tags/", open_selected, {"page": "customer-tags"}, name="open-tags"),
    path("customers/export/", export_customers, name="export-customers"),
    path("customers/new/", start_add_customer, name="add-customer"),
    path("customers/new/<uuid:run_id>/result/", add_customer_result, name="add-customer-result"),
    path("customers/new/<uuid:run_id>/<slug:step>/", add_customer_step, name="add-customer-step"),
    path("customers/tags/", tags.tags, name="tags"),
    path("customers/tags/<uuid:tag_id>/", tags.rename, name="tag"),
    path("customers/tags/<uuid:tag_id>/delete/", tags.delete, name="delete-tag"),
    path(CUSTOMER, customer_page, name="customer"),
    path(f"{CUSTOMER}account/", account.account, name="account"),
    path(f"{CUSTOMER}account/tags/", tags.customer_tags, name="customer-tags"),
    path(f"{CUSTOMER}account/bill-to/", account.bill_to, name="bill-to"),
    path(f"{CUSTOMER}account/purchases/", account.purchase_permissions, name="purchase-permissions"),
    path(f"{CUSTOMER}account/agreement/", account_paperwork.agreement, name="confirm-agreement"),
    path(f"{CUSTOMER}account/qualification/", account_paperwork.qualification, name="add-qualification"),
    path(f"{CUSTOMER}account/end-reselling/", account.end_reselling, name="end-reselling"),
    path(f"{CUSTOMER}users/", user_list, name="users"),
    path(f"{CUSTOMER}users/edit-selected/", edit_selected, name="edit-selected"),
    path(f"{CUSTOMER}users/add/", start_add_user, name="add-user"),
    path(f"{CUSTOMER}users/add/<uuid:run_id>/result/", add_user_result, name="add-user-result"),
    path(f"{CUSTOMER}users/add/<uuid:run_id>/<slug:step>/", add_user_step, name="add-user-step"),
    path(f"{CUSTOMER}users/upload/", upload_users, name="upload-users"),
    path(f"{CUSTOMER}users/upload/template/", upload_template, name="upload-template"),
    path(UPLOAD, upload_rows, name="upload"),
    path(f"{UPLOAD}run/", upload_run, name="upload-run"),
    path(f"{UPLOAD}result/", upload_result, name="upload-result"),
    path(f"{UPLOAD}passwords/", upload_passwords, name="upload-passwords"),
    path(f"{UPLOAD}bad-rows/", upload_bad_rows, name="upload-bad-rows"),
    path(f"{CUSTOMER}users/templates/", user_templates, name="user-templates"),
    path(f"{CUSTOMER}users/templates/new/", new_user_template, name="new-user-template"),
    path(f"{CUSTOMER}users/templates/<uuid:template_id>/", user_template, name="user-template"),
    path(f"{CUSTOMER}users/deleted/", deleted_users, name="deleted-users"),
    path(SELECTED, start_selected, name="start-selected"),
    path(f"{SELECTED}<uuid:run_id>/", selected_page, name="selected-users"),
    path(f"{SELECTED}<uuid:run_id>/result/", selected_result, name="selected-users-result"),
    path(f"{USER}edit/", start_edit_user, name="edit-user"),
    path(f"{USER}edit/<uuid:run_id>/result/", edit_user_result, name="edit-user-result"),
    path(f"{USER}edit/<uuid:run_id>/<slug:step>/", edit_user_step, name="edit-user-step"),
    path("password/<str:token>/", password_link, name="password-link"),
]
