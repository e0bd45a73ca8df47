"""`user.has_perm(permission, customer)`, answered from live grants only.

Guardian's own checker reaches the permissions around the model's manager and would count expired grants too; this
one asks the same question as the rest of `gdap.access` (django_models C.4, trap 1).
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from guardian.backends import ObjectPermissionBackend
from guardian.core import ObjectPermissionChecker

from customers.models import Customer
from gdap.access.holdings import granted_codenames
from partnercenter.accounts.models import User


class GdapChecker(ObjectPermissionChecker):
    """Guardian's checker for customers, by live grants of the user's groups."""

    def get_perms(self, obj: Any) -> list[str]:
        if not isinstance(obj, Customer) or not isinstance(self.user, User):
            return []
        key = self.get_local_cache_key(obj)
        if key not in self._obj_perms_cache:
            self._obj_perms_cache[key] = sorted(granted_codenames(self.user, obj))
        perms: list[str] = self._obj_perms_cache[key]
        return perms


class GdapBackend(ObjectPermissionBackend):
    """Object permissions on customers for partner staff; nothing else has object permissions."""

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: object | None = None) -> bool:
        app_label, _, codename = perm.rpartition(".")
        return app_label in ("", "customers") and codename in self.get_all_permissions(user_obj, obj)

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: object | None = None) -> set[str]:
        if not isinstance(user_obj, User) or not isinstance(obj, Customer):
            return set()
        return set(GdapChecker(user_obj).get_perms(obj))
