"""Reads about customers and their users that more than one door needs."""

from customers.queries.billing import billing_profile
from customers.queries.customers import matching_customers
from customers.queries.sign_in import user_with_password
from customers.queries.tags import tags_of
from customers.queries.users import (
    admins,
    directory_role_ids,
    living_user,
    lock_deleted_user,
    lock_user,
    matching_users,
    role_names_of,
    user_called,
    user_named,
)

__all__ = [
    "admins",
    "billing_profile",
    "directory_role_ids",
    "living_user",
    "lock_deleted_user",
    "lock_user",
    "matching_customers",
    "matching_users",
    "role_names_of",
    "tags_of",
    "user_called",
    "user_named",
    "user_with_password",
]
