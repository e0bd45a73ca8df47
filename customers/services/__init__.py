"""The only writers of customers, domains, users and directory roles."""

from customers.services.edit_user import EditResult, edit_user
from customers.services.roles import RoleChange, set_directory_roles
from customers.services.user_info import InfoChange, UserInfo, update_user

__all__ = [
    "EditResult",
    "InfoChange",
    "RoleChange",
    "UserInfo",
    "edit_user",
    "set_directory_roles",
    "update_user",
]
