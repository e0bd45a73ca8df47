"""The language of `$filter`: what it reads, and that whatever else it is given is refused with a sentence."""

import uuid
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partnercenter.wire.graph.filters import is_advanced, parse_filter
from partnercenter.wire.graph.filters.tokens import FilterSyntaxError
from partnercenter.wire.graph.filters.tree import AnyOf, Comparison, Joined, Not, Operator

EQ, IN = Operator.EQ, Operator.IN
PATHS = st.sampled_from(["status", "customer/tenantid", "assignedlicenses/$count"])
VALUES = st.one_of(
    st.text(max_size=20),
    st.integers(-999_999_999, 999_999_999),
    st.booleans(),
    st.none(),
    st.uuids(),
    st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  bounds are naive
)
COMPARED = [Operator.EQ, Operator.NE, Operator.GT, Operator.GE, Operator.LT, Operator.LE]
COMPARISONS = st.one_of(
    st.builds(lambda path, used, value: Comparison(path, used, (value,)), PATHS, st.sampled_from(COMPARED), VALUES),
    st.builds(
        lambda path, values: Comparison(path, IN, tuple(values)), PATHS, st.lists(VALUES, min_size=1, max_size=3)
    ),
    st.builds(
        lambda path, used, value: Comparison(path, used, (value,)),
        PATHS,
        st.sampled_from([Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.CONTAINS]),
        st.text(max_size=20),
    ),
)


def joined(parts):
    return st.builds(
        lambda all_of, of: Joined(all_of, tuple(of)), st.booleans(), st.lists(parts, min_size=2, max_size=3)
    )


TREES = st.recursive(
    COMPARISONS,
    lambda parts: joined(parts) | st.builds(Not, parts.filter(lambda part: not isinstance(part, Not))),
    max_leaves=8,
)


def spelled(tree):
    """The tree as a client would write it."""
    match tree:
        case Joined(all_of=all_of, parts=parts):
            return "(" + (" and " if all_of else " or ").join(spelled(part) for part in parts) + ")"
        case Not(inner=inner):
            return f"not ({spelled(inner)})"
        case Comparison(path=path, operator=Operator.IN, values=values):
            return f"{path} in ({', '.join(map(literal, values))})"
        case Comparison(path=path, operator=used, values=(value,)):
            if used in COMPARED:
                return f"{path} {used} {literal(value)}"
            return f"{used}({path},{literal(value)})"
    raise AssertionError(tree)


def literal(value):
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return "'" + value.replace("'", "''") + "'"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
    return str(value)


@given(TREES)
def test_what_is_written_is_read_back(tree):
    assert parse_filter(spelled(tree)) == tree


@given(st.text(max_size=300) | st.lists(st.sampled_from([
    "status", " eq ", "'x'", "(", ")", " and ", " or ", "not ", ",", " in ", "any", "/any(", "a:", "a/b", "7", "null",
    "startswith(", "2026-11-22", "'", "$count",
])).map("".join))  # fmt: skip
@example("(" * 5000)
@example("not " * 1000 + "a eq 1")
@example("a eq '" + "x" * 5000)
@example("a eq 1 or " * 390 + "a eq 1")
@example("a/any(b:" * 400)
@example("a eq 0000-00-00T00:00:00Z")
@example("a eq 0001-01-01T00:00:00+23:59")
def test_whatever_is_sent_is_read_or_refused(text):
    with suppress(FilterSyntaxError):
        parse_filter(text)


def test_and_binds_more_than_or_and_not_most():
    a, b, c = (Comparison(name, EQ, (1,)) for name in "abc")
    assert parse_filter("a eq 1 or b eq 1 and not c eq 1") == Joined(
        all_of=False, parts=(a, Joined(all_of=True, parts=(b, Not(c))))
    )
    assert parse_filter("(a eq 1 OR b eq 1) AND c eq 1") == Joined(
        all_of=True, parts=(Joined(all_of=False, parts=(a, b)), c)
    )


def test_values_are_read_by_their_kind():
    own_id = uuid.uuid4()
    expected = {
        "'it''s'": "it's",
        "''": "",
        "-7": -7,
        "true": True,
        "NULL": None,
        str(own_id): own_id,
        str(own_id).upper(): own_id,
        "2026-11-22": datetime(2026, 11, 22, tzinfo=UTC),
        "2026-11-22T01:30:00+01:00": datetime(2026, 11, 22, 0, 30, tzinfo=UTC),
        "2026-11-22T10:15:30.1234567Z": datetime(2026, 11, 22, 10, 15, 30, 123456, tzinfo=UTC),
    }
    assert {text: parse_filter(f"a eq {text}") for text in expected} == {
        text: Comparison("a", EQ, (value,)) for text, value in expected.items()
    }


def test_any_asks_of_an_item_through_its_variable():
    assert parse_filter("Things/any(T: T/Id eq 1 and t/name ne 'x')") == AnyOf(
        "things",
        Joined(all_of=True, parts=(Comparison("id", EQ, (1,)), Comparison("name", Operator.NE, ("x",)))),
    )
    assert parse_filter("things/any()") == AnyOf("things", None)
    assert parse_filter("things/any(t:t eq 'x')") == AnyOf("things", Comparison("", EQ, ("x",)))


@pytest.mark.parametrize(
    ("text", "advanced"),
    [
        ("a eq 1", False),
        ("startswith(a,'x') or a in (1,2)", False),
        ("a ne 1", True),
        ("a eq 1 and not (b eq 1)", True),
        ("endswith(a,'x')", True),
        ("a/$count eq 0", True),
        ("a/any(b:b/c eq 1)", False),
    ],
)
def test_the_directory_knows_which_filters_are_advanced(text, advanced):
    assert is_advanced(parse_filter(text)) is advanced
