"""Who asks: everybody of the cast, in a browser and with real tokens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from customers.models import CustomerUser
from partnercenter.accounts.models import PartnerRole, User
from partnercenter.accounts.tokens import TokenRefused
from partnercenter.accounts.tokens.by_hand import token_for_app, token_for_person
from tests.accounts.conftest import GRAPH, PARTNER_CENTER
from tests.cast import World
from tests.factories import StaffFactory
from tests.isolation.things import PASSWORD, Things


@dataclass(frozen=True, kw_only=True)
class Asker:
    """`own` is what belongs to them; strangers own nothing. `foreign` is always somebody else's."""

    name: str
    door: str
    own: Things
    foreign: Things
    words: frozenset[str]  # that they may read
    goes_everywhere: bool = False  # tries doors, too, that are not theirs
    client: Client = field(default_factory=Client)
    headers: Mapping[str, str] = field(default_factory=dict)

    def ask(self, method: str, address: str) -> tuple[HttpResponseBase, str]:
        data: Any = {"go": "next", "version": "1"} if self.door in ("portal", "tenant", "admin") else b"{}"
        if method == "GET":
            answer = self.client.get(address, headers=self.headers)
        elif isinstance(data, bytes):
            answer = self.client.generic(method, address, data, content_type="application/json", headers=self.headers)
        else:
            answer = self.client.generic(
                method, address, "go=next&version=1", content_type="application/x-www-form-urlencoded"
            )
        return answer, _said(answer)


def _said(answer: HttpResponseBase) -> str:
    """Body and headers in lower case, JSON with its escapes undone."""
    body = b"".join(answer) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if "json" in answer.headers.get("Content-Type", ""):
        text = json.dumps(json.loads(text), ensure_ascii=False) if text.strip() else ""
    return f"{text}\n{answer.headers}".casefold()


def askers(world: World, contoso: Things, litware: Things) -> list[Asker]:
    at_contoso = {"own": contoso, "foreign": litware, "words": frozenset({contoso.own_word, contoso.shared_word})}
    at_litware = {"own": litware, "foreign": contoso, "words": frozenset({litware.own_word, litware.shared_word})}
    nobody = {"own": contoso, "foreign": litware, "words": frozenset()}
    everything = {**nobody, "words": at_contoso["words"] | at_litware["words"]}
    clerk = StaffFactory(partner=world.contoso, roles=[PartnerRole.BILLING_ADMIN])
    ops = User.objects.create_superuser("ops", password=None)
    return [
        Asker(name="anonymous", door="", goes_everywhere=True, **nobody),
        _browser(world.ava, goes_everywhere=True, **at_contoso),
        *(_browser(person, **at_contoso) for person in (world.harry, world.sam, world.nora)),
        _browser(clerk, name="billing clerk", **{**at_contoso, "words": frozenset({contoso.own_word})}),
        _browser(world.max, goes_everywhere=True, **at_litware),
        _browser(ops, name="ops", door="admin", goes_everywhere=True, **everything),
        _tenant("admin of contoso's customer", contoso, litware),
        _tenant("admin of litware's customer", litware, contoso),
        *_tokens(world.ava, contoso, at_contoso),
        *_tokens(world.nora, contoso, at_contoso),
        *_tokens(world.max, litware, at_litware),
        *_apps("contoso's app", contoso, at_contoso),
        *_apps("litware's app", litware, at_litware),
    ]


def _browser(user: User, *, name: str = "", door: str = "portal", **rest: Any) -> Asker:
    asker = Asker(name=name or user.username.partition(".")[0], door=door, **rest)
    asker.client.force_login(user)
    return asker


def _tenant(name: str, own: Things, foreign: Things) -> Asker:
    words = frozenset({own.shared_word})
    asker = Asker(name=name, door="tenant", own=own, foreign=foreign, words=words, goes_everywhere=True)
    admin = CustomerUser.objects.get(pk=own.admin.pk)
    fields = {"username": admin.user_principal_name, "password": PASSWORD}
    assert asker.client.post("/tenant/sign-in/", fields).status_code == 302
    return asker


def _tokens(user: User, own: Things, rest: dict[str, Any]) -> list[Asker]:
    """For Partner Center, for Graph at home, and for Graph at the customer, where somebody is known there at all."""
    who, home, customer = user.username.partition(".")[0], str(own.partner.pk), str(own.customer.pk)

    def asker(name: str, door: str, *, resource: str, tenant: str) -> Asker:
        token = token_for_person(user.username, app=str(own.app.pk), resource=resource, tenant=tenant, has_mfa=True)
        headers = {"Authorization": f"Bearer {token}"}
        at_home = who == "ava" and tenant == home
        return Asker(name=f"{who}, {name}", door=door, headers=headers, goes_everywhere=at_home, **rest)

    found = [
        asker("token", "v1", resource=PARTNER_CENTER, tenant=home),
        asker("Graph token", "graph", resource=GRAPH, tenant=home),
    ]
    try:
        found.append(asker("Graph token at the customer", "graph", resource=GRAPH, tenant=customer))
    except TokenRefused:
        assert who == "nora", f"{who} is somebody at the own customer"
    return found


def _apps(name: str, own: Things, rest: dict[str, Any]) -> list[Asker]:
    """An app on its own, for both APIs."""

    def asker(door: str, resource: str) -> Asker:
        token = token_for_app(str(own.app.pk), resource=resource)
        return Asker(name=f"{name}, {door}", door=door, headers={"Authorization": f"Bearer {token}"}, **rest)

    return [asker("v1", PARTNER_CENTER), asker("graph", GRAPH)]
