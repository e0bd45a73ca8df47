import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from customers.models.customer import Customer
from partnercenter import clock


class UserUpload(models.Model):
    """A file of users to be, mended before anybody is created. `defaults` count where a row says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="user_uploads")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="user_uploads")
    file_name = models.CharField(max_length=200, blank=True)
    ignored_columns = models.JSONField(default=list, blank=True)
    defaults = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["customer", "made_by", "-created_at"], name="uploads_of_user")]

    def __str__(self) -> str:
        return self.file_name or str(self.pk)


class UploadRow(models.Model):
    """One line of the file as it is now, what is wrong with it, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        CREATED = "created"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(UserUpload, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    problems = models.JSONField(default=dict, blank=True, help_text="Column -> what is wrong with it.")
    has_problems = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    message = models.TextField(blank=True)
    user_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["number", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "number"], name="line_once_per_upload"),
        ]
        indexes: ClassVar = [models.Index(fields=["upload", "state", "number"], name="upload_rows_by_state")]

    def __str__(self) -> str:
        return f"line {self.number} of {self.upload_id}"
