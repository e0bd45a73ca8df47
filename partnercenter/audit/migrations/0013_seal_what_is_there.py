"""Records written before there were seals are vouched for as they stand now."""

import uuid
from itertools import islice

from django.db import migrations

from partnercenter.audit.digests import OWN, SHARED, digest_of, seal_hash

AT_ONCE = 1_000


def seal_all(apps, schema_editor):
    model = apps.get_model("audit", "AuditRecord")
    chains = sorted({_chain(row) for row in model.objects.values("customer_id", "partner_id").order_by().distinct()})
    for chain in chains:
        _seal_chain(apps, model, chain)


def _chain(row):
    return row["customer_id"] or row["partner_id"] or uuid.UUID(int=0)


def _seal_chain(apps, model, chain):
    rows = model.objects.filter(customer_id=chain) | model.objects.filter(customer_id=None, partner_id=chain)
    if not chain.int:
        rows = model.objects.filter(customer_id=None, partner_id=None)
    found = rows.order_by("occurred_at", "id").values_list("id", flat=True)
    ids, number, previous = iter(list(found)), 0, ""
    while lot := list(islice(ids, AT_ONCE)):
        number += 1
        previous = _seal_lot(apps, model, chain, lot, number, previous)
    apps.get_model("audit", "AuditChain").objects.create(id=chain, number=number, hash=previous)


def _seal_lot(apps, model, chain, lot, number, previous):
    seal_id = uuid.uuid4()
    rows = model.objects.filter(pk__in=lot)
    rows.update(seal_id=seal_id)
    entries = list(rows.values(*OWN, *SHARED))
    members = "".join(sorted(f"{row['id'].hex}{digest_of(row)}" for row in entries))
    hashed = seal_hash(previous=previous, chain=chain, number=number, members=members)
    newest = max(row["occurred_at"] for row in entries)
    apps.get_model("audit", "AuditSeal").objects.create(
        id=seal_id, chain=chain, number=number, hash=hashed, newest_at=newest, members=members
    )
    return hashed


class Migration(migrations.Migration):
    dependencies = [("audit", "0012_chains")]
    operations = [migrations.RunPython(seal_all, migrations.RunPython.noop)]
