"""What can be asked for at a customer.

A member's value is the codename of the Django permission on `Customer`. Which Entra roles carry which permission is
computed in `gdap.access.roles`, never written down here.
"""

from partnercenter.enums import LabeledEnum


class CustomerPermission(LabeledEnum):
    READ_USERS = "read_users", "see users"
    CREATE_USERS = "create_users", "create users"
    UPDATE_USERS = "update_users", "change names of users"
    UPDATE_USAGE_LOCATION = "update_usage_location", "change usage locations"
    UPDATE_USER_PRINCIPAL_NAME = "update_user_principal_name", "change the sign-in names of users"
    DELETE_USERS = "delete_users", "delete users"
    RESTORE_USERS = "restore_users", "restore deleted users"
    BLOCK_USERS = "block_users", "block and unblock sign-in"
    RESET_PASSWORDS = "reset_passwords", "reset passwords"
    ASSIGN_LICENSES = "assign_licenses", "assign and remove licenses"
    READ_USER_LICENSES = "read_user_licenses", "see the licenses of users"
    READ_SUBSCRIBED_SKUS = "read_subscribed_skus", "see the products and seats of the customer"
    READ_ROLES = "read_roles", "see directory roles"
    MANAGE_ROLES = "manage_roles", "change directory roles"
    READ_COMPANY_DETAILS = "read_company_details", "see company details"
    READ_DOMAINS = "read_domains", "see domains"
    SUPPORT_TICKETS = "support_tickets", "work with service requests"
    READ_SERVICE_HEALTH = "read_service_health", "see service health"
