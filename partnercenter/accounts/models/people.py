"""Partners and their staff."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from partnercenter import clock


class PartnerRole(models.TextChoices):
    """Roles in the partner's own account; they open pages and commercial actions, never a customer's directory.

    Source: portal_screens section 16.1, after the Partner Center permissions overview.
    """

    GLOBAL_ADMIN = "global_admin", "Global admin"
    ADMIN_AGENT = "admin_agent", "Admin agent"
    HELPDESK_AGENT = "helpdesk_agent", "Helpdesk agent"
    SALES_AGENT = "sales_agent", "Sales agent"
    USER_MANAGEMENT_ADMIN = "user_management_admin", "User management admin"
    BILLING_ADMIN = "billing_admin", "Billing admin"
    ACCOUNT_ADMIN = "account_admin", "Account admin"


class Partner(models.Model):
    """A partner organization; its id is the id of its own tenant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=253)
    country = models.CharField(max_length=2, default="US")
    mpn_id = models.CharField("partner program id", max_length=20, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("domain"), name="partner_domain_unique")]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Somebody who signs in: a partner's staff member (`partner` set) or one of the ops staff (`is_superuser`).

    The user name is the user principal name, kept in lower case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField("user principal name", max_length=254, unique=True)
    display_name = models.CharField(max_length=128, blank=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="staff")
    has_second_factor = models.BooleanField(
        default=False, db_default=False, help_text="Signs in with a code besides the password."
    )
    session_epoch = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Counts what ends every session and refresh token: a block, another second factor.",
    )

    class Meta:
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ops_are_never_partner_staff",
                condition=models.Q(partner__isnull=True) | models.Q(is_superuser=False),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: object, **kwargs: object) -> None:
        self.username = self.username.lower()
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions and refresh tokens carry it, and end with it."""
        value = f"{self.password}/{self.session_epoch}"
        return salted_hmac("partnercenter.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def name(self) -> str:
        return self.display_name or self.get_full_name() or self.username


class PartnerRoleAssignment(models.Model):
    """One partner role of one staff member."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="partner_role_assignments")
    role = models.CharField(max_length=32, choices=PartnerRole)

    class Meta:
        ordering: ClassVar = ["role"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "role"], name="partner_role_once_per_user")]

    def __str__(self) -> str:
        return self.get_role_display()
