"""The append-only record of every change."""

from typing import Any, ClassVar, NoReturn

from django.db import models

from partnercenter import clock
from partnercenter.ids import time_ordered


class Operation(models.TextChoices):
    """Names on the wire of the Partner Center activity log (partner_center_contract section 8.1)."""

    UPDATE_CUSTOMER_USER = "update_customer_user"
    UPDATE_CUSTOMER_USER_PRINCIPAL_NAME = "update_customer_user_principal_name"
    UPDATE_CUSTOMER_USER_LICENSES = "update_customer_user_licenses"
    CREATE_CUSTOMER_USER = "create_customer_user"
    DELETE_CUSTOMER_USER = "delete_customer_user"
    RESTORE_CUSTOMER_USER = "restore_customer_user"
    RESET_CUSTOMER_USER_PASSWORD = "reset_customer_user_password"  # noqa: S105  an operation's name
    UPDATE_USER_MEMBERS = "update_user_members"
    ADD_USER_MEMBER = "add_user_member"
    REMOVE_USER_MEMBER = "remove_user_member"
    ADD_CUSTOMER = "add_customer"
    DELETE_CUSTOMER = "delete_customer"
    UPDATE_CUSTOMER_QUALIFICATION = "update_customer_qualification"
    CREATE_AGREEMENT = "create_agreement"
    REMOVE_PARTNER_CUSTOMER_RELATIONSHIP = "remove_partner_customer_relationship"
    UPDATE_CUSTOMER_BILLING_PROFILE = "update_customer_billing_profile"
    CREATE_ORDER = "create_order"
    UPDATE_SUBSCRIPTION = "update_subscription"
    GET_SOFTWARE_KEY = "get_software_key"
    GET_SOFTWARE_DOWNLOAD_LINK = "get_software_download_link"
    CANCEL_SOFTWARE = "cancel_software"
    RELATIONSHIP_APPROVED = "granular_admin_relationship_approved"
    RELATIONSHIP_ACTIVATED = "granular_admin_relationship_activated"
    RELATIONSHIP_CREATED = "granular_admin_relationship_created"
    RELATIONSHIP_UPDATED = "granular_admin_relationship_updated"
    RELATIONSHIP_DELETED = "granular_admin_relationship_deleted"
    RELATIONSHIP_LOCKED = "granular_admin_relationship_locked_for_approval"
    RELATIONSHIP_DECLINED = "granular_admin_relationship_declined"
    RELATIONSHIP_TERMINATED = "granular_admin_relationship_terminated"
    ACCESS_ASSIGNMENT_CREATED = "granular_admin_access_assignment_created"
    ACCESS_ASSIGNMENT_UPDATED = "granular_admin_access_assignment_updated"
    ACCESS_ASSIGNMENT_DELETED = "granular_admin_access_assignment_deleted"
    # Not in the activity log of Partner Center; the words are those of Entra's own audit log.
    ADD_APPLICATION = "add_application"
    UPDATE_APPLICATION = "update_application"
    UPDATE_APPLICATION_SECRETS = "update_application_secrets"
    ADD_TEMPLATE = "add_relationship_template"
    UPDATE_TEMPLATE = "update_relationship_template"
    DELETE_TEMPLATE = "delete_relationship_template"
    ADD_GROUP = "add_security_group"
    UPDATE_GROUP = "update_security_group"
    DELETE_GROUP = "delete_security_group"
    ADD_GROUP_MEMBER = "add_security_group_member"
    REMOVE_GROUP_MEMBER = "remove_security_group_member"
    CREATE_TAG = "create_tag"
    UPDATE_TAG = "update_tag"
    DELETE_TAG = "delete_tag"
    UPDATE_CUSTOMER_TAGS = "update_customer_tags"
    CREATE_PURCHASE_PERMISSION = "create_customer_purchase_permission"
    DELETE_PURCHASE_PERMISSION = "delete_customer_purchase_permission"
    ADD_DOMAIN = "add_verified_domain"
    ADD_CONSENT = "consent_to_application"
    REMOVE_CONSENT = "remove_consent_to_application"
    # Ours alone.
    ADD_USER_TEMPLATE = "add_user_template"
    UPDATE_USER_TEMPLATE = "update_user_template"
    DELETE_USER_TEMPLATE = "delete_user_template"
    PRUNE_AUDIT_RECORDS = "prune_audit_records"
    LOCK_SIGN_IN = "lock_sign_in"
    UNLOCK_SIGN_IN = "unlock_sign_in"
    BLOCK_STAFF = "block_staff_sign_in"
    UNBLOCK_STAFF = "unblock_staff_sign_in"
    ADD_SECOND_FACTOR = "add_second_factor"
    RENEW_BACKUP_CODES = "renew_backup_codes"
    REMOVE_SECOND_FACTOR = "remove_second_factor"
    RESET_SECOND_FACTOR = "reset_second_factor"


class ResourceType(models.TextChoices):
    CUSTOMER = "customer"
    CUSTOMER_USER = "customer_user"
    AGREEMENT = "agreement"
    LICENSE = "license"
    DIRECTORY_ROLE = "customer_directory_role"
    SUBSCRIPTION = "subscription"
    ORDER = "order"
    SOFTWARE = "software"
    ADMIN_RELATIONSHIP = "granular_admin_relationship"
    ACCESS_ASSIGNMENT = "granular_admin_access_assignment"
    APPLICATION = "application"
    SECURITY_GROUP = "security_group"
    RELATIONSHIP_TEMPLATE = "relationship_template"
    TAG = "tag"
    USER_TEMPLATE = "user_template"
    AUDIT_RECORDS = "audit_records"
    SIGN_IN = "sign_in"
    STAFF_ACCOUNT = "staff_account"


class AppendOnly(TypeError):
    """Somebody tried to change or remove an audit record."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **_: object) -> NoReturn:
        raise AppendOnly("An audit record is never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnly("An audit record is never removed by hand; retention has its own command.")


class KeptRow(models.Model):
    """A row that is written once. The database refuses the rest too (triggers of migration 0014)."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise AppendOnly("An audit record is never changed.")
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def delete(self, *_: object, **__: object) -> NoReturn:
        raise AppendOnly("An audit record is never removed by hand; retention has its own command.")


class AuditRecord(KeptRow):
    """Who did what to which thing, by which door and right, with before and after.

    It holds ids and names, no foreign keys, so that it outlives what it speaks of.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered, editable=False)
    occurred_at = models.DateTimeField(default=clock.now)
    customer_id = models.UUIDField(null=True)
    customer_name = models.CharField(max_length=200, blank=True)
    partner_id = models.UUIDField(null=True)
    principal_kind = models.CharField(max_length=16)
    principal_id = models.CharField(max_length=64)
    principal_name = models.CharField(max_length=254)
    door = models.CharField(max_length=24)
    app_id = models.CharField(max_length=64, blank=True, help_text="The app registration behind a token, if any.")
    operation = models.CharField(max_length=64, choices=Operation)
    resource_type = models.CharField(max_length=48, choices=ResourceType)
    resource_id = models.CharField(max_length=80)
    resource_name = models.CharField(max_length=300)
    partner_roles = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="The partner roles that the person held, by commas.",
    )
    granted_by = models.JSONField(default=list, help_text="The chains relationship, group, role that allowed it.")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    seal_id = models.UUIDField(null=True, help_text="The link of the chain that vouches for it.")

    class Meta:
        ordering: ClassVar = ["-occurred_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["customer_id", "-occurred_at", "-id"], name="audit_by_customer"),
            models.Index(fields=["partner_id", "-occurred_at", "-id"], name="audit_by_partner"),
            models.Index(fields=["customer_id", "resource_id", "-occurred_at"], name="audit_by_resource"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.resource_name}"
