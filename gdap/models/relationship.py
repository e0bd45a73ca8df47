import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Case, Q, Value, When

from customers.models import Customer, DirectoryRole
from gdap import lifecycle
from gdap.lifecycle import Status
from gdap.timing import timing
from partnercenter import clock
from partnercenter.accounts.models import Partner


class AdminRelationshipQuerySet(models.QuerySet["AdminRelationship"]):
    def with_status(self, now: datetime) -> "AdminRelationshipQuerySet":
        """Annotates `status_now`: what `status(now)` says of each row, for filters and counts."""
        return self.annotate(status_now=_status_in_sql(now))

    def agreed(self, now: datetime, expired: datetime) -> "AdminRelationshipQuerySet":
        """Those that a customer approved and that are not over, with what is being set up or taken back.

        Those whose time was up at `expired` are expired. Bare comparisons, so that the query can be prepared.
        """
        is_ending = Q(termination_requested_at__lte=now)
        return self.filter(
            Q(terminated_at__isnull=True) | Q(terminated_at__gt=now),
            Q(auto_extend=True) | Q(ends_at__gt=expired) | is_ending,
            approved_at__lte=now,
        )

    def kept(self, now: datetime) -> "AdminRelationshipQuerySet":
        """Without those that time has cleaned up (graph_gdap_contract section 9)."""
        over = now - lifecycle.OVER_IS_KEPT_FOR
        return self.with_status(now).exclude(
            Q(status_now=Status.APPROVAL_PENDING, approval_requested_at__lte=now - lifecycle.APPROVAL_LAPSES_AFTER)
            | Q(status_now=Status.EXPIRED, ends_at__lte=over - timing().expiring)
            | Q(status_now=Status.TERMINATED, terminated_at__lte=over)
        )


def _status_in_sql(now: datetime) -> Case:
    ends = Q(activated_at__lte=now, auto_extend=False)
    steps = (
        (Q(terminated_at__lte=now), Status.TERMINATED),
        (Q(terminating_at__lte=now), Status.TERMINATING),
        (Q(termination_requested_at__lte=now), Status.TERMINATION_REQUESTED),
        (ends & Q(ends_at__lte=now - timing().expiring), Status.EXPIRED),
        (ends & Q(ends_at__lte=now), Status.EXPIRING),
        (Q(activated_at__lte=now), Status.ACTIVE),
        (Q(activating_at__lte=now), Status.ACTIVATING),
        (Q(approved_at__lte=now), Status.APPROVED),
        (Q(approval_requested_at__lte=now), Status.APPROVAL_PENDING),
    )
    return Case(
        *(When(condition, then=Value(status.value)) for condition, status in steps),
        default=Value(Status.CREATED.value),
        output_field=models.CharField(),
    )


class AdminRelationship(models.Model):
    """A granular delegated admin relationship between a partner and a customer.

    It stores the moments of its life; its status follows from them and the clock, when read (`gdap.lifecycle`).
    Until it is approved it may be without a customer: then the one that accepts the invitation becomes it.
    `version` grows with every change of the row; services compare it to notice that somebody else was faster.
    """

    Status = Status

    NAME_LIMIT = 50

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="admin_relationships")
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="admin_relationships"
    )
    display_name = models.CharField(max_length=NAME_LIMIT)
    duration_days = models.PositiveIntegerField(help_text="1 to 730.")
    auto_extend = models.BooleanField(default=False, help_text="Rolls the end by 180 days, until switched off.")
    roles = models.ManyToManyField(DirectoryRole, through="AdminRelationshipRole", related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    modified_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)
    approval_requested_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    activating_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    termination_requested_at = models.DateTimeField(null=True, blank=True)
    terminating_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)

    objects = AdminRelationshipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["display_name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "display_name"], name="relationship_name_once_per_partner"),
            models.CheckConstraint(name="relationship_lasts_1_to_730_days", condition=Q(duration_days__range=(1, 730))),
            models.CheckConstraint(
                name="active_relationship_has_an_end",
                condition=Q(activated_at__isnull=True) | Q(ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="approved_relationship_has_a_customer",
                condition=Q(approved_at__isnull=True) | Q(customer__isnull=False),
            ),
            models.CheckConstraint(
                name="terminated_relationship_was_asked_to_end",
                condition=Q(terminated_at__isnull=True) | Q(termination_requested_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def status(self, now: datetime) -> lifecycle.Status:
        return lifecycle.status_of(self, now, timing())

    def is_gone(self, now: datetime) -> bool:
        """Whether time has cleaned it up: nobody of either side sees it any more."""
        return lifecycle.is_gone(self, now, timing())

    def end(self, now: datetime) -> datetime | None:
        """When it ends or has ended, auto extend included."""
        return lifecycle.end_of(self, now)


class AdminRelationshipRole(models.Model):
    """A relationship covers a role."""

    relationship = models.ForeignKey(AdminRelationship, on_delete=models.CASCADE, related_name="role_links")
    role = models.ForeignKey(DirectoryRole, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["role__display_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "role"], name="role_once_per_relationship"),
        ]

    def __str__(self) -> str:
        return f"{self.relationship}: {self.role}"
