"""Wrong and forged values: refused at the field, kept in the page, never written."""

from html import escape

import pytest

from customers.models import Domain
from tests.factories import CustomerUserFactory, plan, role_ids, sku, stock
from tests.portal.editing import Editing, seats_taken, stored

POWER_BI = str(sku("POWER_BI_PRO"))
E1, E2 = str(sku("EXCHANGESTANDARD")), str(sku("EXCHANGEENTERPRISE"))
SHAPE = "Before the @, use letters A to Z without accents, digits and . - _ ' ! # ^ ~ only; no spaces."
DOTS = "A dot can't stand at the start or end of the part before the @, nor twice in a row."


@pytest.fixture
def fabrikam(world):
    stock(world.fabrikam, "POWER_BI_PRO", seats=5)
    return world.fabrikam


@pytest.fixture
def editing(world, fabrikam) -> Editing:
    return Editing(world.ava, world.dana)


def assert_refused(editing: Editing, step: str, before: dict[str, object]) -> None:
    assert editing.page.status == 400
    assert editing.page.form("wizard-form").element["action"] == editing.url(step)
    assert stored(editing.user) == before
    editing.open("review")
    assert editing.step == step, "Review stays shut"


WRONG_TEXTS = [
    ("local_part", "dana hudecova", SHAPE),
    ("local_part", "dána", SHAPE),
    ("local_part", "dana@contoso.com", "An email has one @ only; enter just the part before it."),
    ("local_part", "d" * 300, "The part before the @ has 300 characters; 64 are allowed."),
    ("local_part", "d" * 65, "The part before the @ has 65 characters; 64 are allowed."),
    ("local_part", ".dana", DOTS),
    ("local_part", "dana..h", DOTS),
    ("local_part", "", "Enter the part before the @."),
    ("display_name", "", "Enter a display name."),
    ("display_name", "   ", "Enter a display name."),
    ("display_name", "x" * 51, "Display name has 51 characters; 50 are allowed."),
    ("first_name", "x" * 51, "First name has 51 characters; 50 are allowed."),
    ("last_name", "x" * 51, "Last name has 51 characters; 50 are allowed."),
    ("first_name", "Da\x07na", "First name contains a control character; remove it."),
]


def test_a_wrong_text_is_refused_at_its_field_and_stays_in_it(editing):
    before, right = stored(editing.user), editing.form.values
    for field, value, message in WRONG_TEXTS:
        editing.page = editing.form.submit({field: value}, press="Next")
        shown = [control["value"] for control in editing.form.controls if control["name"] == field]
        assert (editing.page.errors_of(field), shown) == ([message], [value])
        assert_refused(editing, "info", before)
        editing.page = editing.form.submit({field: right.get(field, "")}, press="Next")
        assert editing.page.status == 302
        editing.open("info")


def test_a_choice_that_is_not_offered_is_refused_at_its_field(editing):
    before = stored(editing.user)
    foreign = "{} is not a verified domain of this customer; choose one from the list."
    nowhere = "{} is no country or region; choose one from the list."
    for field, value, message in [
        ("usage_location", "XX", nowhere),
        ("usage_location", "Slovakia", nowhere),
        ("domain", "fabrikam.example", foreign),
        ("domain", "FABRIKAM.COM", foreign),
        ("domain", "<script>", foreign),
    ]:
        editing.forge("info", {field: value})
        assert editing.page.errors_of(field) == [message.format(value)]
        assert_refused(editing, "info", before)
        editing.forge("info", {"usage_location": "SK", "domain": "fabrikam.com"})
        assert editing.page.status == 302


@pytest.mark.parametrize("taken", ["global.admin", "GLOBAL.Admin"])
def test_an_email_that_is_taken_is_refused_in_any_case(editing, taken):
    before = stored(editing.user)
    editing.next(local_part=taken)
    (message,) = editing.page.errors_of("local_part")
    assert message.startswith(f"{taken}@fabrikam.com is already in use at Fabrikam, Inc.")
    assert editing.form.values["local_part"] == [taken]
    assert_refused(editing, "info", before)


def test_a_nul_is_dropped_since_no_database_could_keep_it(world, editing):
    before = stored(world.dana)
    editing.forge("info", {"first_name": "Di\0ana", "last_name": "\0"})
    editing.open("permissions")
    editing.next()
    editing.next()
    editing.complete()
    assert stored(world.dana) == before | {"first_name": "Diana", "last_name": "", "version": before["version"] + 1}


def test_a_nul_in_a_choice_chooses_nothing(editing):
    before = stored(editing.user)
    for step in ("info", "permissions", "licenses"):
        for field in FIELDS[step]:
            more = {"kind": "custom"} if step == "permissions" and field != "kind" else {"product": [POWER_BI]}
            editing.forge(step, {**more, field: ["\0"]})
            assert editing.page.status == 400, field
        editing.open(step)
        editing.forge(step, GOOD.get(step, {}))
        assert editing.page.status == 302
    assert stored(editing.user) == before


FIELDS = {
    "info": ["domain", "local_part"],
    "permissions": ["kind", "roles", "more"],
    "licenses": ["product", f"plan-{POWER_BI}"],
}
GOOD = {
    "info": {"domain": "fabrikam.com", "local_part": "dana.hudecova"},
    "permissions": {"kind": "user", "roles": [], "more": []},
}


def test_several_wrong_fields_are_all_named_and_everything_typed_is_kept(editing):
    typed = {"first_name": "Žofie ☕", "display_name": "", "local_part": "a b", "last_name": "x" * 51}
    editing.next(typed)
    assert editing.page.errors_of("display_name") == ["Enter a display name."]
    editing.next({"display_name": "Z"})
    assert editing.page.errors_of("local_part") == [SHAPE]
    assert editing.page.errors_of("last_name") == ["Last name has 51 characters; 50 are allowed."]
    assert editing.form.values["first_name"] == ["Žofie ☕"]
    for word in ("Žofie ☕", "x" * 51, "a b"):
        assert escape(word) in editing.page.html


@pytest.mark.parametrize(
    ("first", "last", "display"),
    [
        ("דנה", "הודצובה", "דנה הודצובה"),
        ("ليلى", "\u200fحسن", "ليلى حسن"),
        ("👩🏽‍💻", "🦊" * 50, "👩🏽‍💻 Coder"),
        ("O'Brien-Šťastná", "x" * 50, "x" * 50),
        ("", "", "<b>&amp;"),
    ],
)
def test_names_of_all_the_world_pass_unchanged(world, editing, first, last, display):
    editing.to_review(info={"first_name": first, "last_name": last, "display_name": display})
    editing.complete()
    kept = stored(world.dana)
    assert (kept["first_name"], kept["last_name"], kept["display_name"]) == (first, last, display)


def test_texts_are_trimmed_and_composed(world, editing):
    editing.to_review(info={"first_name": "  Zoe\u0301 ", "local_part": " zoe "})
    editing.complete()
    kept = stored(world.dana)
    assert (kept["first_name"], kept["user_principal_name"]) == ("Zo\u00e9", "zoe@fabrikam.com")


def test_an_email_may_change_in_nothing_but_its_case(world, editing):
    editing.to_review(info={"local_part": "Dana.Hudecova"})
    editing.complete()
    assert stored(world.dana)["user_principal_name"] == "Dana.Hudecova@fabrikam.com"


def test_a_name_in_use_at_another_customer_or_by_a_deleted_user_is_free(world, editing):
    CustomerUserFactory(customer=world.fabrikam, local_part="free", deleted_at="2026-11-01T00:00:00Z")
    CustomerUserFactory(customer=world.namesake, local_part="free")
    editing.to_review(info={"local_part": "free"})
    editing.complete()
    assert stored(world.dana)["user_principal_name"] == "free@fabrikam.com"


def test_a_federated_or_unverified_domain_is_not_offered_and_refused_when_forged(world, fabrikam):
    for name, rest in (
        ("fed.example", {"authentication": Domain.Authentication.FEDERATED}),
        ("new.example", {"is_verified": False}),
    ):
        Domain.objects.create(customer=fabrikam, name=name, **rest)
    editing = Editing(world.ava, world.dana)
    assert editing.form.offered("domain")[0] == "fabrikam.com"
    assert not {"fed.example", "new.example"} & set(editing.form.offered("domain"))
    for name in ("fed.example", "new.example"):
        editing.forge("info", {"domain": name})
        assert editing.page.status == 400
        assert editing.page.errors_of("domain") == [
            f"{name} is not a verified domain of this customer; choose one from the list."
        ]


def test_a_user_who_is_in_a_federated_domain_already_keeps_it(world, fabrikam):
    Domain.objects.filter(name="fabrikam.com").update(authentication=Domain.Authentication.FEDERATED)
    editing = Editing(world.ava, world.dana)
    assert "fabrikam.com" in editing.form.offered("domain")
    editing.to_review(info={"first_name": "Diana"})
    editing.complete()
    assert stored(world.dana)["first_name"] == "Diana"


def test_a_field_that_a_page_did_not_send_stays_as_it_was(world, editing):
    page = editing.visitor.post(editing.url("info"), {"first_name": "Diana", "go": "next"})
    assert page.location == editing.url("permissions")
    editing.open("permissions")
    editing.next()
    editing.next()
    editing.complete()
    kept = stored(world.dana)
    assert (kept["first_name"], kept["last_name"], kept["usage_location"]) == ("Diana", "Hudecova", "SK")


# Permissions --------------------------------------------------------------------------------------------------------


def test_custom_permissions_want_a_tick(editing):
    before = stored(editing.user)
    editing.next()
    editing.next(kind="custom")
    assert editing.page.errors_of("roles") == ["Tick at least one role, or choose User."]
    assert editing.form.values["kind"] == ["custom"]
    assert_refused(editing, "permissions", before)


UNASSIGNABLE = str(role_ids("Partner Tier1 Support")[0])


def test_a_role_that_is_not_offered_is_refused(editing):
    before = stored(editing.user)
    editing.next()
    for role in ("00000000-0000-4000-8000-000000000000", "garbage", "", UNASSIGNABLE, "<b>"):
        for field, other in (("roles", "more"), ("more", "roles")):
            editing.forge("permissions", {"kind": "custom", field: [role], other: []})
            assert editing.page.errors_of(field) == [f"{role} is not one of the roles offered here.".strip()]
            assert_refused(editing, "permissions", before)


def test_a_kind_of_permissions_that_does_not_exist_is_refused(editing):
    before = stored(editing.user)
    editing.next()
    for kind in ("root", ""):
        editing.forge("permissions", {"kind": kind})
        assert len(editing.page.errors_of("kind")) == 1
        assert_refused(editing, "permissions", before)


def test_a_kind_that_is_not_sent_stays_as_it_was(editing):
    editing.next()
    editing.forge("permissions", {"kind": []})
    assert editing.page.location == editing.url("licenses")
    assert editing.run.data["permissions"]["kind"] == ["user"]


# Licenses -----------------------------------------------------------------------------------------------------------


def to_licenses(editing: Editing, **info: str) -> None:
    editing.next(info)
    editing.next()
    assert editing.step == "licenses"


def errors(editing: Editing) -> list[str]:
    """All messages about the products, at a product or above them."""
    lists = editing.page.main.all("ul", classes="errorlist") + [
        each for bar in editing.page.main.all(classes="error") for each in bar.all("ul")
    ]
    found = [item.text.removeprefix("Products: ") for each in lists for item in each.all("li")]
    return list(dict.fromkeys(found))


def test_a_product_that_nobody_sold_to_this_customer_is_refused(world, editing):
    stock(world.namesake, "EXCHANGESTANDARD", seats=5)
    before = stored(editing.user)
    to_licenses(editing)
    for product in (E1, "00000000-0000-4000-8000-000000000000", "garbage"):
        editing.forge("licenses", {"product": [product]})
        assert errors(editing) == [f"{product} is not a product of this customer that users can get."]
        assert_refused(editing, "licenses", before)
    assert seats_taken(world.namesake.pk) == {"EXCHANGESTANDARD": 0}


def test_a_product_that_no_user_can_get_is_neither_offered_nor_taken(world, fabrikam):
    stock(fabrikam, "SHAREPOINTSTORAGE", seats=5)
    editing = Editing(world.ava, world.dana)
    before, product = stored(world.dana), str(sku("SHAREPOINTSTORAGE"))
    to_licenses(editing)
    assert editing.form.offered("product") == [POWER_BI]
    assert "Extra File Storage" not in editing.page.text
    editing.forge("licenses", {"product": [product]})
    assert errors(editing) == [f"{product} is not a product of this customer that users can get."]
    assert_refused(editing, "licenses", before)


def test_a_service_plan_of_another_product_is_refused_at_the_product(editing):
    before, foreign = stored(editing.user), str(plan("EXCHANGESTANDARD", "EXCHANGE_S_STANDARD"))
    to_licenses(editing)
    editing.forge("licenses", {"product": [POWER_BI], f"plan-{POWER_BI}": [foreign]})
    message = f"{foreign} is not a service plan of Power BI Pro."
    product = editing.page.document.with_id(f"product-{POWER_BI}")
    assert [item.text for each in product.all("ul", classes="errorlist") for item in each.all("li")] == [message]
    assert_refused(editing, "licenses", before)


def test_service_plans_that_exclude_each_other_are_refused_with_both_names(world, fabrikam):
    stock(fabrikam, "EXCHANGESTANDARD", seats=5)
    stock(fabrikam, "EXCHANGEENTERPRISE", seats=5)
    editing = Editing(world.ava, world.dana)
    before = stored(world.dana)
    to_licenses(editing)
    editing.next(product=[E1, E2])
    assert errors(editing) == [
        (
            "Exchange Online (Plan 1) (Exchange Online (Plan 1)) and EXCHANGE ONLINE (PLAN 2) "
            "(Exchange Online (Plan 2)) exclude each other; switch one of them off."
        )
    ]
    assert sorted(editing.form.values["product"]) == sorted([E1, E2])
    assert_refused(editing, "licenses", before)
    kept = [str(plan("EXCHANGESTANDARD", name)) for name in ("BPOS_S_TODO_1", "INTUNE_O365")]
    editing.next({f"plan-{E1}": kept})
    assert editing.step == "review"
    editing.complete()
    assert stored(world.dana)["licenses"] == {
        "EXCHANGESTANDARD": [str(plan("EXCHANGESTANDARD", "EXCHANGE_S_STANDARD"))],
        "EXCHANGEENTERPRISE": [],
    }


def test_minecraft_and_other_licenses_do_not_go_together(world, fabrikam):
    stock(fabrikam, "MEE_FACULTY", seats=5)
    editing = Editing(world.ava, world.dana)
    before = stored(world.dana)
    to_licenses(editing)
    editing.next(product=[POWER_BI, str(sku("MEE_FACULTY"))])
    assert errors(editing) == [
        "Minecraft licenses and other licenses can't change in one update; send them one after the other."
    ]
    assert_refused(editing, "licenses", before)


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("", "Dana Hudecova has no usage location; set one before assigning licenses."),
        ("CU", "Licenses can't be used in Dana Hudecova's usage location CU."),
    ],
)
def test_a_license_needs_a_usage_location_where_it_may_be_used(world, editing, location, message):
    before = stored(world.dana)
    to_licenses(editing, usage_location=location)
    editing.next(product=[POWER_BI])
    assert errors(editing) == [message]
    assert editing.form.values["product"] == [POWER_BI]
    assert_refused(editing, "licenses", before)
    editing.open("info")
    editing.next(usage_location="CZ")
    editing.next()
    editing.next()
    assert editing.step == "review"


def test_a_product_without_a_seat_can_be_neither_ticked_nor_forged(world):
    stock(world.fabrikam, "POWER_BI_PRO", seats=1)
    other = Editing(world.ava, world.global_admin)
    other.to_review(licenses={"product": [POWER_BI]})
    other.complete()
    editing = Editing(world.ava, world.dana)
    before = stored(world.dana)
    to_licenses(editing)
    assert "(0 Available licenses)" in editing.page.text
    assert editing.form.offered("product") == []
    assert editing.page.links("Buy more licenses of Power BI Pro") != []
    editing.forge("licenses", {"product": [POWER_BI]})
    assert errors(editing) == ["Power BI Pro has no available license left. Buy more, or remove it from somebody."]
    assert_refused(editing, "licenses", before)


def test_thousands_of_forged_fields_are_refused_politely(editing):
    page = editing.visitor.post(editing.url("info"), {f"f{number}": "x" for number in range(6000)})
    assert page.status == 400
    assert editing.run.data["info"]["first_name"] == ["Dana"]
