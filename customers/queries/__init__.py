"""Reads about customers and their users that more than one door needs."""

from customers.queries.users import directory_role_ids, living_user, lock_user

__all__ = ["directory_role_ids", "living_user", "lock_user"]
