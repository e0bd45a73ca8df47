"""The only writers of customers, domains, users and directory roles."""

from customers.services.add_customer import AddedCustomer, Extras, add_customer
from customers.services.add_user import AddedUser, add_user
from customers.services.billing import BillingDetails, update_billing_profile
from customers.services.create_customer import CustomerWish, NewCustomer, create_customer
from customers.services.create_user import NewUser, create_user
from customers.services.delete_customer import delete_customer
from customers.services.delete_user import Restored, delete_user, restore_user
from customers.services.edit_user import EditResult, edit_user
from customers.services.handover import Handover, Opened, can_be_opened, hand_over, open_once
from customers.services.passwords import NewPassword, reset_password
from customers.services.profile import UserProfile, set_manager, update_profile
from customers.services.relationships import end_reseller_relationship
from customers.services.roles import RoleChange, change_directory_roles, set_directory_roles
from customers.services.sign_in import set_sign_in_blocked
from customers.services.templates import TemplateContent, delete_template, save_template, template_of
from customers.services.uploads import create_next, keep_sheet, mend_rows, seat_lines, start_upload
from customers.services.user_info import InfoChange, UserInfo, update_user

__all__ = [
    "AddedCustomer",
    "AddedUser",
    "BillingDetails",
    "CustomerWish",
    "EditResult",
    "Extras",
    "Handover",
    "InfoChange",
    "NewCustomer",
    "NewPassword",
    "NewUser",
    "Opened",
    "Restored",
    "RoleChange",
    "TemplateContent",
    "UserInfo",
    "UserProfile",
    "add_customer",
    "add_user",
    "can_be_opened",
    "change_directory_roles",
    "create_customer",
    "create_next",
    "create_user",
    "delete_customer",
    "delete_template",
    "delete_user",
    "edit_user",
    "end_reseller_relationship",
    "hand_over",
    "keep_sheet",
    "mend_rows",
    "open_once",
    "reset_password",
    "restore_user",
    "save_template",
    "seat_lines",
    "set_directory_roles",
    "set_manager",
    "set_sign_in_blocked",
    "start_upload",
    "template_of",
    "update_billing_profile",
    "update_profile",
    "update_user",
]
