"""What the resources of a customer's directory share."""

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import user_named
from gdap import access
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.views import PartnerCenterView


class DirectoryView(PartnerCenterView):
    """Part of a customer's directory: for people only, and through GDAP."""

    def tenant(self, customer_id: str, permission: CustomerPermission) -> Customer:
        """The customer, if the person has this right there."""
        customer = self.customer(customer_id, missing=codes.TENANT_NOT_FOUND)
        access.require(self.principal, customer, permission)
        return customer

    def user(self, customer_id: str, user_id: str, permission: CustomerPermission) -> CustomerUser:
        """One of the customer's users, deleted ones included."""
        return user_named(self.tenant(customer_id, permission), user_id)
