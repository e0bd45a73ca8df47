"""Partners, who signs in, and the programs that ask for tokens, for ops."""

from partnercenter.accounts.admin import app_registration, people, tokens

__all__ = ["app_registration", "people", "tokens"]
