"""Real ids among the generated requests: made-up ones alone would never come past the first 404."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from customers.models import DirectoryRoleMember
from customers.roles import GLOBAL_ADMINISTRATOR, HELPDESK_ADMINISTRATOR
from licensing.api.subscription_presenters import offer_id
from partnercenter.accounts.models import Partner
from tests.accounts.conftest import AT_PARTNER_CENTER, PARTNER_CENTER, Program
from tests.cast import World
from tests.factories import SubscriptionFactory, plan, sku, stock

Known = Mapping[str, list[str]]


def stocked(world: World, desk: Program) -> Known:
    """Things to ask for, by the name that a path, a query or a body has for them."""
    stock(world.fabrikam, "STANDARDPACK", seats=1)
    stock(world.fabrikam, "ENTERPRISEPACK", seats=5)
    bought = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="ENTERPRISEPACK", quantity=5)
    DirectoryRoleMember.objects.create(customer=world.fabrikam, user=world.dana, role_id=HELPDESK_ADMINISTRATOR)
    Partner.objects.filter(pk=world.contoso.pk).update(mpn_id="4847383")
    users = [
        str(world.dana.pk),
        str(world.global_admin.pk),
        "dana.hudecova@fabrikam.com",
        str(world.dana_of_namesake.pk),
    ]
    skus = [str(sku("STANDARDPACK")), str(sku("ENTERPRISEPACK")), "ENTERPRISEPACK"]
    return {
        "customer_id": [str(row.pk) for row in (world.fabrikam, world.fabrikam, world.northwind, world.namesake)],
        "user_id": [*users, "dana.hudecova@fabrikam.com"],
        "role_id": [str(HELPDESK_ADMINISTRATOR), str(GLOBAL_ADMINISTRATOR)],
        "subscription_id": [str(bought.pk)],
        "order_id": [str(bought.order_id)],
        "mpnId": ["4847383"],
        "offer_id": [str(sku("ENTERPRISEPACK"))],
        "offerId": [offer_id(sku("ENTERPRISEPACK"), is_classic=is_classic) for is_classic in (True, False)],
        "status": ["suspended", "active", "deleted"],
        "domain": ["fabrikam.com", "free.example", "coho.onmicrosoft.com"],
        "iso": ["US", "SK"],
        "tenant": [str(world.contoso.pk), "litware-partners.example", "common", "organizations"],
        "filter": [
            '{"Field":"UserState","Value":"Inactive","Operator":"equals"}',
            '{"field":"DisplayName","value":"d","operator":"StartsWith"}',
            '{"Field":"CompanyName","Value":"fab","Operator":"starts_with"}',
        ],
        "startDate": ["2026-11-01", "11/01/2026 00:00:00", "2026-11-326"],
        "id": users,
        "skuId": skus,
        "licensesToRemove": skus[:2],
        "excludedPlans": [str(plan("ENTERPRISEPACK", "EXCHANGE_S_ENTERPRISE"))],
        "userPrincipalName": ["dana.hudecova@fabrikam.com", "new@fabrikam.com", "new@elsewhere.example"],
        "displayName": ["Ana Born"],
        "firstName": ["Ana"],
        "lastName": ["Born"],
        "immutableId": ["x1"],
        "phoneNumber": ["425 555 0100"],
        "country": ["SK"],
        "usageLocation": ["US"],
        "password": ["Made-up-1!", "demo", "weak"],
        "email": ["ap@fabrikam.com"],
        "culture": ["en-US"],
        "language": ["en"],
        "companyName": ["Fabrikam, Inc."],
        "city": ["Bratislava"],
        "addressLine1": ["1 Sample Way"],
        "postalCode": ["81101"],
        "username": [world.ava.username, world.max.username],
        "scope": [AT_PARTNER_CENTER],
        "resource": [PARTNER_CENTER],
        **{name: [value] for name, value in desk.proof.items()},
    }


def seasoned(cases: st.SearchStrategy[Any], known: Known) -> st.SearchStrategy[Any]:
    """The cases, most of them with known things in place of generated ones."""
    # What comes first is drawn most, so the generated value comes last.
    choices = st.fixed_dictionaries({name: st.sampled_from([*values, None]) for name, values in known.items()})
    return st.tuples(cases, choices).map(lambda pair: _placed(*pair))


def _placed(case: Any, chosen: Mapping[str, str | None]) -> Any:
    case.body = deepcopy(case.body)
    for container in (case.path_parameters, case.query):
        for name in set(container or ()) & set(chosen):
            if chosen[name] is not None:
                container[name] = chosen[name]
    _place_in(case.body, chosen)
    return case


def _place_in(body: Any, chosen: Mapping[str, str | None]) -> None:
    if isinstance(body, list):
        for item in body:
            _place_in(item, chosen)
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        if chosen.get(name) is None:
            _place_in(value, chosen)
        elif isinstance(value, str):
            body[name] = chosen[name]
        elif isinstance(value, list):
            body[name] = [chosen[name] if isinstance(item, str) else item for item in value]
            _place_in(body[name], chosen)
