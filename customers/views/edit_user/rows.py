"""The product rows of the licenses step."""

from customers.forms.edit_user import LicensesForm, plan_field
from customers.views.edit_user.draft import Draft
from licensing.queries import Inventory


def product_rows(
    form: LicensesForm, stock: Inventory, base: Draft, *, buy_url: str, is_off: bool
) -> list[dict[str, object]]:
    """One row per product that users can get; see templates/portal/_product.html."""
    selected = set(form["product"].value() or ())
    rows = []
    for product in form.products:
        seats = stock.seats[product.sku_id]
        name = plan_field(product.sku_id)
        ticked = set(form[name].value() or ())
        is_selected = str(product.sku_id) in selected
        held = product.sku_id in base.licenses
        rows.append(
            {
                "id": product.sku_id,
                "name": product.name,
                "available": seats.available,
                "over_by": seats.over_assigned_by,
                "selected": is_selected,
                "plans": [
                    {"id": plan, "name": plan_name, "selected": str(plan) in ticked}
                    for plan, plan_name in product.plans.items()
                ],
                "errors": form[name].errors,
                "locked": not (seats.available or held or is_selected),
                "is_off": is_off,
                "open": is_selected and not held,
                "buy_url": f"{buy_url}&product={product.sku_id}",
            }
        )
    return rows
