"""What the result page says."""

from django.urls import reverse

from customers.views.edit_user.wizard import EditUserWizard
from partnercenter.audit.models import AuditRecord


def result_context(wizard: EditUserWizard) -> dict[str, object]:
    told = wizard.run.result
    user, customer = wizard.user, wizard.customer
    parts = [("User info", told["info"]), ("Permissions", told["roles"])]
    changed = any(told[part] for part in ("info", "roles", "licenses"))
    records = AuditRecord.objects.filter(pk__in=told["audit"]).order_by("occurred_at", "operation")
    return {
        "wizard": wizard.frame("result"),
        "result": {
            "intent": "success" if changed else "info",
            "title": f"{user.display_name} was updated." if changed else "Nothing had to change.",
            "text": "" if changed else f"{user.display_name} already was as you left it.",
        },
        "sections": [{"title": title, "rows": rows} for title, rows in parts if rows],
        "licenses": told["licenses"],
        "audit": [
            {"id": record.pk, "operation": record.get_operation_display(), "at": record.occurred_at}
            for record in records
        ],
        "links": [
            {"label": "Back to the users", "url": wizard.leave_url(), "primary": True},
            {"label": "Edit again", "url": reverse("edit-user", args=[customer.pk, user.pk])},
        ],
    }
