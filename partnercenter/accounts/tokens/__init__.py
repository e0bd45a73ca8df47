"""The token service, in the shape of Entra's (graph_gdap_contract section 15; decisions in docs/adr/0008).

tokens_for(request)      the body of a token answer, or `TokenRefused`
tenant_named(segment)    the tenant that an address names
"""

from partnercenter.accounts.tokens.grants import tokens_for
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.requests import TokenRequest, Version
from partnercenter.accounts.tokens.tenants import Tenant, tenant_named

__all__ = ["Tenant", "TokenRefused", "TokenRequest", "Version", "tenant_named", "tokens_for"]
