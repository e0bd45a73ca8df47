"""Menus and breadcrumbs. Only entries that work are listed."""

from dataclasses import dataclass

from django.urls import reverse

from customers.models import Customer

Crumb = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    label: str
    url: str
    icon: str
    current: bool = False
    locked_reason: str = ""


# Label, URL name, icon; in the order of the menu.
CUSTOMER_PAGES = (
    ("Subscriptions", "subscriptions", "apps-list"),
    ("Software", "software", "box"),
    ("Users and licenses", "users", "people"),
    ("Admin relationships", "admin-relationships", "handshake"),
    ("Who can do what here", "who-can", "person-key"),
    ("Service management", "service-management", "wrench"),
    ("Account", "account", "building"),
    ("Activity log", "customer-activity", "history"),
)

# What stays open of a customer that is out of sight, for as long as its admin relationships are kept.
KEPT_PAGES = frozenset({"admin-relationships", "who-can"})

WORKSPACE_PAGES = (
    ("Customer list", "customers", "building"),
    ("Action center", "action-center", "alert"),
    ("Administer", "administer", "wrench"),
    ("Expiring granular relationships", "expiring-relationships", "calendar-clock"),
    ("Relationship templates", "relationship-templates", "clipboard-task"),
    ("Security groups", "security-groups", "people-team"),
    ("Who can do what", "people", "person-key"),
    ("GDAP analytics", "gdap-analytics", "clipboard-task"),
    ("Activity log", "activity", "history"),
)


def customer_page(customer: Customer, current: str, *crumbs: Crumb) -> dict[str, object]:
    """Shell context of a page inside a customer; `current` is the URL name of the menu entry it belongs to."""
    label = next(label for label, name, _ in CUSTOMER_PAGES if name == current)
    is_visible = vars(customer).get("is_visible", True)  # annotated by `gdap.access.related_customer`
    return {
        "menu_label": customer.company_name,
        "menu": [
            MenuItem(label=label, url=reverse(name, args=[customer.pk]), icon=icon, current=name == current)
            for label, name, icon in CUSTOMER_PAGES
            if is_visible or name in KEPT_PAGES
        ],
        "breadcrumbs": [
            ("Customers", reverse("customers")),
            (customer.company_name, reverse("customer", args=[customer.pk]) if is_visible else ""),
            *((label, reverse(current, args=[customer.pk])), *crumbs),
        ],
    }


def workspace_page(*crumbs: Crumb, current: str = "customers") -> dict[str, object]:
    """Shell context of a page above the customers; `current` as above."""
    label = next(label for label, name, _ in WORKSPACE_PAGES if name == current)
    here = [] if current == "customers" else [(label, reverse(current))]
    return {
        "menu_label": "Customers",
        "menu": [
            MenuItem(label=label, url=reverse(name), icon=icon, current=name == current)
            for label, name, icon in WORKSPACE_PAGES
        ],
        "breadcrumbs": [("Customers", reverse("customers")), *here, *crumbs],
    }
