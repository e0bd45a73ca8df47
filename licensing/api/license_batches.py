"""One license update for many users: a call of our own, beside the faithful single one (docs/clients.md)."""

import uuid
from collections.abc import Iterator, Sequence

from rest_framework.request import Request

from customers.api.base import DirectoryView
from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from licensing.api import shapes
from licensing.api.licenses import sku_id_of
from licensing.models import BulkRun, BulkRunItem
from licensing.queries import Inventory, inventory
from licensing.rules.bulk import NO_PLANS, Action, BulkChange, ProductWish
from licensing.services.bulk import Selection, draft_run, submit_run, work_on
from partnercenter.fields import sort_key
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.members import Members, as_guid
from partnercenter.wire.partner_center.operations import operation
from partnercenter.wire.partner_center.views import Answer

MOST_USERS = 1_000
MOST_PRODUCTS = 200
LONGEST_NAME = 254


class LicenseBatch(DirectoryView):
    @operation(
        "Assign and remove licenses of many users",
        says="A call of this server, not of Partner Center. Each user is changed whole or not at all, and has a result "
        "of their own. Send an MS-RequestId: the same request again gives the same answer, and changes nobody twice.",
        takes=shapes.WANTED_BATCH,
        example=shapes.A_BATCH,
        gives=shapes.BATCH,
    )
    def post(self, request: Request, customer_id: str) -> Answer:
        customer = self.tenant(customer_id, CustomerPermission.ASSIGN_LICENSES)
        named = self._named()
        users = _found(customer, named)
        run = self._carried_out(customer, tuple(dict.fromkeys(str(user.pk) for user in users.values())))
        items = {item.user_id: item for item in BulkRunItem.objects.filter(customer_id=customer.pk, run=run)}
        return Answer(
            {
                "runId": str(run.pk),
                "totalCount": len(named),
                "items": [_result(name, users.get(name), items) for name in named],
                "attributes": {"objectType": "LicenseUpdateBatch"},
            }
        )

    def _named(self) -> list[str]:
        named = list(dict.fromkeys(text.strip()[:LONGEST_NAME] for text in self.body.texts("UserIds")))
        if not named:
            raise ApiError(codes.ARGUMENT, "UserIds is required.")
        if len(named) > MOST_USERS:
            raise ApiError(codes.INVALID_INPUT, f"One call changes {MOST_USERS} users at most.")
        return named

    def _carried_out(self, customer: Customer, ids: tuple[str, ...]) -> BulkRun:
        change = self._change(customer)
        if not change:
            raise ApiError(codes.ARGUMENT, "LicensesToAssign or LicensesToRemove is required.")
        draft = draft_run(by=self.principal, customer=customer, selection=Selection(ids=ids), change=change)
        run = submit_run(by=self.principal, run=draft)
        work_on(run.pk)
        run.refresh_from_db(fields=["status", "problem"])
        if run.status != BulkRun.Status.DONE:
            raise ApiError(codes.UNEXPECTED, run.problem)
        return run

    def _change(self, customer: Customer) -> BulkChange:
        wanted, unwanted = self.body.objects("LicensesToAssign"), self.body.texts("LicensesToRemove")
        if len(wanted) + len(unwanted) > MOST_PRODUCTS:
            raise ApiError(codes.INVALID_INPUT, f"One update changes {MOST_PRODUCTS} licenses at most.")
        stock = inventory(customer)
        assigned = [_wish(customer, stock, item) for item in wanted]
        removed = [ProductWish(sku_id=sku_id_of(customer, text), action=Action.REMOVE) for text in unwanted]
        wishes = (*assigned, *removed)
        if len({wish.sku_id for wish in wishes}) < len(wishes):
            raise ApiError(codes.INVALID_PROPERTY, "A product is named twice in one update.")
        return BulkChange(products=wishes)


def _wish(customer: Customer, stock: Inventory, item: Members) -> ProductWish:
    """As with a single update: the plans that are off are just those named."""
    sku_id = sku_id_of(customer, item.text("SkuId") or item.text("SkuPartNumber"))
    off = frozenset(as_guid("ExcludedPlans", plan) for plan in item.texts("ExcludedPlans"))
    owned = stock.products.get(sku_id)
    on = frozenset(owned.plans) - off if owned else NO_PLANS
    return ProductWish(sku_id=sku_id, action=Action.ASSIGN, on=on, off=off)


def _found(customer: Customer, named: Sequence[str]) -> dict[str, CustomerUser]:
    """Living users by what they were called: an id or a sign-in name. Two queries."""
    users = CustomerUser.objects.alive().filter(customer=customer)
    ids = {name: user_id for name in named if (user_id := _as_id(name))}
    by_id = users.in_bulk(list(ids.values()))
    keys = {name: sort_key(name) for name in named if name not in ids}
    by_key = {user.sort_principal_name: user for user in users.filter(sort_principal_name__in=list(keys.values()))}
    return {name: user for name, user in _pairs(ids, by_id, keys, by_key) if user is not None}


def _pairs(
    ids: dict[str, uuid.UUID],
    by_id: dict[uuid.UUID, CustomerUser],
    keys: dict[str, str],
    by_key: dict[str, CustomerUser],
) -> Iterator[tuple[str, CustomerUser | None]]:
    yield from ((name, by_id.get(user_id)) for name, user_id in ids.items())
    yield from ((name, by_key.get(key)) for name, key in keys.items())


def _as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _result(name: str, user: CustomerUser | None, items: dict[uuid.UUID, BulkRunItem]) -> dict[str, object]:
    if user is None:
        description = "There is no such user, or the user has been deleted."
        return {"user": name, "status": "failed", "code": "user_not_found", "description": description}
    item = items[user.pk]
    found: dict[str, object] = {"user": name, "userId": str(user.pk), "status": item.state}
    return found | {"code": item.code, "description": item.problem} if item.code else found
