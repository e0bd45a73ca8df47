"""The activity log: GET /v1/auditrecords (partner_center_contract section 8.1)."""

import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from rest_framework.request import Request

from partnercenter import clock, replicas
from partnercenter.audit.models import AuditRecord, Operation, ResourceType
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import supplied, wire_time
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.filters import Condition, Fields, conditions, parse_filter, unsupported
from partnercenter.wire.partner_center.operations import PAGING, Parameter, filtered_by, operation
from partnercenter.wire.partner_center.paging import HEADER, Listing, page, read_seek, window
from partnercenter.wire.partner_center.shapes import (
    GUID,
    MOMENT,
    TEXT,
    attributes,
    listed,
    maybe,
    one_of,
    paged,
    shape,
    text,
)
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView

OLDEST = timedelta(days=90)
USUAL = timedelta(days=30)
LISTING = Listing(
    path="/auditrecords",
    sorts={"operationdate": "occurred_at"},
    default_size=500,
    descending=True,
    kept=("startDate", "endDate"),
)
PERIOD = tuple(
    Parameter(name=name, schema=text("2026-11-01"), says=says)
    for name, says in (
        ("startDate", "The first day, 90 days back at most; 30 days back, if not given."),
        ("endDate", "The last day; today, if not given."),
    )
)
FILTER = filtered_by("Fields: CompanyName (substring), CustomerId (equals), ResourceType (equals).")
RECORD = shape(
    "AuditRecord",
    id=TEXT,
    partnerId=GUID,
    customerId=maybe(GUID),
    customerName=maybe(TEXT),
    userPrincipalName=TEXT,
    applicationId=maybe(TEXT),
    resourceType=text("license"),
    resourceOldValue=maybe(TEXT),
    resourceNewValue=TEXT,
    operationType=text("update_customer_user_licenses"),
    originalCorrelationId=maybe(TEXT),
    operationDate=MOMENT,
    operationStatus=one_of("succeeded", "failed", "progress", "decline"),
    customizedData=listed(shape("AuditDetail", key=TEXT, value={"type": ["string", "null"]})),
    attributes=attributes("AuditRecord"),
)
FIELDS = (
    "id", "partner_id", "customer_id", "customer_name", "principal_name", "app_id", "resource_type", "resource_id",
    "operation", "occurred_at", "before", "after", "correlation_id",
)  # fmt: skip
# Words that the log of the real service does not have; one of them would make the Java SDK refuse the whole answer.
UNKNOWN_OPERATIONS = (
    Operation.ADD_APPLICATION,
    Operation.UPDATE_APPLICATION,
    Operation.UPDATE_APPLICATION_SECRETS,
    Operation.CREATE_TAG,
    Operation.UPDATE_TAG,
    Operation.DELETE_TAG,
    Operation.UPDATE_CUSTOMER_TAGS,
    Operation.ADD_GROUP_MEMBER,
    Operation.REMOVE_GROUP_MEMBER,
    Operation.ADD_DOMAIN,
    Operation.ADD_CONSENT,
    Operation.REMOVE_CONSENT,
    Operation.PRUNE_AUDIT_RECORDS,
)
# A change that adds and removes roles at once is written under the first of its two halves.
WORDS = {Operation.UPDATE_USER_MEMBERS.value: Operation.ADD_USER_MEMBER.value}
TICKS_BEFORE_1970 = 621_355_968_000_000_000


class AuditRecordList(PartnerCenterView):
    app_only = frozenset({"GET", "HEAD"})

    @operation("List audit records", says="The newest first.", gives=paged(RECORD), query=(*PAGING, *PERIOD, FILTER))
    def get(self, request: Request) -> Answer:
        """What was done in the name of the partner, the newest first. One query."""
        seek = read_seek(LISTING, self.query, request.headers.get(HEADER, ""))
        start, end = _period(seek.kept["startDate"], seek.kept["endDate"])
        records = AuditRecord.objects.filter(
            conditions(parse_filter(seek.filter), FILTERS),
            partner_id=self.principal.partner_id,
            occurred_at__gte=start,
            occurred_at__lt=end,
        ).exclude(operation__in=UNKNOWN_OPERATIONS)
        found = window(replicas.read(records).values(*FIELDS), seek)
        return Answer(page(found, [_record(row) for row in found.rows], seek, self.query))


def _period(start: str, end: str) -> tuple[datetime, datetime]:
    """Days in any of the four spellings that clients send; the last one counts whole."""
    now = clock.now()
    until = _day(end, "endDate") + timedelta(days=1) if end.strip() else now + timedelta(days=1)
    since = _day(start, "startDate") if start.strip() else now - USUAL
    if since < now - OLDEST - timedelta(days=1):
        raise ApiError(codes.ARGUMENT, f"startDate can lie {OLDEST.days} days back at most.")
    return since, until


def _day(text: str, name: str) -> datetime:
    spelled = text.strip()
    # The Java SDK writes the day of the year where the day of the month belongs.
    of_year = re.fullmatch(r"(\d{4})-\d{2}-(\d{3})", spelled)
    try:
        if of_year:
            return datetime.strptime(" ".join(of_year.groups()), "%Y %j").replace(tzinfo=UTC)
        return _by_formats(spelled)
    except ValueError:
        raise ApiError(codes.ARGUMENT, f"{name} is no date.") from None


def _by_formats(text: str) -> datetime:
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S"):
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return found.replace(hour=0, minute=0, second=0)
    raise ValueError(text)


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    operation = WORDS.get(row["operation"], row["operation"])
    moment: datetime = row["occurred_at"]
    ticks = int(moment.timestamp()) * 10_000_000 + moment.microsecond * 10 + TICKS_BEFORE_1970
    partner, customer = row["partner_id"], row["customer_id"]
    return supplied(
        {
            "id": f"{partner}_{customer or uuid.UUID(int=0)}_{operation.replace('_', '')}_{ticks}",
            "partnerId": str(partner),
            "customerId": str(customer) if customer else None,
            "customerName": row["customer_name"] or None,
            "userPrincipalName": row["principal_name"],
            "applicationId": row["app_id"] or None,
            "resourceType": row["resource_type"],
            "resourceOldValue": _spelled(row["before"]) if row["before"] else None,
            "resourceNewValue": _spelled(row["after"]),
            "operationType": operation,
            "originalCorrelationId": row["correlation_id"] or None,
            "operationDate": wire_time(moment),
            "operationStatus": "succeeded",
            "customizedData": _pairs(row),
            "attributes": {"objectType": "AuditRecord"},
        }
    )


def _spelled(value: object) -> str:
    """JSON in a text, its names in Pascal case, as the real log keeps it."""
    return json.dumps(_pascal(value), ensure_ascii=False, separators=(",", ":"))


def _pascal(value: object) -> object:
    if isinstance(value, dict):
        return {"".join(word.capitalize() for word in name.split("_")): _pascal(item) for name, item in value.items()}
    return [_pascal(item) for item in value] if isinstance(value, list) else value


def _pairs(row: Mapping[str, Any]) -> list[dict[str, object]]:
    """A new customer and licenses have pairs of their own; the rest names what it is about."""
    if row["operation"] == Operation.ADD_CUSTOMER:
        domain = row["after"].get("primary_domain_name")
        return [{"key": "PrimaryDomainName", "value": domain}, {"key": "Relationship", "value": "Reseller"}]
    if row["resource_type"] != ResourceType.LICENSE:
        return [{"key": "ResourceId", "value": row["resource_id"]}]
    before = {item["sku_id"] for item in row["before"].get("licenses", [])}
    after = {item["sku_id"] for item in row["after"].get("licenses", [])}
    return [
        {"key": "CustomerUserId", "value": row["resource_id"]},
        *({"key": "AddedLicenseSkuId", "value": sku} for sku in sorted(after - before)),
        *({"key": "RemovedLicenseSkuId", "value": sku} for sku in sorted(before - after)),
    ]


def _by_company(condition: Condition) -> Q:
    if condition.operator != "substring":
        raise unsupported(condition)
    return Q(customer_name__icontains=condition.value)


def _by_customer(condition: Condition) -> Q:
    if condition.operator != "equals":
        raise unsupported(condition)
    try:
        return Q(customer_id=uuid.UUID(condition.value.strip()))
    except ValueError:
        raise ApiError(codes.ARGUMENT, "CustomerId must be a GUID.") from None


def _by_resource(condition: Condition) -> Q:
    """Both spellings of the enum: `customer_user` and `CustomerUser`."""
    if condition.operator != "equals":
        raise unsupported(condition)
    wanted = condition.value.replace("_", "").casefold()
    return Q(resource_type__in=[kind for kind in ResourceType.values if kind.replace("_", "") == wanted])


FILTERS: Fields = {"companyname": _by_company, "customerid": _by_customer, "resourcetype": _by_resource}
