from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from customers.models.customer import Customer
from partnercenter import clock
from partnercenter.fields import SortKeyField, sort_key
from partnercenter.ids import time_ordered

RESTORABLE = timedelta(days=30)  # partner_center_contract section 3.4


def restorable(now: datetime) -> models.Q:
    return models.Q(deleted_at__lte=now, deleted_at__gt=now - RESTORABLE)


class CustomerUserQuerySet(models.QuerySet["CustomerUser"]):
    def alive(self) -> "CustomerUserQuerySet":
        """Users that have not been deleted."""
        return self.filter(deleted_at__isnull=True)

    def restorable(self, now: datetime) -> "CustomerUserQuerySet":
        """Users whose deletion can still be taken back at `now`."""
        return self.filter(restorable(now))

    def touched(self, at: datetime) -> int:
        """Count one change on these users; returns how many there were."""
        return self.update(version=models.F("version") + 1, modified_at=at)


class CustomerUser(models.Model):
    """A user of a customer's tenant.

    `version` grows by one with every change of info, roles or licenses; services compare it to notice
    that somebody else was faster.
    """

    NAME_LIMIT = 50  # portal_screens section 5

    id = models.UUIDField(primary_key=True, default=time_ordered, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="users", db_index=False)  # see Meta
    user_principal_name = models.CharField(max_length=254)
    first_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    last_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    display_name = models.CharField(max_length=NAME_LIMIT)
    sort_name = SortKeyField(max_length=256, editable=False)
    sort_principal_name = SortKeyField(max_length=256, editable=False)
    usage_location = models.CharField(max_length=2, blank=True)
    immutable_id = models.CharField(max_length=128, blank=True)
    phone_number = models.CharField(max_length=30, blank=True)
    mobile_phone = models.CharField(max_length=30, blank=True)
    job_title = models.CharField(max_length=128, blank=True)
    department = models.CharField(max_length=64, blank=True)
    office_location = models.CharField(max_length=128, blank=True)
    preferred_language = models.CharField(max_length=20, blank=True)
    manager = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    sign_in_blocked = models.BooleanField(default=False)
    last_directory_sync_at = models.DateTimeField(null=True, blank=True)
    password = models.CharField(max_length=128, blank=True)
    session_epoch = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Counts what ends every session: a block."
    )
    force_change_password = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    modified_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    licenses_when_deleted = models.JSONField(
        default=list, blank=True, help_text="What a restored user gets back, where a seat is left."
    )

    objects = CustomerUserQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort_name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "customer",
                Lower("user_principal_name"),
                name="user_principal_name_unique_in_customer",
                condition=models.Q(deleted_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "sort_name", "id"], name="user_by_name"),
            models.Index(fields=["customer", "sort_principal_name", "id"], name="user_by_principal_name"),
            models.Index(fields=["customer", "deleted_at"], name="user_by_deletion"),
        ]

    def __str__(self) -> str:
        return self.user_principal_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive_sort_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def derive_sort_keys(self) -> None:
        """Called by `save` and by whoever inserts many users at once."""
        self.sort_name = sort_key(self.display_name)
        self.sort_principal_name = sort_key(self.user_principal_name)

    @property
    def local_part(self) -> str:
        return self.user_principal_name.partition("@")[0]

    @property
    def domain_name(self) -> str:
        return self.user_principal_name.partition("@")[2]

    @property
    def is_synced(self) -> bool:
        """Mastered in the customer's own directory; names and domain can't be changed here."""
        return self.last_directory_sync_at is not None
