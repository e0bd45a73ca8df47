import uuid
from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models

from partnercenter.accounts.models import Partner


class SecurityGroup(models.Model):
    """A security group in the partner's tenant; its members are the members of the Django group behind it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="security_groups")
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="security_group")
    display_name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    is_built_in = models.BooleanField(default=False, help_text="AdminAgents, HelpdeskAgents or SalesAgents.")

    class Meta:
        ordering: ClassVar = ["display_name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "display_name"], name="group_name_once_per_partner"),
        ]

    def __str__(self) -> str:
        return self.display_name
