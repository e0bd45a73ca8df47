"""Products of a customer, licenses of a user, and changing them (partner_center_contract part 5)."""

import uuid
from collections.abc import Collection, Iterator

from rest_framework.request import Request

from customers.api.base import DirectoryView
from customers.models import Customer
from customers.permissions import CustomerPermission
from customers.queries import living_user
from licensing.api import presenters, shapes
from licensing.models import LicenseAssignment, ProductServicePlan, ServicePlan, SubscribedSku
from licensing.rules import LicenseErrorCode, LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import LicenseResult, update_licenses
from partnercenter import clock
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.members import as_guid
from partnercenter.wire.partner_center.operations import Parameter, operation
from partnercenter.wire.partner_center.query import Query
from partnercenter.wire.partner_center.shapes import collected, listed
from partnercenter.wire.partner_center.views import Answer

GROUPS = frozenset({"group1", "group2"})
LICENSE_GROUPS = Parameter(
    name="licenseGroupIds",
    schema=listed(shapes.GROUP),
    says="Group 1 (managed by Entra), group 2 (Minecraft), or both by repeating it; group 1, if not given.",
)
MOST_CHANGES = 200


class SubscribedSkuList(DirectoryView):
    @operation("List available licenses", gives=collected(shapes.SUBSCRIBED_SKU), query=(LICENSE_GROUPS,))
    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.tenant(customer_id, CustomerPermission.READ_SUBSCRIBED_SKUS)
        rows = SubscribedSku.objects.filter(customer=customer, product__license_group__in=_groups(self.query))
        found = list(rows.with_units(clock.now()).select_related("product").order_by("product__name", "pk"))
        plans = _plans(row.product_id for row in found)
        return Answer(collection([presenters.subscribed_sku(row, plans[row.product_id]) for row in found]))


class UserLicenseList(DirectoryView):
    @operation("List licenses of a user", gives=collected(shapes.LICENSE), query=(LICENSE_GROUPS,))
    def get(self, request: Request, customer_id: str, user_id: str) -> Answer:
        user = self.user(customer_id, user_id, CustomerPermission.READ_USER_LICENSES)
        rows = LicenseAssignment.objects.filter(
            customer=user.customer_id, user=user, subscribed_sku__product__license_group__in=_groups(self.query)
        )
        found = list(rows.select_related("subscribed_sku__product").order_by("subscribed_sku__product__name", "pk"))
        plans = _plans(row.subscribed_sku.product_id for row in found)
        items = [presenters.user_license(row, plans[row.subscribed_sku.product_id]) for row in found]
        return Answer(collection(items))


class LicenseUpdates(DirectoryView):
    @operation(
        "Assign and remove licenses",
        says="All of it or nothing. Assigning what is assigned replaces the plans that are off.",
        takes=shapes.WANTED_UPDATE,
        example=shapes.AN_UPDATE,
        gives=shapes.UPDATE,
        status=201,
    )
    def post(self, request: Request, customer_id: str, user_id: str) -> Answer:
        """All of the request or nothing. Assigning what is assigned replaces the plans that are off."""
        found = self.user(customer_id, user_id, CustomerPermission.ASSIGN_LICENSES)
        user = living_user(found.customer, found.pk)
        update = self._update(user.customer)
        if not update:
            raise ApiError(codes.ARGUMENT, "LicensesToAssign or LicensesToRemove is required.")
        try:
            result = update_licenses(by=self.principal, user=user, update=update)
        except LicensingError as error:
            raise _refusal(user.customer, error) from error
        removes = "LicensesToRemove" in self.body
        return Answer(presenters.license_update(update, _warnings(result), removes=removes), status=201)

    def _update(self, customer: Customer) -> LicenseUpdate:
        wanted, unwanted = self.body.objects("LicensesToAssign"), self.body.texts("LicensesToRemove")
        if len(wanted) + len(unwanted) > MOST_CHANGES:
            raise ApiError(codes.INVALID_INPUT, f"One update changes {MOST_CHANGES} licenses at most.")
        return LicenseUpdate(
            assign=tuple(
                LicenseToAssign(
                    sku_id_of(customer, item.text("SkuId") or item.text("SkuPartNumber")),
                    frozenset(as_guid("ExcludedPlans", plan) for plan in item.texts("ExcludedPlans")),
                )
                for item in wanted
            ),
            remove=tuple(sku_id_of(customer, text) for text in unwanted),
        )


def _warnings(result: LicenseResult) -> list[presenters.LicenseWarning]:
    """What each says, with the names of the service plans concerned. One query, where there is any."""
    concerned = {uuid.UUID(plan) for problem in result.warnings for plan in problem.about}
    names = dict(ServicePlan.objects.filter(pk__in=concerned).values_list("pk", "service_name")) if concerned else {}
    return [
        presenters.LicenseWarning(
            problem=problem,
            plans=[names[plan] for plan in map(uuid.UUID, problem.about) if plan in names],
        )
        for problem in result.warnings
    ]


def _groups(query: Query) -> Collection[str]:
    """Absent means group1 only. Java names the parameter `null`, which is nobody's name, so it means the same."""
    named = {value.strip().casefold() for text in query.all("licenseGroupIds") for value in text.split(",")}
    unknown = sorted(named - GROUPS - {"none", ""})
    if unknown:
        raise ApiError(codes.UNKNOWN_ENUM, f"licenseGroupIds: {unknown[0][:100]}")
    return named & GROUPS or {"group1"}


def _plans(products: Iterator[uuid.UUID]) -> dict[uuid.UUID, list[ServicePlan]]:
    """The service plans of every product, by name. One query."""
    plans: dict[uuid.UUID, list[ServicePlan]] = {product: [] for product in products}
    links = ProductServicePlan.objects.filter(product__in=list(plans)).select_related("service_plan")
    for link in links.order_by("service_plan__friendly_name", "service_plan_id"):
        plans[link.product_id].append(link.service_plan)
    return plans


def sku_id_of(customer: Customer, text: str | None) -> uuid.UUID:
    """The id of a product; the part number can stand in for it (section 5.3)."""
    if text is None:
        raise ApiError(codes.ARGUMENT, "SkuId is required.")
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        owned = SubscribedSku.objects.filter(customer=customer, product__sku_part_number__iexact=text.strip())
        sku_id = owned.values_list("product", flat=True).first()
        if sku_id is None:
            raise ApiError(codes.SKU_NOT_OWNED, f"{text[:100]} is not owned by the customer.") from None
        return sku_id


def _refusal(customer: Customer, error: LicensingError) -> ApiError:
    """With the texts that integrations look for (section 5.4)."""
    problem = error.problems[0]
    match problem.code:
        case LicenseErrorCode.NO_SEAT_LEFT:
            return ApiError(
                codes.NO_UNITS_LEFT,
                f"LicenseQuotaExceededException : Subscription with Account {customer.pk} and SKU {problem.about[0]} "
                "does not have any available licenses left.",
            )
        case LicenseErrorCode.PLAN_NEEDS_ANOTHER | LicenseErrorCode.PLAN_NEEDED_BY_ANOTHER:
            plan, *needed = problem.about
            text = f"License assignment failed because service plan {plan} depends on the service plan(s) "
            return ApiError(codes.PLANS_CONFLICT, problem.message, description=text + ", ".join(needed))
        case LicenseErrorCode.PLANS_EXCLUDE_EACH_OTHER:
            text = f"License assignment failed: {' and '.join(problem.about)} are mutually exclusive service plans."
            return ApiError(codes.PLANS_CONFLICT, problem.message, description=text)
    return ApiError(
        codes.BY_PROBLEM.get(problem.code, codes.INVALID_PROPERTY), *(found.message for found in error.problems)
    )
