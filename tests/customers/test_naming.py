"""Sign-in names made of people's names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.naming import NamingRule, local_part
from customers.services.validation import _character_problem

RULES = [rule.value for rule in NamingRule]


@pytest.mark.parametrize(
    ("rule", "made"),
    [
        ("by_hand", ""),
        ("first_dot_last", "asa.bjorklund-holm"),
        ("initial_last", "abjorklund-holm"),
        ("first_initial", "asab"),
        ("last_dot_first", "bjorklund-holm.asa"),
        ("first", "asa"),
        ("no such rule", ""),
    ],
)
def test_each_rule_makes_its_name(rule, made):
    assert local_part(rule, first_name="Åsa", last_name="Björklund-Holm") == made


def test_letters_beyond_ascii_become_their_latin_form_or_fall_away():
    assert local_part("first_dot_last", first_name="Łukasz", last_name="Groß") == "lukasz.gross"
    assert local_part("first_dot_last", first_name="Søren", last_name="O'Ælfric") == "soren.oaelfric"
    assert local_part("first_dot_last", first_name="陽子", last_name="田中") == ""
    assert local_part("first_dot_last", first_name="", last_name="Cher") == "cher"


@given(rule=st.sampled_from(RULES), first=st.text(), last=st.text())
def test_whatever_is_made_is_a_good_name_or_nothing(rule, first, last):
    made = local_part(rule, first_name=first, last_name=last)
    assert made == "" or _character_problem(made) == ""
    assert len(made) <= 60
