import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from customers.models.customer import Customer
from partnercenter.accounts.models import Partner
from partnercenter.fields import SortKeyField, sort_key


class Tag(models.Model):
    """A word by which one partner sorts its customers. Another partner never sees it."""

    NAME_LIMIT = 50  # portal_screens section 2.1

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=NAME_LIMIT)
    sort_name = SortKeyField(max_length=2 * NAME_LIMIT, editable=False)

    class Meta:
        ordering: ClassVar = ["sort_name", "id"]
        constraints: ClassVar = [models.UniqueConstraint("partner", Lower("name"), name="tag_once_per_partner")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = sort_key(self.name, max_length=2 * self.NAME_LIMIT)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came


class CustomerTag(models.Model):
    """A customer wears a tag."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="customer_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="customer_tags")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["customer", "tag"], name="tag_once_per_customer")]

    def __str__(self) -> str:
        return f"{self.customer}: {self.tag}"
