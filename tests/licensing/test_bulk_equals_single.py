"""A bulk run does to each user what single updates would have done, one after the other: same rows, same refusals."""

from dataclasses import dataclass, replace

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customers.models import CustomerUser
from customers.queries import directory_role_ids
from customers.services import UserInfo, edit_user
from licensing.ledger import ledger_problems
from licensing.models import BulkRunItem, LicenseAssignment, SubscribedSku
from licensing.queries import assigned_to, inventory
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.rules.bulk import Action, BulkChange, ProductWish, Swap, update_between
from licensing.services.bulk import Selection, draft_run, submit_run, work_on
from licensing.services.licenses import update_licenses
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import DomainError
from tests.cast import principal
from tests.factories import SYSTEM, CustomerUserFactory, plan, sku, stock

# E1 and E3 exclude each other in part; Teams Phone needs a plan of theirs; Minecraft is of the other license group.
E1, E3, PHONE, BI, MINECRAFT = "STANDARDPACK", "ENTERPRISEPACK", "MCOEV", "POWER_BI_PRO", "MEE_FACULTY"
PARTS = (E1, E3, PHONE, BI, MINECRAFT)
PLANS = {E1: plan(E1, "SWAY"), E3: plan(E3, "SWAY"), BI: plan(BI, "BI_AZURE_P2")}
NOWHERE = "KP"  # a location where licenses may not be used

parts = st.sampled_from(PARTS)
some_plans = st.sampled_from([frozenset(), *(frozenset({found}) for found in PLANS.values())])


@st.composite
def wishes(draw):
    part = draw(parts)
    own = frozenset({PLANS[part]}) if part in PLANS else frozenset()
    on, off = draw(st.sampled_from([(frozenset(), frozenset()), (own, frozenset()), (frozenset(), own)]))
    return ProductWish(sku_id=sku(part), action=draw(st.sampled_from(Action)), on=on, off=off)


changes = st.builds(
    BulkChange,
    products=st.lists(wishes(), max_size=3, unique_by=lambda wish: wish.sku_id).map(tuple),
    swap=st.none() | st.builds(Swap, parts.map(sku), parts.map(sku)),
    location=st.sampled_from([None, None, None, "SK", "US", NOWHERE, "ZZ"]),
).filter(lambda change: change and not (change.swap and change.swap.old == change.swap.new))
people = st.lists(
    st.tuples(st.sampled_from(["SK", "SK", "US", "", NOWHERE]), st.lists(parts, unique=True, max_size=2), some_plans),
    min_size=1,
    max_size=6,
)


@dataclass(frozen=True)
class Everything:
    """All that a change leaves behind, and what it said of each user."""

    assignments: list
    users: list
    seats: list
    records: list
    said: dict


def everything(customer, records_before, said):
    records = AuditRecord.objects.exclude(pk__in=records_before).filter(customer_id=customer.pk)
    fields = [field.attname for field in AuditRecord._meta.fields if field.name not in ("id", "seal_id")]
    return Everything(
        assignments=sorted(
            LicenseAssignment.objects.filter(customer=customer).values_list(
                "user_id", "subscribed_sku_id", "disabled_plans", "assigned_at"
            )
        ),
        users=sorted(
            CustomerUser.objects.filter(customer=customer).values_list("pk", "version", "usage_location", "modified_at")
        ),
        seats=sorted(SubscribedSku.objects.filter(customer=customer).values_list("pk", "consumed_units")),
        records=sorted((row for row in records.values_list(*fields)), key=str),
        said=said,
    )


def one_by_one(by, customer, change):
    said = {}
    for user in CustomerUser.objects.filter(customer=customer).order_by("pk"):
        held = assigned_to(user)
        update = update_between(held, change.wanted(held, inventory(customer).products))
        try:
            said[user.pk] = "done" if single(by, customer, user, change.location, update) else "unchanged"
        except DomainError as refusal:
            said[user.pk] = " ".join(problem.message for problem in refusal.problems)
    return said


def single(by, customer, user, location, update):
    if location is None:
        return bool(update) and update_licenses(by=by, user=user, update=update).changes
    info = replace(UserInfo.of(user), usage_location=location)
    result = edit_user(
        by=by,
        customer=customer,
        user_id=user.pk,
        expected_version=user.version,
        info=info,
        roles=directory_role_ids(user),
        licenses=update,
    )
    return result.audit


def all_at_once(by, customer, change):
    run = submit_run(by=by, run=draft_run(by=by, customer=customer, selection=Selection(), change=change))
    assert work_on(run.pk, chunk=4)
    return {
        item.user_id: item.problem if item.state == "failed" else item.state
        for item in BulkRunItem.objects.filter(run=run)
    }


def left_behind(way, by, customer, change):
    """What `way` leaves behind; then nothing of it."""
    known = set(AuditRecord.objects.values_list("pk", flat=True))
    with transaction.atomic():
        found = everything(customer, known, way(by, customer, change))
        assert ledger_problems() == []
        transaction.set_rollback(True)
    return found


def populate(customer, crowd):
    CustomerUser.objects.filter(customer=customer).delete()
    owned = inventory(customer)
    for number, (location, held, disabled) in enumerate(crowd):
        user = CustomerUserFactory(customer=customer, local_part=f"crowd{number}", display_name=f"Crowd {number}")
        for part in held:
            give(user, part, disabled & owned.products[sku(part)].plans.keys())
        CustomerUser.objects.filter(pk=user.pk).update(usage_location=location)


def give(user, part, disabled):
    try:
        update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku(part), disabled),)))
    except DomainError:
        return


def test_a_run_leaves_behind_what_single_updates_would(world):
    customer = world.northwind
    for part in PARTS:
        stock(customer, part, seats=3)
    by = principal(world.ava)
    seen = set()

    @settings(max_examples=40, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(crowd=people, change=changes)
    def same(crowd, change):
        with transaction.atomic():
            populate(customer, crowd)
            expected = left_behind(one_by_one, by, customer, change)
            assert left_behind(all_at_once, by, customer, change) == expected
            seen.update(expected.said.values())
            transaction.set_rollback(True)

    same()
    kinds = {text if text in ("done", "unchanged") else "refused" for text in seen}
    assert kinds == {"done", "unchanged", "refused"}
