"""What the shell of the admin center needs on every page, also on one that says that there is nothing."""

from django.http import HttpRequest

from partnercenter.tenant.http import is_of_tenant
from partnercenter.tenant.session import TenantSession, signed_in


def shell(request: HttpRequest) -> dict[str, object]:
    """The signed-in user of a customer; see templates/tenant/base.html."""
    if not is_of_tenant(request) or not isinstance(getattr(request, "session", None), TenantSession):
        return {}
    person = signed_in(request)
    if person is None:
        return {}
    return {
        "account": {
            "name": person.display_name,
            "upn": person.user_principal_name,
            "initials": "".join(word[0] for word in person.display_name.split()[:2]).upper(),
            "customer": person.customer.company_name,
        }
    }
