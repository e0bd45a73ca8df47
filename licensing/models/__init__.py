"""The catalog, what customers own of it, and who uses it."""

from licensing.models.assignment import LicenseAssignment
from licensing.models.bulk import BulkRun, BulkRunItem
from licensing.models.catalog import Product, ProductServicePlan, ServicePlan
from licensing.models.software import SoftwarePurchase
from licensing.models.subscribed_sku import SubscribedSku, SubscribedSkuQuerySet
from licensing.models.subscription import SeatAddition, SeatWindow, Subscription

__all__ = [
    "BulkRun",
    "BulkRunItem",
    "LicenseAssignment",
    "Product",
    "ProductServicePlan",
    "SeatAddition",
    "SeatWindow",
    "ServicePlan",
    "SoftwarePurchase",
    "SubscribedSku",
    "SubscribedSkuQuerySet",
    "Subscription",
]
