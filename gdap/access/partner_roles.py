"""The first gate: what the roles in the partner's own account open (portal_screens section 16.1)."""

from collections.abc import Mapping
from types import MappingProxyType

from partnercenter.accounts.models import PartnerRole
from partnercenter.accounts.principals import Principal, PrincipalKind
from partnercenter.enums import LabeledEnum


class PartnerPermission(LabeledEnum):
    WORK_WITH_CUSTOMERS = "work_with_customers", "Working with customers"
    CHANGE_SUBSCRIPTIONS = "change_subscriptions", "Buying licenses and changing subscriptions"
    ADD_CUSTOMERS = "add_customers", "Adding customers"
    MANAGE_RELATIONSHIPS = "manage_relationships", "Requesting and ending admin relationships"
    ASSIGN_GROUPS = "assign_groups", "Assigning security groups to admin relationships"
    MANAGE_GROUPS = "manage_groups", "Changing the members of security groups"
    MANAGE_SOFTWARE = "manage_software", "Seeing keys and downloads of software"
    MANAGE_TAGS = "manage_tags", "Tagging customers"
    UPDATE_BILLING = "update_billing", "Changing the bill-to info"
    READ_ACTIVITY = "read_activity", "Reading the activity log"
    PERMIT_PURCHASES = "permit_purchases", "Letting a customer buy by itself"
    CONFIRM_AGREEMENTS = "confirm_agreements", "Confirming the customer agreement"


_R = PartnerRole

OPENED_BY: Mapping[PartnerPermission, frozenset[PartnerRole]] = MappingProxyType(
    {
        PartnerPermission.WORK_WITH_CUSTOMERS: frozenset(
            {_R.GLOBAL_ADMIN, _R.ADMIN_AGENT, _R.HELPDESK_AGENT, _R.SALES_AGENT, _R.USER_MANAGEMENT_ADMIN}
        ),
        PartnerPermission.CHANGE_SUBSCRIPTIONS: frozenset({_R.GLOBAL_ADMIN, _R.ADMIN_AGENT}),
        # portal_screens section 2.2
        PartnerPermission.ADD_CUSTOMERS: frozenset(
            {_R.GLOBAL_ADMIN, _R.USER_MANAGEMENT_ADMIN, _R.ADMIN_AGENT, _R.SALES_AGENT}
        ),
        # graph_gdap_contract section 1
        PartnerPermission.MANAGE_RELATIONSHIPS: frozenset({_R.ADMIN_AGENT}),
        PartnerPermission.ASSIGN_GROUPS: frozenset({_R.GLOBAL_ADMIN, _R.USER_MANAGEMENT_ADMIN, _R.ADMIN_AGENT}),
        # portal_screens section 16.1: an Admin agent does not look after staff, so can't join a group alone
        PartnerPermission.MANAGE_GROUPS: frozenset({_R.GLOBAL_ADMIN, _R.USER_MANAGEMENT_ADMIN}),
        PartnerPermission.MANAGE_SOFTWARE: frozenset({_R.ADMIN_AGENT}),  # portal_screens section 13
        # portal_screens sections 2.1 and 3
        PartnerPermission.MANAGE_TAGS: frozenset({_R.ADMIN_AGENT}),
        PartnerPermission.UPDATE_BILLING: frozenset({_R.GLOBAL_ADMIN, _R.ADMIN_AGENT, _R.SALES_AGENT}),
        PartnerPermission.READ_ACTIVITY: frozenset({_R.GLOBAL_ADMIN, _R.ADMIN_AGENT}),
        PartnerPermission.PERMIT_PURCHASES: frozenset({_R.ADMIN_AGENT}),
        PartnerPermission.CONFIRM_AGREEMENTS: frozenset({_R.GLOBAL_ADMIN, _R.ADMIN_AGENT, _R.SALES_AGENT}),
    }
)


def has_partner_permission(principal: Principal, permission: PartnerPermission) -> bool:
    """An app on its own has no partner role; what it may call, the API's table of resources says."""
    if principal.is_trusted or principal.kind is PrincipalKind.APP:
        return True
    return bool(principal.partner_roles & OPENED_BY[permission])
