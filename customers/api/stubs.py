"""Resources of which nobody here has any: lists that are empty, and small true profiles (sections 8.2 and 8.3)."""

from typing import Any

from rest_framework.request import Request

from customers.api import paperwork_shapes as shapes
from customers.api.small import own_partner
from partnercenter.wire.partner_center.encoding import collection
from partnercenter.wire.partner_center.links import self_link
from partnercenter.wire.partner_center.operations import operation
from partnercenter.wire.partner_center.shapes import listed
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView

READ = frozenset({"GET", "HEAD"})


def nothing(summary: str) -> type[PartnerCenterView]:
    """A collection of the partner's that is empty."""

    class Nothing(PartnerCenterView):
        app_only = READ

        @operation(summary, gives=shapes.NOTHING)
        def get(self, request: Request) -> Answer:
            return Answer(collection([]))

    return Nothing


def nothing_of(summary: str) -> type[PartnerCenterView]:
    """The same of a customer."""

    class NothingOfCustomer(PartnerCenterView):
        app_only = READ

        @operation(summary, gives=shapes.NOTHING)
        def get(self, request: Request, customer_id: str) -> Answer:
            self.customer(customer_id)
            return Answer(collection([]))

    return NothingOfCustomer


class ApplicationMfaStatus(PartnerCenterView):
    """A bare array, as the real one."""

    app_only = READ

    @operation("Get the MFA status of applications", gives=listed({}))
    def get(self, request: Request) -> Answer:
        return Answer([])


class SupportProfile(PartnerCenterView):
    app_only = READ

    @operation("Get the support profile", gives=shapes.SUPPORT_PROFILE)
    def get(self, request: Request) -> Answer:
        partner = own_partner(self.principal)
        return Answer(
            {
                "website": f"https://{partner.domain}",
                "profileType": "SupportProfile",
                "links": self_link("/profiles/support"),
                "attributes": {"objectType": "PartnerSupportProfile"},
            }
        )


class LegalBusinessProfile(PartnerCenterView):
    app_only = READ

    @operation("Get the legal business profile", gives=shapes.PARTNER_PROFILE)
    def get(self, request: Request) -> Answer:
        return Answer(_profile(self, "LegalBusinessProfile", "/profiles/legalbusiness"))


class OwnBillingProfile(PartnerCenterView):
    app_only = READ

    @operation("Get the billing profile of the partner", gives=shapes.PARTNER_PROFILE)
    def get(self, request: Request) -> Answer:
        return Answer(_profile(self, "BillingProfile", "/profiles/billing"))


def _profile(view: PartnerCenterView, kind: str, path: str) -> dict[str, Any]:
    partner = own_partner(view.principal)
    return {
        "companyName": partner.name,
        "address": {"country": partner.country},
        "profileType": kind,
        "links": self_link(path),
        "attributes": {"objectType": f"Partner{kind}"},
    }
