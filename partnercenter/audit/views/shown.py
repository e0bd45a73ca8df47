"""A log and its records as both sides show them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponseBase, QueryDict
from django.urls import reverse

from partnercenter.accounts.models import PartnerRole
from partnercenter.accounts.principals import Door
from partnercenter.audit.forms import DOORS, ActivityFilter, operation_label
from partnercenter.audit.models import AuditRecord
from partnercenter.audit.queries import narrowed
from partnercenter.portal.http import NUL
from partnercenter.portal.paging import Page, key_page
from partnercenter.portal.tables import csv_answer

AT_ONCE = 500
CSV = (
    "Time (UTC)", "Who", "Customer", "What", "Thing", "Through", "Partner roles", "Granted by", "Before", "After",
    "App", "Request id", "Correlation id", "Record",
)  # fmt: skip


def log_context(
    records: QuerySet[AuditRecord], params: QueryDict, *, one: str, with_customer: bool
) -> dict[str, object]:
    """`one` is the URL name of a record's page. Two queries."""
    form = ActivityFilter(_readable(params), with_customer=with_customer)
    form.is_valid()
    page: Page[AuditRecord] = key_page(
        narrowed(records, form.cleaned_data),
        params,
        sorts={"time": "occurred_at"},
        default_sort="-time",
        size=settings.PAGE_SIZE,
    )
    download = params.copy()
    for name in ("after", "before"):
        download.pop(name, None)
    download["format"] = "csv"
    return {
        "form": form,
        "is_narrowed": any(params.get(name) for name in form.fields),
        "records": [_line(record, one) for record in page.rows],
        "columns": _columns(page, with_customer=with_customer),
        "page": page,
        "with_customer": with_customer,
        "commands": [{"label": "Download CSV", "icon": "arrow-download", "url": f"?{download.urlencode()}"}],
    }


def log_file(records: QuerySet[AuditRecord], params: QueryDict, *, with_customer: bool) -> HttpResponseBase:
    """Everything that the list would show, over all its pages, written while it is read."""
    form = ActivityFilter(_readable(params), with_customer=with_customer)
    form.is_valid()
    found = narrowed(records, form.cleaned_data).order_by("-occurred_at", "-pk")
    return csv_answer(name="activity-log", columns=CSV, rows=_rows(found.iterator(chunk_size=AT_ONCE)))


def record_context(record: AuditRecord) -> dict[str, object]:
    return {
        "record": record,
        "what": operation_label(record.operation),
        "door": _door(record.door),
        "roles": _roles(record),
        "chains": [_chain(chain) for chain in record.granted_by],
        "changes": [
            {"name": name.replace("_", " ").capitalize(), "before": before, "after": after}
            for name, before, after in _changes(record)
        ],
    }


def _readable(params: QueryDict) -> QueryDict:
    """No text in PostgreSQL holds NUL."""
    data = params.copy()
    for name, value in data.items():
        data[name] = str(value).replace(NUL, "")
    return data


def _line(record: AuditRecord, one: str) -> dict[str, object]:
    return {
        "url": reverse(one, args=[record.pk]),
        "at": record.occurred_at,
        "who": record.principal_name,
        "customer": record.customer_name,
        "what": operation_label(record.operation),
        "thing": record.resource_name,
        "door": _door(record.door),
    }


def _columns(page: Page[AuditRecord], *, with_customer: bool) -> list[dict[str, str]]:
    names = ["What", "Thing", *(["Customer"] if with_customer else []), "Who", "Through"]
    time = {"label": "Time", "url": page.sort_url("time"), "sort": page.direction("time")}
    return [time, *({"label": name} for name in names)]


def _door(door: str) -> str:
    return DOORS[Door(door)] if door in list(Door) else door


def _roles(record: AuditRecord) -> list[str]:
    labels = dict(PartnerRole.choices)
    return [str(labels.get(word, word)) for word in record.partner_roles.split(",") if word]


def _chain(chain: Mapping[str, str]) -> list[str]:
    """Relationship, security group and role, as far as there are any: in the own tenant there is a role alone."""
    return [chain[part] for part in ("relationship", "group", "role") if chain.get(part)]


def _changes(record: AuditRecord) -> Iterator[tuple[str, list[str], list[str]]]:
    for name in [*record.before, *(name for name in record.after if name not in record.before)]:
        yield name, _spelled(record.before.get(name)), _spelled(record.after.get(name))


def _spelled(value: object) -> list[str]:
    """One line per thing."""
    if value is None or value in ("", [], {}):
        return []
    if isinstance(value, list):
        return [line for item in cast("list[object]", value) for line in _spelled(item)]
    if isinstance(value, dict):
        named = cast("dict[str, object]", value)
        if "product" in named:
            off = ", ".join(_spelled(named.get("disabled_plans")))
            return [f"{named['product']} without {off}" if off else str(named["product"])]
        return [f"{name.replace('_', ' ')}: {', '.join(_spelled(part))}" for name, part in named.items() if part]
    return [str(value)]


def _rows(records: Iterable[AuditRecord]) -> Iterator[list[Any]]:
    for record in records:
        yield [
            f"{record.occurred_at:%Y-%m-%d %H:%M:%S}",
            record.principal_name,
            record.customer_name,
            operation_label(record.operation),
            record.resource_name,
            _door(record.door),
            ", ".join(_roles(record)),
            "; ".join(" > ".join(_chain(chain)) for chain in record.granted_by),
            json.dumps(record.before, ensure_ascii=False) if record.before else "",
            json.dumps(record.after, ensure_ascii=False) if record.after else "",
            record.app_id,
            record.request_id,
            record.correlation_id,
            str(record.pk),
        ]
