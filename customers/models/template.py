import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from customers.models.customer import Customer
from customers.naming import NamingRule
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.fields import SortKeyField, sort_key


class UserTemplate(models.Model):
    """What new users of a customer have in common. It belongs to one partner; another partner has its own.

    `licenses` maps the id of each product to its disabled plans.
    """

    NAME_LIMIT = 60

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="user_templates")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="user_templates")
    name = models.CharField(max_length=NAME_LIMIT)
    sort_name = SortKeyField(max_length=256, editable=False)
    domain = models.CharField(max_length=253, blank=True)
    usage_location = models.CharField(max_length=2, blank=True)
    naming = models.CharField(
        max_length=20, choices=[(rule.value, rule.label) for rule in NamingRule], default=NamingRule.BY_HAND.value
    )
    roles = models.JSONField(default=list, blank=True)
    licenses = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    modified_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["sort_name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("customer", "partner", Lower("name"), name="template_name_once_per_customer"),
        ]
        indexes: ClassVar = [models.Index(fields=["customer", "partner", "sort_name", "id"], name="templates_by_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
