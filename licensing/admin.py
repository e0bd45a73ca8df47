"""Catalog, subscriptions and seats, for ops. Seats are added to a subscription; all else is read-only."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from customers.models import Customer, CustomerUser
from licensing.models import (
    BulkRun,
    BulkRunItem,
    LicenseAssignment,
    Product,
    ProductServicePlan,
    SeatAddition,
    SeatWindow,
    ServicePlan,
    SoftwarePurchase,
    SubscribedSku,
    Subscription,
)
from licensing.services.subscriptions import add_seats
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.admin_base import (
    OpsAdmin,
    ServiceAdmin,
    ServiceForm,
    annotated,
    chosen,
    linked,
    list_link,
    see_also,
)


@admin.register(Product)
class ProductAdmin(OpsAdmin):
    list_display = ("name", "sku_part_number", "kind", "license_group", "target_type", "is_assignable")
    list_filter = ("kind", "is_assignable", "license_group", "target_type")
    search_fields = ("name", "sku_part_number")
    details = (see_also((ProductServicePlan, "product"), (SubscribedSku, "product"), (Subscription, "product")),)


@admin.register(ServicePlan)
class ServicePlanAdmin(OpsAdmin):
    list_display = ("friendly_name", "service_name")
    search_fields = ("friendly_name", "service_name")
    details = (see_also((ProductServicePlan, "service_plan")),)


@admin.register(ProductServicePlan)
class ProductServicePlanAdmin(OpsAdmin):
    list_display = ("__str__", linked("product"), linked("service_plan"))
    list_filter = (chosen("product", Product), chosen("service_plan", ServicePlan))
    list_select_related = ("product", "service_plan")
    search_fields = ("product__name", "service_plan__friendly_name")
    id_fields = ("product", "service_plan")


class SubscriptionForm(ServiceForm):
    class Meta:
        model = Subscription
        fields = ("quantity",)


@admin.register(Subscription)
class SubscriptionAdmin(ServiceAdmin):
    form = SubscriptionForm
    editable = ("quantity",)
    list_display = (
        "__str__",
        linked("customer"),
        linked("product"),
        linked("partner"),
        "commerce",
        "status",
        "quantity",
        "auto_renew",
        "term_ends_at",
    )
    list_filter = (
        "status",
        "commerce",
        "auto_renew",
        chosen("customer", Customer),
        chosen("partner", Partner),
        chosen("product", Product),
        chosen("parent", Subscription),
    )
    date_hierarchy = "term_ends_at"
    search_fields = ("friendly_name", "product__name", "product__sku_part_number", "customer__company_name")
    id_fields = ("pk", "order_id", "customer", "product", "parent")
    details = (
        "seats",
        see_also((Subscription, "parent"), (SeatWindow, "subscription"), (SeatAddition, "subscription")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return super().get_queryset(request).select_related("customer", "partner", "product")

    def is_changeable(self, obj: Subscription) -> bool:
        return obj.status == Subscription.Status.ACTIVE

    def apply(self, *, by: Principal, obj: Subscription, form: SubscriptionForm) -> None:
        add_seats(by=by, subscription=obj, quantity=form.cleaned_data["quantity"])

    @admin.display(description="seats")
    def seats(self, subscription: Subscription) -> SafeString:
        return list_link(SubscribedSku, customer=subscription.customer_id, product=subscription.product_id)


@admin.register(SeatWindow)
class SeatWindowAdmin(OpsAdmin):
    list_display = ("__str__", linked("subscription"), linked("customer"), "opens_at", "closes_at", "open_now")
    list_filter = ("kind", chosen("customer", Customer), chosen("subscription", Subscription))
    list_select_related = ("subscription__product", "customer", "product")
    date_hierarchy = "opens_at"
    search_fields = ("product__name", "customer__company_name")
    id_fields = ("customer", "product", "subscription")
    details = ("open_now",)

    @admin.display(description="open now", boolean=True)
    def open_now(self, window: SeatWindow) -> bool:
        now = clock.now()
        return window.opens_at <= now and (window.closes_at is None or window.closes_at > now)


@admin.register(SeatAddition)
class SeatAdditionAdmin(OpsAdmin):
    """Seats that can still be given back, if their seven days are not over."""

    list_display = ("__str__", linked("subscription"), linked("customer"), "quantity", "added_at")
    list_filter = (chosen("customer", Customer), chosen("subscription", Subscription))
    list_select_related = ("subscription__product", "customer")
    date_hierarchy = "added_at"
    search_fields = ("subscription__product__name", "customer__company_name")
    id_fields = ("customer", "subscription")


@admin.register(SubscribedSku)
class SubscribedSkuAdmin(OpsAdmin):
    """Seats as they are at this moment."""

    units = (
        annotated("active_units", "active"),
        annotated("warning_units", "in grace"),
        annotated("suspended_units", "suspended"),
        "available",
        "over_assigned",
    )
    list_display = ("__str__", linked("customer"), "consumed_units", *units)
    list_filter = (chosen("customer", Customer), chosen("product", Product))
    search_fields = ("product__name", "product__sku_part_number", "customer__company_name")
    id_fields = ("pk", "customer", "product")
    details = (
        *units,
        "subscriptions",
        see_also((LicenseAssignment, "subscribed_sku")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubscribedSku]:
        rows = SubscribedSku.objects.with_units(clock.now()).select_related("customer", "product")
        return rows.order_by(*self.get_ordering(request))

    @admin.display(description="available")
    def available(self, sku: SubscribedSku) -> int:
        return sku.available_units

    @admin.display(description="over-assigned by")
    def over_assigned(self, sku: SubscribedSku) -> int:
        return sku.over_assigned_by

    @admin.display(description="bought with")
    def subscriptions(self, sku: SubscribedSku) -> SafeString:
        return list_link(Subscription, customer=sku.customer_id, product=sku.product_id)


@admin.register(LicenseAssignment)
class LicenseAssignmentAdmin(OpsAdmin):
    list_display = (
        "__str__",
        linked("user"),
        linked("subscribed_sku", label="product"),
        linked("customer"),
        "assigned_at",
    )
    list_filter = (
        chosen("customer", Customer),
        chosen("user", CustomerUser),
        chosen("subscribed_sku", SubscribedSku),
    )
    list_select_related = ("user", "customer", "subscribed_sku__product")
    date_hierarchy = "assigned_at"
    search_fields = ("user__user_principal_name", "user__display_name", "subscribed_sku__product__name")
    id_fields = ("pk", "customer", "user", "subscribed_sku")


@admin.register(SoftwarePurchase)
class SoftwarePurchaseAdmin(OpsAdmin):
    list_display = ("name", linked("customer"), linked("partner"), "quantity", "purchased_at")
    list_filter = (chosen("customer", Customer), chosen("partner", Partner))
    list_select_related = ("customer", "partner")
    date_hierarchy = "purchased_at"
    search_fields = ("name", "customer__company_name")
    id_fields = ("pk", "order_id", "customer")


@admin.register(BulkRun)
class BulkRunAdmin(OpsAdmin):
    list_display = ("__str__", linked("customer"), "kind", "status", "total", "done", "failed", "created_at")
    list_filter = ("status", "kind", chosen("customer", Customer))
    list_select_related = ("customer",)
    date_hierarchy = "created_at"
    search_fields = ("customer__company_name",)
    hidden = ("selection", "lease")
    id_fields = ("pk", "customer", "partner_id")
    details = (see_also((BulkRunItem, "run")),)


@admin.register(BulkRunItem)
class BulkRunItemAdmin(OpsAdmin):
    list_display = ("__str__", linked("run"), "user_id", "state", "code", "problem")
    list_filter = ("state", chosen("run", BulkRun))
    list_select_related = ("run",)
    search_fields = ("problem",)
    id_fields = ("run", "user_id", "customer_id")
