"""One run of the edit wizard in one tab, and what is stored of a user outside it."""

import uuid
from collections.abc import Mapping

from django.urls import reverse

from customers.models import CustomerUser, DirectoryRoleMember
from licensing.models import LicenseAssignment, SubscribedSku
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Door
from partnercenter.audit.models import AuditRecord, Operation
from partnercenter.portal.models import WizardRun
from tests.portal.visitor import Form, Page, Value, Visitor, ids_in

STEPS = ["info", "permissions", "licenses", "review"]


class Editing:
    """`page` is what the tab shows now."""

    def __init__(self, by: User | Visitor, user: CustomerUser) -> None:
        self.visitor = by if isinstance(by, Visitor) else Visitor(by)
        self.user = user
        self.page = self.visitor.open(reverse("edit-user", args=[user.customer_id, user.pk]))
        assert self.page.status == 200, f"the wizard answers {self.page.status}"
        self.run_id = uuid.UUID(ids_in(self.page.address)[2])

    @property
    def run(self) -> WizardRun:
        return WizardRun.objects.get(pk=self.run_id)

    @property
    def form(self) -> Form:
        return self.page.form("wizard-form")

    @property
    def step(self) -> str:
        """Where the tab stands."""
        return self.page.address.rstrip("/").rpartition("/")[2]

    def url(self, step: str) -> str:
        return reverse("edit-user-step", args=[self.user.customer_id, self.user.pk, self.run_id, step])

    @property
    def result_url(self) -> str:
        return reverse("edit-user-result", args=[self.user.customer_id, self.user.pk, self.run_id])

    @property
    def list_url(self) -> str:
        return f"{reverse('users', args=[self.user.customer_id])}?user={self.user.pk}"

    def open(self, step: str) -> Page:
        """As typed into the address bar."""
        self.page = self.visitor.open(self.url(step))
        return self.page

    def press(self, button: str, changes: Mapping[str, Value] | None = None, **more: Value) -> Page:
        """Fill in, press, and end up where that leads."""
        self.page = self.visitor.arrive(self.form.submit(changes, press=button, **more))
        return self.page

    def next(self, changes: Mapping[str, Value] | None = None, **more: Value) -> Page:
        return self.press("Next", changes, **more)

    def complete(self, **more: Value) -> Page:
        return self.press("Complete", **more)

    def to_review(
        self,
        *,
        info: Mapping[str, Value] | None = None,
        roles: Mapping[str, Value] | None = None,
        licenses: Mapping[str, Value] | None = None,
    ) -> Page:
        """Through the three steps with these changes."""
        for changes in (info, roles, licenses):
            page = self.next(changes)
            assert page.status == 200, page.text
        assert self.step == "review", page.text
        return page

    def forge(self, step: str, values: Mapping[str, Value]) -> Page:
        """Post values that the page does not offer, on top of what it would send."""
        page = self.visitor.get(self.url(step))
        sent = {**page.form("wizard-form").values, "go": "next", **values}
        self.page = self.visitor.send(self.url(step), sent)
        return self.page


def stored(user: CustomerUser) -> dict[str, object]:
    """The user as the database has them now; nothing of it changes when nothing was written."""
    fresh = CustomerUser.objects.get(pk=user.pk)
    members = DirectoryRoleMember.objects.filter(user=user).select_related("role")
    licenses = LicenseAssignment.objects.filter(user=user).select_related("subscribed_sku__product")
    return {
        "first_name": fresh.first_name,
        "last_name": fresh.last_name,
        "display_name": fresh.display_name,
        "user_principal_name": fresh.user_principal_name,
        "usage_location": fresh.usage_location,
        "version": fresh.version,
        "roles": sorted(member.role.display_name for member in members),
        "licenses": {row.subscribed_sku.product.sku_part_number: sorted(row.disabled_plans) for row in licenses},
    }


def seats_taken(customer_id: uuid.UUID) -> dict[str, int]:
    """Part number -> seats taken, of every product of a customer."""
    rows = SubscribedSku.objects.filter(customer=customer_id).select_related("product")
    return {row.product.sku_part_number: row.consumed_units for row in rows}


def audited(user: CustomerUser) -> list[tuple[Operation, str, dict[str, object], dict[str, object]]]:
    """Operation, who, before and after of every record about a user that came through the portal, oldest first."""
    rows = AuditRecord.objects.filter(resource_id=str(user.pk), door=Door.PORTAL).order_by("occurred_at", "operation")
    return [(Operation(row.operation), row.principal_name, row.before, row.after) for row in rows]
