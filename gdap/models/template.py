"""What a partner asks for again and again, and what became of it at each customer."""

import uuid
from typing import ClassVar

from django.db import models

from customers.models import Customer, DirectoryRole
from gdap.models.relationship import AdminRelationship
from gdap.models.security_group import SecurityGroup
from partnercenter import clock
from partnercenter.accounts.models import Partner


class RelationshipTemplate(models.Model):
    """Named terms of an admin relationship. What was requested from it keeps its terms when the template changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="relationship_templates")
    display_name = models.CharField(max_length=AdminRelationship.NAME_LIMIT)
    duration_days = models.PositiveIntegerField(help_text="1 to 730.")
    auto_extend = models.BooleanField(default=False)
    roles = models.ManyToManyField(DirectoryRole, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["display_name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "display_name"], name="template_name_once_per_partner"),
            models.CheckConstraint(
                name="template_lasts_1_to_730_days", condition=models.Q(duration_days__range=(1, 730))
            ),
        ]

    def __str__(self) -> str:
        return self.display_name


class TemplateGroup(models.Model):
    """A security group that gets some of the template's roles once a relationship from it is active."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(RelationshipTemplate, on_delete=models.CASCADE, related_name="groups")
    security_group = models.ForeignKey(SecurityGroup, on_delete=models.CASCADE, related_name="+")
    roles = models.ManyToManyField(DirectoryRole, related_name="+")

    class Meta:
        ordering: ClassVar = ["security_group__display_name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "security_group"], name="group_once_per_template"),
        ]

    def __str__(self) -> str:
        return f"{self.security_group} in {self.template}"


class TemplateRequest(models.Model):
    """What became of a template at one customer, in one go of several (`batch_id`): a relationship, or a problem."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(RelationshipTemplate, on_delete=models.CASCADE, related_name="requests")
    batch_id = models.UUIDField()
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    relationship = models.ForeignKey(AdminRelationship, on_delete=models.SET_NULL, null=True, related_name="+")
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["template", "batch_id"], name="requests_of_batch")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch_id", "customer"], name="customer_once_per_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.template} at {self.customer}"
