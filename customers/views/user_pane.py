"""What the pane shows about one user."""

from django.db.models import prefetch_related_objects
from django.urls import reverse

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import role_names_of
from customers.views.edit_user.steps import SHOWN
from customers.views.user_commands import pane_commands
from gdap import access
from licensing.queries import assigned_to, inventory
from partnercenter.accounts.principals import Principal


def badges(user: CustomerUser, *, is_admin: bool) -> list[dict[str, str]]:
    """The user's status in words; an ordinary active user has the one word."""
    found = []
    if user.sign_in_blocked:
        found.append({"label": "Sign-in blocked", "intent": "danger"})
    if not user.usage_location:
        found.append({"label": "No location", "intent": "warning"})
    if is_admin:
        found.append({"label": "Admin", "intent": "accent"})
    if user.is_synced:
        found.append({"label": "Synchronized", "intent": ""})
    return found or [{"label": "Active", "intent": "success"}]


def pane(principal: Principal, customer: Customer, user: CustomerUser) -> dict[str, object]:
    """The context of customers/_user_pane.html, as far as the person may see it."""
    seen = access.abilities(principal, customer, SHOWN)
    see_roles, see_licenses = seen[CustomerPermission.READ_ROLES], seen[CustomerPermission.READ_USER_LICENSES]
    hidden = next((explained for explained in seen.values() if not explained.allowed), None)
    roles = role_names_of([user]).get(user.pk, []) if see_roles.allowed else []
    prefetch_related_objects([user], "directory_role_members")
    return {
        "name": user.display_name,
        "commands": pane_commands(principal, customer, user),
        "edit_url": "" if hidden else reverse("edit-user", args=[customer.pk, user.pk]),
        "why": hidden,
        "badges": badges(user, is_admin=bool(roles)),
        "details": [
            ("First name", user.first_name),
            ("Last name", user.last_name),
            ("Display name", user.display_name),
            ("Email", user.user_principal_name),
            ("Location", user.usage_location),
        ],
        "roles": roles or ["User (no admin role)"],
        "roles_why": None if see_roles.allowed else see_roles,
        "licenses": _licenses(customer, user) if see_licenses.allowed else [],
        "licenses_why": None if see_licenses.allowed else see_licenses,
    }


def _licenses(customer: Customer, user: CustomerUser) -> list[dict[str, object]]:
    assigned = assigned_to(user)
    products = inventory(customer, only=assigned).products
    return [
        {
            "name": product.name,
            "plans_on": len(product.plans) - len(assigned[product.sku_id] & product.plans.keys()),
            "plans_total": len(product.plans),
        }
        for product in sorted(products.values(), key=lambda product: product.name)
    ]
