"""The menu and the breadcrumbs of the admin center. Only entries that work are listed."""

from dataclasses import dataclass, replace

from django.urls import reverse

from partnercenter.portal.navigation import Crumb, MenuItem

# (group, label, URL name, icon); entries without a group come first.
PAGES = (
    ("", "Home", "tenant-home", "home"),
    ("Billing", "Licenses", "tenant-licenses", "certificate"),
    ("Billing", "Your products", "tenant-your-products", "box"),
    ("Settings", "Partner relationships", "tenant-relationships", "handshake"),
    ("Settings", "Audit log", "tenant-activity", "history"),
)


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """`label` is empty for entries that stand alone."""

    label: str
    items: tuple[MenuItem, ...]


def tenant_page_context(current: str, *crumbs: Crumb) -> dict[str, object]:
    """Shell context of a page; `current` is the URL name of the menu entry it belongs to."""
    label = next(label for _, label, name, _ in PAGES if name == current)
    trail = [("Home", reverse("tenant-home"))]
    if current != "tenant-home":
        trail.append((label, reverse(current)))
    return {"menu": _menu(current), "current_label": label, "breadcrumbs": [*trail, *crumbs]}


def _menu(current: str) -> list[MenuGroup]:
    groups: dict[str, MenuGroup] = {}
    for group, label, name, icon in PAGES:
        item = MenuItem(label=label, url=reverse(name), icon=icon, current=name == current)
        known = groups.setdefault(group, MenuGroup(group, ()))
        groups[group] = replace(known, items=(*known.items, item))
    return list(groups.values())
