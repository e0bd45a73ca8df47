"""Doors of the accounts: the sign-in page, and the token service with its Entra-shaped addresses."""

from partnercenter.accounts.views.sign_in import SignInView

__all__ = ["SignInView"]
