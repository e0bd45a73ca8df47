"""Real ids among the generated requests: made-up ones alone would never come past the first 404."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.cast import World
from tests.factories import SubscriptionFactory, plan, sku, stock

Known = Mapping[str, list[str]]


def stocked(world: World) -> Known:
    """Things to ask for, by the name that a path, a query or a body has for them."""
    stock(world.fabrikam, "STANDARDPACK", seats=1)
    stock(world.fabrikam, "ENTERPRISEPACK", seats=5)
    bought = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="ENTERPRISEPACK", quantity=5)
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
        "role_id": ["729827e3-9c14-49f7-bb1b-9608f156bbb8", "62e90394-69f5-4237-9190-012177145e10"],
        "subscription_id": [str(bought.pk)],
        "order_id": [str(bought.order_id)],
        "domain": ["fabrikam.com", "free.example"],
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
        "password": ["Made-up-1!", "weak"],
    }


def seasoned(cases: st.SearchStrategy[Any], known: Known) -> st.SearchStrategy[Any]:
    """The cases, most of them with known things in place of generated ones."""
    choices = st.fixed_dictionaries({name: st.sampled_from([None, *values, *values]) for name, values in known.items()})
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
