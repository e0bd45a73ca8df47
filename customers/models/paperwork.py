"""What a partner files about a customer: qualifications, agreements, consents to applications."""

import uuid
from typing import ClassVar

from django.db import models

from customers.models.customer import Customer
from partnercenter import clock
from partnercenter.accounts.models import Partner


class Qualification(models.Model):
    """Why a customer may buy what not everybody may. Nobody examines it here: it counts at once."""

    class Kind(models.TextChoices):
        EDUCATION = "Education"
        GOVERNMENT = "GovernmentCommunityCloud", "Government Community Cloud"
        STATE_OWNED = "StateOwnedEntity", "State-owned entity"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="qualifications")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30, choices=Kind)
    education_segment = models.CharField(max_length=20, blank=True)
    website = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "kind"], name="qualification_once_per_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_kind_display()}"


class Agreement(models.Model):
    """Somebody of the customer accepted the customer agreement, so the partner says."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="agreements")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    first_name = models.CharField(max_length=50)
    last_name = models.CharField(max_length=50)
    email = models.EmailField()
    phone_number = models.CharField(max_length=30, blank=True)
    agreed_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["created_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["customer", "partner"], name="agreement_by_customer")]

    def __str__(self) -> str:
        return f"{self.customer}: accepted by {self.first_name} {self.last_name}"


class ApplicationConsent(models.Model):
    """A partner's application may act in the customer's tenant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="application_consents")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    application_id = models.UUIDField()
    display_name = models.CharField(max_length=200, blank=True)
    grants = models.JSONField(default=list, blank=True, help_text="Which scopes of which enterprise application.")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "application_id"], name="consent_once_per_application"),
        ]

    def __str__(self) -> str:
        return self.display_name or str(self.application_id)
