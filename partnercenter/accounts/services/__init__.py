"""The only writers of app registrations and their secrets."""

from partnercenter.accounts.services.registrations import (
    add_secret,
    register_app,
    remove_secret,
    update_app,
)

__all__ = ["add_secret", "register_app", "remove_secret", "update_app"]
