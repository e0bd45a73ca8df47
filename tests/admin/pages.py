"""Addresses and forms of the admin, and rows for it to show."""

import uuid
from datetime import timedelta

from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from customers.models import (
    Agreement,
    ApplicationConsent,
    BillingProfile,
    CustomerTag,
    DirectoryRoleMember,
    OneTimeSecret,
    Qualification,
    Tag,
    UploadRow,
    UserTemplate,
    UserUpload,
)
from gdap.models import CustomerUserGrant
from gdap.services.relationships import Wish, remove_global_administrator
from gdap.services.templates import create_template, put_groups, request_from_template
from licensing.models import BulkRun, BulkRunItem, SoftwarePurchase, Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from licensing.services.subscriptions import add_seats
from partnercenter import clock
from partnercenter.accounts.models import (
    AppRegistration,
    AuthorizationCode,
    DeviceCode,
    PartnerRole,
    RefreshToken,
    SignInLimit,
)
from partnercenter.accounts.services import add_secret, begin_try, register_app, subjects
from partnercenter.accounts.signing import rotate
from partnercenter.emulator.models import Mail
from partnercenter.emulator.services import reset as reset_clock
from partnercenter.operations.models import Heartbeat
from partnercenter.portal.models import WizardRun
from partnercenter.wire.models import GivenAnswer
from tests.factories import (
    SYSTEM,
    AssignmentFactory,
    CustomerFactory,
    CustomerUserFactory,
    PartnerFactory,
    RelationshipFactory,
    SecurityGroupFactory,
    StaffFactory,
    role_ids,
    stock,
)

OUR_APPS = ("accounts", "audit", "customers", "licensing", "gdap", "portal", "emulator", "operations", "wire")
OUR_MODELS = [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]
WITH_ROWS = [model for model in OUR_MODELS if model is not CustomerUserGrant]


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def admin_of(model):
    return admin.site._registry[model]


def rows_of(model):
    """All rows, grants that have run out too."""
    return getattr(model, "all_objects", model._base_manager).all()


def values_in(page):
    """What a browser would send back if nobody touched the form of `page`."""
    fields = {field.html_name: field.value() for field in page.context["adminform"].form}
    return {name: value for name, value in fields.items() if value not in (None, False)}


def errors_in(page):
    """Field -> messages of the form that was sent back; `__all__` is above the form."""
    return dict(page.context["adminform"].form.errors)


def add_a_row_of_each():
    """Everything once more: a partner with staff and a group, its customer with a user, a license and a grant."""
    partner = PartnerFactory()
    staff = StaffFactory(partner=partner, roles=[PartnerRole.ADMIN_AGENT])
    customer = CustomerFactory(sold_by=[partner])
    user = CustomerUserFactory(customer=customer)
    (role,) = role_ids("Helpdesk Administrator")
    DirectoryRoleMember.objects.create(customer=customer, user=user, role_id=role)
    owned = stock(customer, "ENTERPRISEPACK", seats=5)
    update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(owned.product_id),)))
    add_seats(by=SYSTEM, subscription=Subscription.objects.get(customer=customer), quantity=6)
    relationship = RelationshipFactory(
        partner=partner, customer=customer, roles=["License Administrator", "Global Administrator"]
    )
    AssignmentFactory(relationship=relationship, group=SecurityGroupFactory(partner=partner, members=[staff]))
    remove_global_administrator(by=SYSTEM, relationship=relationship)
    add_a_template(partner, customer)
    WizardRun.objects.create(kind="edit_user", user=staff, subject_id=user.pk)
    upload = UserUpload.objects.create(customer=customer, made_by=staff, file_name="new.csv")
    UploadRow.objects.create(upload=upload, number=2, cells={"display_name": "Ana"})
    UserTemplate.objects.create(customer=customer, partner=partner, name="Office")
    OneTimeSecret.objects.create(
        digest="0" * 64, customer=customer, user=user, made_by=staff, sealed="sealed", expires_at=clock.now()
    )
    BillingProfile.objects.create(customer=customer, partner=partner, company_name=str(customer), country="US")
    Qualification.objects.create(customer=customer, partner=partner, kind=Qualification.Kind.EDUCATION)
    Agreement.objects.create(
        customer=customer, partner=partner, first_name="Ana", last_name="Born", email="ana@coho.example",
        agreed_at=clock.now(),
    )  # fmt: skip
    ApplicationConsent.objects.create(customer=customer, partner=partner, application_id=uuid.uuid4())
    GivenAnswer.objects.create(
        caller=str(staff.pk), request_id=str(uuid.uuid4()), method="POST", path="/v1/customers", status=201, body=b"{}"
    )
    SoftwarePurchase.objects.create(customer=customer, partner=partner, name="Windows Server 2025")
    CustomerTag.objects.create(customer=customer, tag=Tag.objects.create(partner=partner, name=f"Tag of {partner}"))
    run = BulkRun.objects.create(customer=customer, total=1, partner_id=partner.pk)
    BulkRunItem.objects.create(customer_id=customer.pk, run=run, user_id=user.pk, version=1)
    reset_clock(by=SYSTEM)
    Mail.objects.create(
        message_id=str(uuid.uuid4()), dated_at=clock.now(), sender="us", recipients=str(staff), subject="Hi", body="Hi"
    )
    Heartbeat.objects.create(name=uuid.uuid4().hex[:16], seen_at=clock.now())
    add_an_app_with_tokens(partner, staff)
    begin_try(subjects(SignInLimit.Kind.STAFF, staff.username, ""))
    connection.check_constraints()  # what PostgreSQL does with a commit: seals join their chains


def add_a_template(partner, customer):
    """A template with a group, requested from the customer."""
    wish = Wish(display_name="Care", duration_days=30, roles=frozenset(role_ids("License Administrator")))
    template = create_template(by=SYSTEM, partner=partner, wish=wish)
    put_groups(by=SYSTEM, template=template, groups=[SecurityGroupFactory(partner=partner).pk], roles=wish.roles)
    request_from_template(by=SYSTEM, template=template, customers=[customer.pk])


def add_an_app_with_tokens(partner, staff):
    """An app with a secret, and everything that can be turned into a token through it."""
    rotate()
    app = register_app(by=SYSTEM, tenant=partner, display_name=f"Desk app of {partner}")
    add_secret(by=SYSTEM, app=app)
    number = AppRegistration.objects.count()
    lasts = {"app": app, "user": staff, "expires_at": clock.now() + timedelta(days=1)}
    RefreshToken.objects.create(digest=f"r{number}", tenant_id=partner.pk, scopes="openid", **lasts)
    AuthorizationCode.objects.create(digest=f"a{number}", tenant="common", redirect_uri="https://desk.example", **lasts)
    DeviceCode.objects.create(digest=f"d{number}", user_code=f"CODE{number}", tenant="common", **lasts)
