"""Why a refusal came, for the body of a 403: in a member that clients of the real service don't know."""

from typing import Any

from customers.models import Customer
from gdap.access import Explanation, Missing
from gdap.access.links import broken_links
from partnercenter.accounts.principals import Principal


def explained(principal: Principal, explanation: Explanation) -> dict[str, Any]:
    """What is needed, where it could come from, and each relationship and group with the link that is missing.

    A token is for one tenant, so that is the customer at which something was refused.
    """
    links: list[str] = []
    customer = Customer.objects.filter(pk=principal.tenant_id).first() if principal.tenant_id else None
    if explanation.missing is Missing.GDAP_ROLE and principal.user is not None and customer is not None:
        links = list(broken_links(principal.user, customer, explanation.permission))
    return {
        "permission": explanation.permission.value,
        "missing": str(explanation.missing),
        "sentence": explanation.sentence,
        "hint": explanation.hint,
        "roles": list(explanation.roles),
        "links": links,
    }
