"""The rules by themselves: no database, plain examples from the true catalog."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.rules import (
    LicenseErrorCode,
    LicenseToAssign,
    LicenseUpdate,
    OwnedProduct,
    UserLicenses,
    check_update,
)
from licensing.rules.check import assigned_after, enabled_plans
from licensing.rules.plans import dependencies, exclusions, rows
from tests.factories import plan, sku

CODE = LicenseErrorCode
E1, E3, CONFERENCING = "STANDARDPACK", "ENTERPRISEPACK", "MCOMEETADV"
MINECRAFT, POWER_BI, STORAGE = "MEE_FACULTY", "POWER_BI_PRO", "SHAREPOINTSTORAGE"
CALLING, PHONE = "MCOPSTN1", "MCOEV"

EXCHANGE_1, SHAREPOINT_1 = plan(E1, "EXCHANGE_S_STANDARD"), plan(E1, "SHAREPOINTSTANDARD")
EXCHANGE_2, SHAREPOINT_2 = plan(E3, "EXCHANGE_S_ENTERPRISE"), plan(E3, "SHAREPOINTENTERPRISE")
TEAMS, SKYPE = plan(E1, "TEAMS1"), plan(E1, "MCOSTANDARD")


def _products():
    facts = {row["sku_id"]: row for row in rows("product_facts.csv")}
    found: dict[str, OwnedProduct] = {}
    for row in rows("product_catalog.csv"):
        part, fact = row["sku_part_number"], facts.get(row["sku_id"], {})
        product = found.setdefault(
            part,
            OwnedProduct(
                sku_id=uuid.UUID(row["sku_id"]),
                name=row["product_display_name"],
                license_group=fact.get("license_group", "group1"),
                is_assignable=fact.get("assignable", "true") == "true",
                reason=fact.get("reason", ""),
                plans={},
            ),
        )
        product.plans[uuid.UUID(row["service_plan_id"])] = row["service_plan_friendly_name"]
    return found


CATALOG = _products()
BOUGHT = (E1, E3, CONFERENCING, MINECRAFT, POWER_BI, STORAGE, CALLING, PHONE)
OWNED = {CATALOG[part].sku_id: CATALOG[part] for part in BOUGHT}


def dana(*held, location="SK", allowed=True, **disabled):
    """Dana with these products; `ENTERPRISEPACK={plan}` has plans switched off."""
    assigned = {sku(part): frozenset() for part in held} | {sku(part): frozenset(off) for part, off in disabled.items()}
    return UserLicenses(name="Dana", usage_location=location, location_allowed=allowed, assigned=assigned)


def update(*assign, remove=(), **disabled):
    items = [LicenseToAssign(sku(part)) for part in assign]
    items += [LicenseToAssign(sku(part), frozenset(off)) for part, off in disabled.items()]
    return LicenseUpdate(assign=tuple(items), remove=tuple(sku(part) for part in remove))


def problems(user, wanted, owned=None):
    return check_update(user, wanted, OWNED if owned is None else owned)


def codes(user, wanted, owned=None):
    return [problem.code for problem in problems(user, wanted, owned)]


def ids(*values):
    return tuple(str(value) for value in values)


NOT_OWNED = uuid.UUID("ffffffff-0000-4000-8000-000000000001")
FOREIGN_PLAN = plan("MEE_FACULTY", "MINECRAFT_EDUCATION_EDITION")

# Who, what, and the whole answer.
EXAMPLES = [
    pytest.param(dana(location=""), update(E1), [CODE.USAGE_LOCATION_MISSING], id="no usage location"),
    pytest.param(
        dana(location="IR", allowed=False), update(E1), [CODE.USAGE_LOCATION_NOT_ALLOWED], id="location not allowed"
    ),
    pytest.param(dana(), update(STORAGE), [CODE.PRODUCT_NOT_ASSIGNABLE], id="a product for the tenant"),
    pytest.param(
        dana(), LicenseUpdate(assign=(LicenseToAssign(NOT_OWNED),)), [CODE.PRODUCT_NOT_OWNED], id="nobody bought it"
    ),
    pytest.param(dana(), update(STANDARDPACK={FOREIGN_PLAN}), [CODE.PLAN_NOT_IN_PRODUCT], id="a plan from elsewhere"),
    pytest.param(dana(), update(E1, MINECRAFT), [CODE.LICENSE_GROUPS_MIXED], id="both groups assigned"),
    pytest.param(dana(E1), update(MINECRAFT, remove=[E1]), [CODE.LICENSE_GROUPS_MIXED], id="one added, one removed"),
    pytest.param(dana(E1), update(E3), [CODE.PLANS_EXCLUDE_EACH_OTHER] * 2, id="E3 beside E1"),
    pytest.param(dana(), update(E1, E3), [CODE.PLANS_EXCLUDE_EACH_OTHER] * 2, id="E1 and E3 at once"),
    pytest.param(dana(), update(CONFERENCING), [CODE.PLAN_NEEDS_ANOTHER], id="an add-on alone"),
    pytest.param(dana(E1, CONFERENCING), update(remove=[E1]), [CODE.PLAN_NEEDED_BY_ANOTHER], id="the base taken away"),
    pytest.param(dana(), update(remove=[E1]), [CODE.NOT_ASSIGNED], id="not there to remove"),
    pytest.param(dana(), update(E1, E1), [CODE.PRODUCT_TWICE], id="assigned twice"),
    pytest.param(dana(E1), update(E1, remove=[E1]), [CODE.PRODUCT_TWICE], id="assigned and removed"),
    pytest.param(dana(E1), update(remove=[E1, E1]), [CODE.PRODUCT_TWICE], id="removed twice"),
]


@pytest.mark.parametrize(("user", "wanted", "expected"), EXAMPLES)
def test_the_update_is_refused_for_just_these_reasons(user, wanted, expected):
    assert codes(user, wanted) == expected


def test_every_reason_has_an_example_but_the_seat_which_is_not_judged_here():
    shown = {code for example in EXAMPLES for code in example.values[2]}
    assert set(CODE) - shown == {CODE.NO_SEAT_LEFT}


ALLOWED = [
    pytest.param(dana(), update(E1), id="one product"),
    pytest.param(dana(), update(E1, CONFERENCING), id="the add-on with its base"),
    pytest.param(dana(E1), update(CONFERENCING), id="the add-on later"),
    pytest.param(dana(E1, CONFERENCING), update(remove=[E1, CONFERENCING]), id="both away"),
    pytest.param(dana(E1, CONFERENCING), update(E3, remove=[E1]), id="another base in its place"),
    pytest.param(dana(E1), update(E3, remove=[E1]), id="E3 in place of E1"),
    pytest.param(dana(), update(MINECRAFT), id="Minecraft by itself"),
    pytest.param(dana(E1), update(MINECRAFT), id="Minecraft beside E1"),
    pytest.param(dana(E1, MINECRAFT), update(remove=[MINECRAFT]), id="Minecraft away"),
    pytest.param(dana(E1, location=""), update(remove=[E1]), id="removal needs no location"),
    pytest.param(dana(E1, location="IR", allowed=False), update(remove=[E1]), id="removal in Iran"),
    pytest.param(dana(E1), update(ENTERPRISEPACK={EXCHANGE_2, SHAREPOINT_2}), id="E3 without what conflicts"),
    pytest.param(dana(STANDARDPACK={EXCHANGE_1, SHAREPOINT_1}), update(E3), id="E3 where E1 is switched off"),
    pytest.param(dana(E1), update(E3, STANDARDPACK={EXCHANGE_1, SHAREPOINT_1}), id="switched off in the same update"),
    pytest.param(dana(E1), update(STANDARDPACK=CATALOG[E1].plans), id="every plan switched off"),
    pytest.param(dana(E1), update(), id="nothing at all"),
]


@pytest.mark.parametrize(("user", "wanted"), ALLOWED)
def test_the_update_is_allowed(user, wanted):
    assert problems(user, wanted) == ()


# --- What the sentences say ---


def test_a_missing_location_belongs_to_its_field():
    (problem,) = problems(dana(location=""), update(E1))
    assert problem.field == "usage_location"
    assert problem.message == "Dana has no usage location; set one before assigning licenses."


def test_a_country_without_licensing_is_named():
    (problem,) = problems(dana(location="IR", allowed=False), update(E1))
    assert problem.message == "Licenses can't be used in Dana's usage location IR."


def test_a_product_for_the_tenant_says_why():
    (problem,) = problems(dana(), update(STORAGE))
    assert problem.message == f"Office 365 Extra File Storage can't be assigned to users: {CATALOG[STORAGE].reason}"
    assert problem.about == ids(sku(STORAGE))


def test_excluding_plans_are_named_with_their_products():
    sharepoint, exchange = problems(dana(E1), update(E3))
    assert (exchange.about, sharepoint.about) == (ids(EXCHANGE_1, EXCHANGE_2), ids(SHAREPOINT_2, SHAREPOINT_1))
    assert exchange.message == (
        "Exchange Online (Plan 1) (Office 365 E1) and Exchange Online (Plan 2) (Office 365 E3) "
        "exclude each other; switch one of them off."
    )


def test_a_missing_base_is_named_by_every_plan_that_would_do():
    (problem,) = problems(dana(), update(CALLING))
    calling = plan(CALLING, "MCOPSTN1")
    assert problem.about == ids(calling, *sorted(map(str, dependencies()[calling])))
    assert problem.message.startswith(f"{CATALOG[CALLING].plans[calling]} ({CATALOG[CALLING].name}) needs one of: ")


def test_a_base_that_goes_is_named_with_what_needs_it():
    (problem,) = problems(dana(E1, CONFERENCING), update(remove=[E1]))
    assert problem.about[0] == str(plan(CONFERENCING, "MCOMEETADV"))
    assert set(problem.about[1:]) == {str(TEAMS), str(SKYPE)}
    assert problem.message.endswith("which this update takes away; remove both, or keep it.")


def test_switching_the_base_off_counts_as_taking_it_away():
    assert codes(dana(E1, CONFERENCING), update(STANDARDPACK={TEAMS})) == []
    assert codes(dana(E1, CONFERENCING), update(STANDARDPACK={TEAMS, SKYPE})) == [CODE.PLAN_NEEDED_BY_ANOTHER]


# --- Several at once ---


def test_all_reasons_come_at_once_and_each_names_its_thing():
    user = dana(location="")
    wanted = LicenseUpdate(
        assign=(
            LicenseToAssign(sku(STORAGE)),
            LicenseToAssign(sku(E1), frozenset({FOREIGN_PLAN})),
            LicenseToAssign(NOT_OWNED),
        ),
        remove=(sku(POWER_BI),),
    )
    assert {(problem.code, problem.about) for problem in problems(user, wanted)} == {
        (CODE.PRODUCT_NOT_ASSIGNABLE, ids(sku(STORAGE))),
        (CODE.PLAN_NOT_IN_PRODUCT, ids(sku(E1), FOREIGN_PLAN)),
        (CODE.PRODUCT_NOT_OWNED, ids(NOT_OWNED)),
        (CODE.NOT_ASSIGNED, ids(sku(POWER_BI))),
        (CODE.USAGE_LOCATION_MISSING, ()),
    }


def test_conflict_and_missing_base_come_together():
    assert codes(dana(E1), update(E3, CALLING)) == [
        CODE.PLANS_EXCLUDE_EACH_OTHER,
        CODE.PLANS_EXCLUDE_EACH_OTHER,
        CODE.PLAN_NEEDS_ANOTHER,
    ]


def test_plans_are_not_judged_while_the_products_are_in_doubt():
    assert codes(dana(E1), update(E3, STORAGE)) == [CODE.PRODUCT_NOT_ASSIGNABLE]


# --- What was there before ---


def test_an_old_conflict_is_not_blamed_on_an_update_that_has_nothing_to_do_with_it():
    both = dana(E1, E3)
    assert codes(both, update(POWER_BI)) == []
    assert codes(both, update(MINECRAFT)) == []
    assert codes(both, update(remove=[E1])) == []


def test_half_of_an_old_conflict_may_be_mended():
    assert codes(dana(E1, E3), update(STANDARDPACK={EXCHANGE_1})) == []


def test_a_conflict_that_the_update_brings_back_is_its_own():
    mended = dana(E3, STANDARDPACK={EXCHANGE_1, SHAREPOINT_1})
    assert codes(mended, update(STANDARDPACK={EXCHANGE_1})) == [CODE.PLANS_EXCLUDE_EACH_OTHER]


def test_an_old_missing_base_is_not_blamed_either():
    assert codes(dana(CONFERENCING), update(POWER_BI)) == []
    assert codes(dana(CONFERENCING, POWER_BI), update(remove=[POWER_BI])) == []


def test_a_second_product_with_the_same_add_on_does_not_renew_the_blame():
    """Dana has conferencing without a base; another product that carries the plan changes nothing for it."""
    twin = OwnedProduct(
        sku_id=NOT_OWNED, name="Twin", license_group="group1", is_assignable=True, reason="",
        plans=CATALOG[CONFERENCING].plans,
    )  # fmt: skip
    wanted = LicenseUpdate(assign=(LicenseToAssign(NOT_OWNED),))
    assert codes(dana(CONFERENCING), wanted, OWNED | {NOT_OWNED: twin}) == []


def test_the_base_may_come_from_any_product():
    assert codes(dana(E1, E3, CONFERENCING), update(remove=[E1])) == []


# --- What will be ---


def test_assigning_again_replaces_the_plans_that_are_off():
    user = dana(STANDARDPACK={TEAMS, SKYPE})
    assert assigned_after(user, update(STANDARDPACK={EXCHANGE_1})) == {sku(E1): frozenset({EXCHANGE_1})}
    assert assigned_after(user, update(E1)) == {sku(E1): frozenset()}


def test_adding_and_removing_happen_together():
    assert assigned_after(dana(E1, POWER_BI), update(E3, remove=[E1])) == {
        sku(E3): frozenset(),
        sku(POWER_BI): frozenset(),
    }


def test_plans_that_are_off_are_not_enabled():
    user = dana(STANDARDPACK=set(CATALOG[E1].plans) - {TEAMS})
    assert enabled_plans(user.assigned, OWNED) == {TEAMS: f"{CATALOG[E1].plans[TEAMS]} (Office 365 E1)"}


# --- For any update ---

PARTS = [E1, E3, CONFERENCING, POWER_BI, CALLING, PHONE]
products = st.lists(st.sampled_from(PARTS), unique=True)


@given(held=products, wanted=products, removed=products, order=st.randoms(use_true_random=False))
def test_the_order_of_an_update_never_matters(held, wanted, removed, order):
    first = update(*wanted, remove=removed)
    assign, remove = list(first.assign), list(first.remove)
    order.shuffle(assign)
    order.shuffle(remove)
    shuffled = LicenseUpdate(assign=tuple(assign), remove=tuple(remove))
    assert sorted(codes(dana(*held), first)) == sorted(codes(dana(*held), shuffled))


@given(held=products)
def test_everything_can_always_be_taken_away_at_once(held):
    assert codes(dana(*held), update(remove=held)) == []


@given(held=products)
def test_what_is_there_can_always_be_assigned_as_it_is(held):
    assert codes(dana(*held), update(*held)) == []


@given(held=products, wanted=products)
def test_an_update_that_is_allowed_leaves_no_new_conflict(held, wanted):
    user = dana(*held)
    if problems(user, update(*wanted)):
        return
    before, after = (set(enabled_plans(held, OWNED)) for held in (user.assigned, assigned_after(user, update(*wanted))))
    fresh = {(one, other) for one in after for other in exclusions().get(one, ()) if other in after} - {
        (one, other) for one in before for other in before
    }
    assert fresh == set()
