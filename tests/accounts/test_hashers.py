import pytest
from django.contrib.auth.hashers import check_password, make_password

from partnercenter.accounts.hashers import hash_temporary, is_cheap

DJANGOS = "django.contrib.auth.hashers.Argon2PasswordHasher"
DEMO = "partnercenter.accounts.hashers.DemoPasswordHasher"


def cost(encoded):
    """Memory, passes and threads, as Argon2 writes them."""
    return encoded.split("$")[3]


@pytest.mark.once
def test_a_made_up_password_costs_less_to_hash_and_opens_all_the_same(settings):
    settings.PASSWORD_HASHERS = [DJANGOS]
    made_up, chosen = hash_temporary("Bafogi-1234"), make_password("Bafogi-1234")
    assert (cost(made_up), cost(chosen)) == ("m=19456,t=2,p=1", "m=102400,t=2,p=8")
    assert (is_cheap(made_up), is_cheap(chosen), is_cheap(make_password(None)), is_cheap("")) == (
        True,
        False,
        False,
        False,
    )
    assert check_password("Bafogi-1234", made_up)
    assert not check_password("Bafogi-1235", made_up)


@pytest.mark.once
def test_the_demo_hashes_at_next_to_no_cost_and_what_it_hashed_counts_elsewhere(settings):
    settings.PASSWORD_HASHERS = [DEMO]
    hashes = [hash_temporary("demo"), make_password("demo")]
    assert [cost(encoded) for encoded in hashes] == ["m=64,t=1,p=1"] * 2
    settings.PASSWORD_HASHERS = [DJANGOS]
    assert [check_password("demo", encoded) for encoded in hashes] == [True, True]
