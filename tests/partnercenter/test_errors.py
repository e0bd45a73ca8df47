"""Errors that services raise and doors translate."""

import pytest

from customers.services.errors import ChangedMeanwhile, RoleError, UserError
from gdap.access import PartnerRoleMissing
from licensing.services.errors import LicensingError
from licensing.services.subscriptions import NoResellerRelationship, SubscriptionError
from partnercenter.errors import Conflict, DomainError, NotFound, Problem, sentence

ONE = Problem("one", "The first thing is wrong.", "first", ("1",))
TWO = Problem("two", "So is the second.")


def test_an_error_carries_all_problems_and_speaks_of_the_first():
    error = DomainError(ONE, TWO)
    assert (error.code, error.message) == ("one", "The first thing is wrong.")
    assert list(error.problems) == [ONE, TWO]
    assert str(error) == "The first thing is wrong.; So is the second."


def test_a_problem_belongs_to_no_field_and_nothing_unless_said():
    assert (TWO.field, TWO.about) == ("", ())


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DomainError(ONE), 400),
        (UserError(ONE), 400),
        (RoleError(ONE), 400),
        (LicensingError(ONE), 400),
        (SubscriptionError(ONE), 400),
        (PartnerRoleMissing(ONE), 403),
        (NoResellerRelationship(ONE), 403),
        (NotFound(ONE), 404),
        (Conflict(ONE), 409),
        (ChangedMeanwhile(), 409),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_error_knows_its_status(error, status):
    assert isinstance(error, DomainError)
    assert error.status == status
    assert error.code
    assert error.message


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("sold to Proseware", "sold to Proseware."),
        ("sold to Fabrikam, Inc.", "sold to Fabrikam, Inc."),
        ("sold to Yahoo!", "sold to Yahoo!"),
        ("", "."),
    ],
)
def test_a_sentence_ends_with_one_full_stop(text, ended):
    assert sentence(text) == ended
