"""What counts no more is swept; what somebody may come back for, and what tells of the past, stays."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from customers.models import OneTimeSecret, UploadRow, UserUpload
from licensing.models import BulkRun
from partnercenter import clock
from partnercenter.accounts.models import AppRegistration, AuthorizationCode, DeviceCode, RefreshToken
from partnercenter.audit.models import AuditRecord
from partnercenter.portal.models import WizardRun
from partnercenter.wire.models import GivenAnswer


def leave_behind(world, *, at):
    """One of each thing that people and apps leave behind; each ends, or began, at `at`."""
    name = f"{at:%d%H%M%S}"
    app = AppRegistration.objects.create(tenant=world.contoso, display_name=f"app {name}")
    redeemable = {"app": app, "expires_at": at}
    WizardRun.objects.create(kind="edit-user", user=world.ava, subject_id=world.dana.pk, created_at=at)
    WizardRun.objects.create(kind="edit-user", user=world.ava, subject_id=world.dana.pk, created_at=at, completed_at=at)
    BulkRun.objects.create(customer=world.fabrikam, partner_id=world.contoso.pk, created_at=at)
    BulkRun.objects.create(customer=world.fabrikam, partner_id=world.contoso.pk, created_at=at, status="done")
    upload = UserUpload.objects.create(customer=world.fabrikam, made_by=world.ava, created_at=at)
    UploadRow.objects.create(upload=upload, number=1)
    OneTimeSecret.objects.create(
        digest=name, customer=world.fabrikam, made_by=world.ava, sealed="sealed", expires_at=at
    )
    GivenAnswer.objects.create(
        caller="ava", request_id=name, method="PATCH", path="/", body_digest="", status=200, body=b"", given_at=at
    )
    AuthorizationCode.objects.create(digest=f"code {name}", user=world.ava, tenant="common", **redeemable)
    RefreshToken.objects.create(
        digest=f"refresh {name}", user=world.ava, tenant_id=world.contoso.pk, password_stamp="", **redeemable
    )
    DeviceCode.objects.create(digest=f"device {name}", user_code=name[-9:], tenant="common", **redeemable)


@pytest.fixture
def said(world, capsys, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # as outside of tests
    leave_behind(world, at=clock.now() - timedelta(days=31))
    leave_behind(world, at=clock.now() - timedelta(minutes=1))

    def said(*arguments):
        call_command("tidy", *arguments)
        return capsys.readouterr().out.splitlines()

    return said


def test_what_counts_no_more_is_swept_and_the_rest_stays(said):
    told = AuditRecord.objects.count()
    assert said("--dry-run") == said("--dry-run")
    assert said() == [
        "2 wizards",
        "1 drafts of license runs",
        "1 uploads of users",
        "2 links to passwords",
        "1 answers to requests",
        "1 authorization codes",
        "1 device codes",
        "1 refresh tokens",
    ]
    models = (WizardRun, BulkRun, UserUpload, UploadRow, OneTimeSecret, GivenAnswer, AuthorizationCode, DeviceCode)
    assert {model.__name__: model.objects.count() for model in models} == {
        "WizardRun": 2,
        "BulkRun": 3,
        "UserUpload": 1,
        "UploadRow": 1,
        "OneTimeSecret": 0,
        "GivenAnswer": 1,
        "AuthorizationCode": 1,
        "DeviceCode": 1,
    }
    assert RefreshToken.objects.count() == 1
    assert AuditRecord.objects.count() == told
    assert said() == []
