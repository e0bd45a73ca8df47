"""How passwords are hashed: Argon2id throughout, at a cost that fits what the password is worth."""

from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher


class DemoPasswordHasher(Argon2PasswordHasher):
    """For the demo, whose passwords are public: creating a user costs a millisecond, not a fifth of a second.

    Django's own parameters apply as soon as DEMO_MODE is off: the hash is then made anew at the next sign-in.
    """

    time_cost = 1
    memory_cost = 64
    parallelism = 1


class TemporaryPasswordHasher(Argon2PasswordHasher):
    """For passwords that the product makes up, to be changed at the first sign-in.

    The least that OWASP recommends for Argon2id (19 MiB, two passes), an eighth of what Django takes for a password
    that stays: 10,000 users of an upload would otherwise cost half an hour of hashing.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


def hash_temporary(password: str) -> str:
    """The hash of a made-up password; where the usual hash costs less still, that."""
    usual = get_hasher()
    hasher = TemporaryPasswordHasher() if type(usual) is Argon2PasswordHasher else usual
    return hasher.encode(password, hasher.salt())


def is_cheap(encoded: str) -> bool:
    """Whether this hash is checked in less time than the usual one takes."""
    try:
        return get_hasher().must_update(encoded)
    except ValueError:
        return False
