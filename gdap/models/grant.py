"""The derived index of rights. The truth is in relationships and assignments; `gdap.services.grants` rewrites this."""

from datetime import datetime
from typing import ClassVar, NoReturn

from django.db import models
from guardian.managers import GroupObjectPermissionManager
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from customers.models import Customer
from gdap.models.assignment import AccessAssignment
from partnercenter import clock


class CustomerGrantQuerySet(models.QuerySet["CustomerGrant"]):
    def live(self, now: datetime) -> "CustomerGrantQuerySet":
        return self.filter(
            models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=now),
            valid_from__lte=now,
        )


class LiveGrantManager(GroupObjectPermissionManager):
    """What guardian itself meets: only grants that count at this moment."""

    def get_queryset(self) -> CustomerGrantQuerySet:
        return CustomerGrantQuerySet(self.model, using=self._db).live(clock.now())


class CustomerGrant(GroupObjectPermissionBase):
    """A group may do one thing at one customer, for a time, because of one access assignment.

    Guardian finds this model by the name that leads here from `Customer`; without one it would look into its own table.
    """

    content_object = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="live_grants")
    source = models.ForeignKey(AccessAssignment, on_delete=models.CASCADE, related_name="grants")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    objects: ClassVar = LiveGrantManager()
    all_objects = models.Manager.from_queryset(CustomerGrantQuerySet)()

    class Meta:
        # Replaces guardian's own: two relationships may grant the same thing to the same group.
        unique_together: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["content_object", "group", "permission", "source"], name="grant_once_per_source"
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["group", "permission", "content_object", "valid_until"], name="grant_lookup"),
        ]


class CustomerUserGrant(UserObjectPermissionBase):
    """Stays empty for good: nobody gets a personal right on a customer. It exists because guardian asks for it."""

    content_object = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="no_personal_grants")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        constraints: ClassVar = [
            # Guardian's bulk methods go around `save`; a column that is never empty can't be empty either.
            models.CheckConstraint(name="nobody_has_a_personal_grant", condition=models.Q(content_object__isnull=True)),
        ]

    def save(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("Rights on a customer come from GDAP, through a security group, never to one person.")
