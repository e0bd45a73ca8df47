"""Doors of the accounts: the sign-in page, and the token service with its Entra-shaped addresses."""

from partnercenter.accounts.views.second_factor import second_factor
from partnercenter.accounts.views.sign_in import SignInCodeView, SignInView, ops_sign_in

__all__ = ["SignInCodeView", "SignInView", "ops_sign_in", "second_factor"]
