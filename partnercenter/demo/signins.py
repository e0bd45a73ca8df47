"""The table of sign-ins that the commands print."""

from partnercenter.demo import ids
from partnercenter.demo.customers import TENANTS
from partnercenter.demo.partners import STAFF


def sign_ins() -> str:
    """Who can sign in, and what for; the password stands above the table."""
    rows = [(staff.username, staff.may) for staff in STAFF]
    rows.append((f"global.admin@{TENANTS[0].domain}", "the customer's own admin; one like it at each customer"))
    rows.append((ids.OPS, "Django admin"))
    width = max(len(username) for username, _ in rows)
    lines = [f"  {username:<{width}}  {may}" for username, may in rows]
    return "\n".join([f'Sign-ins, all with the password "{ids.PASSWORD}":', *lines])
