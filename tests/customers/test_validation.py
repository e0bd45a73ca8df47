"""What names, sign-in names and locations of users must look like; nothing else gets as far as the database."""

from dataclasses import replace

import pytest

from customers.models import CustomerUser, Domain
from customers.queries import user_named
from customers.services import UserInfo, update_user
from customers.services.errors import UserError
from customers.services.validation import location_problems, name_problems, principal_name_problems
from partnercenter.errors import NotFound
from tests.cast import NOW, principal
from tests.factories import CustomerUserFactory

HEBREW = "\u05d3\u05e0\u05d4 \u05d4\u05d5\u05d3\u05e7\u05d5\u05d1\u05d4"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # three people and two joiners: one picture


def codes(problems):
    return [problem.code for problem in problems]


def name(value, field="display_name"):
    return codes(name_problems(field, value))


def principal_name(world, value, *, customer=None, user=None):
    return codes(principal_name_problems(customer or world.fabrikam, user, value))


def sentence(world, value):
    (problem,) = principal_name_problems(world.fabrikam, world.dana, value)
    assert problem.field == "user_principal_name"
    return problem.message


# --- Names ---


@pytest.mark.parametrize(
    "value",
    [
        "D",
        "x" * 50,
        "O'Neill-\u0160\u0165astn\u00e1, Jr.",
        HEBREW,
        f"Dana {FAMILY}",
        "\U0001f600" * 50,
        "<b>Dana</b>",
        "\u738b",
    ],
    ids=["one letter", "fifty letters", "marks and accents", "right to left", "a family", "emoji", "markup", "Chinese"],
)
def test_any_letters_make_a_name(value):
    assert name(value) == []


def test_a_name_of_51_characters_is_too_long_and_says_so():
    (problem,) = name_problems("last_name", "x" * 51)
    assert (problem.code, problem.field) == ("name_too_long", "last_name")
    assert problem.message == "Last name has 51 characters; 50 are allowed."


def test_only_the_display_name_must_be_there():
    assert name("") == ["display_name_missing"]
    assert name("", "first_name") == name("", "last_name") == []


@pytest.mark.parametrize("character", ["\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800"])
def test_a_character_that_no_line_can_show_is_refused(character):
    """The last is half a character: JSON can carry it, no database takes it."""
    assert name(f"Dana{character}H.") == ["name_not_printable"]


def test_too_long_and_not_printable_come_together():
    assert name("\0" * 51) == ["name_too_long", "name_not_printable"]


# --- Usage locations ---


@pytest.mark.parametrize("code", ["", "SK", "US", "XK", "IR"])
def test_no_location_or_one_of_the_list(world, code):
    """Iran is a country; that nothing may be licensed there is said when licenses are assigned."""
    assert codes(location_problems(code)) == []


@pytest.mark.parametrize("code", ["XX", "sk", "SVK", "S", " SK", "\0", "S\0", "\ud800", "Slovakia", "x" * 300])
def test_anything_else_is_no_country(world, code):
    (problem,) = location_problems(code)
    assert (problem.code, problem.field) == ("usage_location_unknown", "usage_location")


# --- Sign-in names: their form ---


@pytest.mark.parametrize("local", ["d", "dana.h", "d-h_1", "o'neill", "a!b#c^d~e", "x" * 64, "DANA"])
def test_the_part_before_the_at_may_hold(world, local):
    assert principal_name(world, f"{local}@fabrikam.com") == []


@pytest.mark.parametrize(
    "value",
    [
        "",
        "dana",
        "dana@",
        "@fabrikam.com",
        "dana hudecova@fabrikam.com",
        "dana @fabrikam.com",
        "dana@hudecova@fabrikam.com",
        "d\u00e1na@fabrikam.com",
        f"{HEBREW}@fabrikam.com",
        "dana\0@fabrikam.com",
        "dana\n@fabrikam.com",
        "da+na@fabrikam.com",
        ".dana@fabrikam.com",
        "dana.@fabrikam.com",
        "da..na@fabrikam.com",
        "x" * 65 + "@fabrikam.com",
        "x" * 300 + "@fabrikam.com",
        "dana@" + "x" * 300,
        "dana@fab\0rikam.com",
        "dana@\ud800.com",
        "dana@fabrikam.com\n",
        "dana@fabrikam .com",
    ],
)
def test_what_is_no_sign_in_name(world, value):
    assert principal_name(world, value) == ["user_principal_name_invalid"]


def test_the_sentence_says_what_is_wrong_with_it(world):
    assert sentence(world, "dana hudecova@fabrikam.com").endswith("no spaces.")
    assert sentence(world, "a@b@fabrikam.com") == "An email has one @ only; enter just the part before it."
    assert sentence(world, "x" * 300 + "@fabrikam.com") == ("The part before the @ has 300 characters; 64 are allowed.")
    assert sentence(world, "dana@" + "x" * 300) == "The email has 305 characters; 113 are allowed."


# --- Sign-in names: their domain ---


def test_the_domain_must_be_one_of_the_customer_in_any_case(world):
    initial = world.fabrikam.domains.get(is_initial=True).name
    assert principal_name(world, f"new@{initial}") == principal_name(world, "new@FABRIKAM.com") == []


@pytest.mark.parametrize(
    "domain", ["elsewhere.example", "fabrikam.example", "northwind.example", "com", "sub.fabrikam.com"]
)
def test_a_foreign_domain_is_refused_also_when_it_belongs_to_another_customer(world, domain):
    assert principal_name(world, f"new@{domain}") == ["domain_not_verified"]


def test_a_domain_that_is_not_verified_yet_is_refused(world):
    Domain.objects.create(customer=world.fabrikam, name="soon.example", is_verified=False)
    assert principal_name(world, "new@soon.example") == ["domain_not_verified"]


def test_a_federated_domain_is_refused(world):
    Domain.objects.create(
        customer=world.fabrikam, name="login.fabrikam.com", authentication=Domain.Authentication.FEDERATED
    )
    (problem,) = principal_name_problems(world.fabrikam, None, "new@login.fabrikam.com")
    assert problem.code == "domain_federated"
    assert "Fabrikam, Inc.'s own federation" in problem.message


# --- Sign-in names: nobody else's ---


def test_a_name_in_use_is_taken_in_any_case(world):
    for value in ("dana.hudecova@fabrikam.com", "DANA.Hudecova@Fabrikam.COM"):
        assert principal_name(world, value) == ["user_principal_name_taken"]


def test_the_own_name_in_another_case_is_not_taken(world):
    assert principal_name(world, "DANA.Hudecova@Fabrikam.com", user=world.dana) == []


def test_the_same_name_at_another_customer_is_free(world):
    stray = CustomerUserFactory(customer=world.northwind, user_principal_name="new@fabrikam.com")
    assert stray.customer != world.fabrikam
    assert principal_name(world, "new@fabrikam.com") == []


def test_the_name_of_a_deleted_user_is_free(world):
    CustomerUser.objects.filter(pk=world.dana.pk).update(deleted_at=NOW)
    assert principal_name(world, "dana.hudecova@fabrikam.com") == []
    CustomerUserFactory(customer=world.fabrikam, user_principal_name="dana.hudecova@fabrikam.com")
    assert principal_name(world, "dana.hudecova@fabrikam.com") == ["user_principal_name_taken"]


# --- Through the service, on the database ---


def change(world, **info):
    update_user(by=principal(world.ava), user=world.dana, info=replace(UserInfo.of(world.dana), **info))
    return CustomerUser.objects.get(pk=world.dana.pk)


def test_what_is_allowed_comes_back_as_it_went_in(world):
    stored = change(world, first_name=HEBREW, last_name="\U0001f600" * 50, display_name=f"Dana {FAMILY}")
    assert (stored.first_name, stored.last_name, stored.display_name) == (HEBREW, "\U0001f600" * 50, f"Dana {FAMILY}")


@pytest.mark.parametrize(
    "info",
    [
        {"first_name": "\0"},
        {"first_name": "\ud800"},
        {"display_name": "x" * 10_000},
        {"usage_location": "\0"},
        {"usage_location": "\ud800"},
        {"user_principal_name": "dana\0@fabrikam.com"},
        {"user_principal_name": "dana@fabrikam\0.com"},
        {"user_principal_name": "dana@\ud800.com"},
    ],
)
def test_what_no_database_takes_is_refused_before_it_gets_there(world, info):
    with pytest.raises(UserError) as refusal:
        change(world, **info)
    assert [problem.field for problem in refusal.value.problems] == list(info)


@pytest.mark.parametrize("asked", ["dana\0@fabrikam.com", "\0", "\ud800", "", "dana.hudecova@fabrikam.example"])
def test_nobody_is_found_by_a_name_that_nobody_can_have_here(world, asked):
    with pytest.raises(NotFound):
        user_named(world.fabrikam, asked)


def test_a_user_is_found_by_id_and_by_name_in_any_case(world):
    for asked in (str(world.dana.pk), "DANA.Hudecova@fabrikam.com"):
        assert user_named(world.fabrikam, asked) == world.dana
    with pytest.raises(NotFound):
        user_named(world.fabrikam, str(world.dana_of_northwind.pk))
