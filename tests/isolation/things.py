"""What each partner has, with a word in every text that nobody else may ever read."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Model, QuerySet

from customers.models import (
    Agreement,
    ApplicationConsent,
    BillingProfile,
    Customer,
    CustomerUser,
    Domain,
    Tag,
    UploadRow,
    UserTemplate,
    UserUpload,
)
from customers.roles import HELPDESK_ADMINISTRATOR
from customers.services import UserInfo, update_user
from gdap.models import AdminRelationship, RelationshipRequest, RelationshipTemplate, SecurityGroup
from gdap.services.relationships import Wish
from gdap.services.templates import create_template, request_from_template
from licensing.models import BulkRun, SoftwarePurchase, Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter import clock
from partnercenter.accounts.models import AppRegistration, Partner, User
from partnercenter.audit.models import AuditRecord
from partnercenter.audit.services import removal
from partnercenter.emulator.models import Mail
from tests.accounts.conftest import program
from tests.cast import World, principal
from tests.factories import SYSTEM, CustomerUserFactory, role_ids, stock
from tests.portal.editing import Editing

PASSWORD = "demo"


@dataclass(frozen=True, kw_only=True)
class Things:
    """`own_word` is for the partner alone, `shared_word` for its customer too. `ids` by the names in addresses."""

    partner: Partner
    customer: Customer
    staff: User
    admin: CustomerUser
    app: AppRegistration
    own_word: str
    shared_word: str
    ids: dict[str, Any]
    rows: tuple[QuerySet[Any], ...]

    def snapshot(self) -> list[list[dict[str, Any]]]:
        """Every marked row as it is now."""
        return [list(rows.order_by("pk").values()) for rows in self.rows]


def things_of(world: World, *, of: Partner) -> Things:
    """At Northwind for Contoso, at the second Fabrikam for Litware: customers that only one of them has."""
    contoso = of == world.contoso
    customer, dana = (world.northwind, world.dana_of_northwind) if contoso else (world.namesake, world.dana_of_namesake)
    staff, group = (world.ava, world.leads) if contoso else (world.max, world.litware_desk)
    admin = CustomerUserFactory(
        customer=customer, local_part="global.admin", roles=["Global Administrator"], password=make_password(PASSWORD)
    )
    app = program(of, "Desk", graph_roles=["Directory.Read.All"]).app
    made = _made(of, customer, dana, staff, group)
    word = f"zq8{of.name.split()[0].casefold()}"
    rows = _marked(of, customer, own_word=f"{word}only", shared_word=f"{word}both")
    return Things(
        partner=of,
        customer=customer,
        staff=staff,
        admin=admin,
        app=app,
        own_word=f"{word}only",
        shared_word=f"{word}both",
        ids=made,
        rows=rows,
    )


def _made(
    partner: Partner, customer: Customer, dana: CustomerUser, staff: User, group: SecurityGroup
) -> dict[str, Any]:
    relationship = AdminRelationship.objects.filter(partner=partner, customer=customer).get()
    owned = stock(customer, "ENTERPRISEPACK", seats=3)
    update_licenses(by=SYSTEM, user=dana, update=LicenseUpdate(assign=(LicenseToAssign(owned.product_id),)))
    sold = Subscription.objects.get(customer=customer)
    update_user(by=principal(staff), user=dana, info=replace(UserInfo.of(dana), first_name="Dania"))
    template = _relationship_template(partner, customer)
    upload = UserUpload.objects.create(customer=customer, made_by=staff)
    UploadRow.objects.create(upload=upload, number=2, cells={})
    request = RelationshipRequest.objects.filter(relationship=relationship).first()
    mail = Mail.objects.create(
        message_id=str(customer.pk), dated_at=clock.now(), sender="us", recipients="", subject=""
    )
    person = {"first_name": "A", "last_name": "B", "email": "a@b.example", "agreed_at": clock.now()}
    Agreement.objects.create(customer=customer, partner=partner, **person)
    BillingProfile.objects.get_or_create(customer=customer, partner=partner, defaults={"country": "US"})
    consent = ApplicationConsent.objects.create(customer=customer, partner=partner, application_id=customer.pk)
    return {
        **template,
        "customer_id": customer.pk,
        "tenant_id": customer.pk,
        "object_id": customer.pk,
        "partner_id": partner.pk,
        "user_id": dana.pk,
        "person_id": staff.pk,
        "group_id": group.pk,
        "tag_id": Tag.objects.create(partner=partner, name="Gold").pk,
        "relationship_id": relationship.pk,
        "assignment_id": relationship.access_assignments.get().pk,
        "request_id": request.pk if request else relationship.pk,
        "operation_id": "listUsers",
        "template_id": UserTemplate.objects.create(customer=customer, partner=partner, name="Office").pk,
        "upload_id": upload.pk,
        "purchase_id": SoftwarePurchase.objects.create(customer=customer, partner=partner, name="Server").pk,
        "subscription_id": sold.pk,
        "order_id": sold.order_id,
        "offer_id": sold.product_id,
        "product_id": sold.product_id,
        "sku_id": sold.product_id,
        "application_id": consent.application_id,
        "role_id": HELPDESK_ADMINISTRATOR,
        "run_id": Editing(staff, dana).run_id,
        "mail_id": mail.pk,
        "domain": customer.primary_domain,
        "name": customer.primary_domain,
        "tenant": partner.domain,
        "line": "0",
        "iso": "US",
        "step": "info",
        "verb": "delete",
        "report": "users",
        "change": "suspend",
        "offer": "sql-server-standard",
        "record_id": AuditRecord.objects.filter(customer_id=customer.pk, partner_id=partner.pk).order_by("pk")[0].pk,
        "token": "no-such-token",
        "content_type_id": 1,
        "app_label": "customers",
        "id": customer.pk,
        "bulk_run": BulkRun.objects.create(customer=customer, total=0, partner_id=partner.pk, user=staff).pk,
    }


def _relationship_template(partner: Partner, customer: Customer) -> dict[str, Any]:
    wish = Wish(display_name="Care", duration_days=30, roles=frozenset(role_ids("License Administrator")))
    template = create_template(by=SYSTEM, partner=partner, wish=wish)
    batch_id = request_from_template(by=SYSTEM, template=template, customers=[customer.pk])
    return {"relationship_template_id": template.pk, "batch_id": batch_id}


def _marked(partner: Partner, customer: Customer, *, own_word: str, shared_word: str) -> tuple[QuerySet[Any], ...]:
    """Write the words into every text that pages and answers could show."""
    users = CustomerUser.objects.filter(customer=customer)
    own: list[tuple[QuerySet[Any], tuple[str, ...]]] = [
        (SecurityGroup.objects.filter(partner=partner), ("display_name", "description")),
        (RelationshipTemplate.objects.filter(partner=partner), ("display_name",)),
        (Tag.objects.filter(partner=partner), ("name",)),
        (UserTemplate.objects.filter(partner=partner), ("name",)),
        (UserUpload.objects.filter(customer=customer), ("file_name",)),
        (User.objects.filter(partner=partner), ("display_name",)),
        (AppRegistration.objects.filter(tenant=partner), ("display_name",)),
        (BillingProfile.objects.filter(customer=customer), ("company_name", "first_name", "last_name", "city")),
        (Agreement.objects.filter(customer=customer), ("first_name", "last_name")),
    ]
    shared: list[tuple[QuerySet[Any], tuple[str, ...]]] = [
        (Customer.objects.filter(pk=customer.pk), ("company_name", "city", "address_line1")),
        (users, ("display_name", "first_name", "last_name", "job_title", "department")),
        (AdminRelationship.objects.filter(customer=customer), ("display_name",)),
        (Subscription.objects.filter(customer=customer), ("friendly_name",)),
        (SoftwarePurchase.objects.filter(customer=customer), ("name",)),
        (Domain.objects.filter(customer=customer, is_default=False), ()),
        (ApplicationConsent.objects.filter(customer=customer), ("display_name",)),
    ]
    for word, kinds in ((own_word, own), (shared_word, shared)):
        for rows, fields in kinds:
            _write(rows, fields, word)
    records = AuditRecord.objects.filter(customer_id=customer.pk)
    _write_past_the_model(records, ("customer_name", "resource_name"), shared_word)
    _write(Mail.objects.filter(message_id=str(customer.pk)), ("subject", "body"), own_word)
    return tuple(rows for rows, _ in (*own, *shared))


def _write(rows: QuerySet[Any], fields: tuple[str, ...], word: str) -> None:
    for number, row in enumerate(rows.order_by("pk")):
        _write_past_the_model(_row_alone(row), fields, f"{word} {number}")


def _row_alone(row: Model) -> QuerySet[Any]:
    return type(row)._base_manager.filter(pk=row.pk)


def _write_past_the_model(rows: QuerySet[Any], fields: tuple[str, ...], word: str) -> None:
    """Also where the model and the database refuse changes: this is a test's own world."""
    if fields:
        with removal("a test writes words that could leak"):
            QuerySet.update(rows, **dict.fromkeys(fields, word))
