"""Who somebody is that gives a name and a password: a user of a customer, in its own admin center."""

from django.contrib.auth.hashers import check_password, make_password

from customers.models import CustomerUser, Domain
from customers.queries.users import user_called
from partnercenter.accounts.hashers import is_cheap


def user_with_password(name: str, password: str) -> CustomerUser | None:
    """The living user whose name and password these are, blocked or not; a name is unique by its verified domain."""
    user = _user_named(name.strip())
    if user is None or is_cheap(user.password):
        make_password(password)  # takes the same time, so that it tells neither which names exist nor who is new
    return user if user and check_password(password, user.password) else None


def _user_named(name: str) -> CustomerUser | None:
    domains = Domain.objects.filter(name__iexact=name.rpartition("@")[2], is_verified=True)
    domain = domains.select_related("customer").first()
    user = user_called(domain.customer_id, name) if domain else None
    if user and domain:
        user.customer = domain.customer
    return user
