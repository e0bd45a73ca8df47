"""Every access decision of the product. Nothing outside `gdap` asks guardian or reads grants.

require(principal, customer, permission, target=user)   pass or raise, in services
can(...), explain(...), abilities(...)                  what pages show, and why not
customers_visible_to(principal, permission)             the one way to scope a list
visible_customer(principal, customer_id)                the one way to load a customer by id
related_customer(principal, customer_id)                the same on pages of admin relationships, which stay for a year
require_partner(principal, partner_permission)          the partner-role gate for commercial actions
"""

from gdap.access.decisions import (
    AccessDenied,
    PartnerRoleMissing,
    abilities,
    can,
    customers_visible_to,
    related_customer,
    require,
    require_partner,
    require_reseller,
    visible_customer,
    why_not_partner,
)
from gdap.access.explanation import Explanation, Missing, Why, explain, granting_chain, listed
from gdap.access.holdings import Holding, forget, holdings, roles_at
from gdap.access.partner_roles import PartnerPermission, has_partner_permission
from gdap.access.roles import permissions_of, roles_carrying

__all__ = [
    "AccessDenied",
    "Explanation",
    "Holding",
    "Missing",
    "PartnerPermission",
    "PartnerRoleMissing",
    "Why",
    "abilities",
    "can",
    "customers_visible_to",
    "explain",
    "forget",
    "granting_chain",
    "has_partner_permission",
    "holdings",
    "listed",
    "permissions_of",
    "related_customer",
    "require",
    "require_partner",
    "require_reseller",
    "roles_at",
    "roles_carrying",
    "visible_customer",
    "why_not_partner",
]
