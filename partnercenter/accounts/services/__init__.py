"""The only writers of app registrations and secrets, of staff accounts, their second factors and sign-in limits."""

from partnercenter.accounts.services.registrations import (
    add_secret,
    register_app,
    remove_secret,
    update_app,
)
from partnercenter.accounts.services.second_factor import (
    Checked,
    backup_codes_left,
    begin_second_factor,
    check_code,
    confirm_second_factor,
    must_have_second_factor,
    remove_second_factor,
    renew_backup_codes,
    reset_second_factor,
    sentence_for,
    waiting_device,
)
from partnercenter.accounts.services.sign_in_limits import (
    Subject,
    TooManyTries,
    begin_try,
    check_limits,
    forgive,
    subjects,
    unlock_sign_in,
)
from partnercenter.accounts.services.staff import set_staff_blocked

__all__ = [
    "Checked",
    "Subject",
    "TooManyTries",
    "add_secret",
    "backup_codes_left",
    "begin_second_factor",
    "begin_try",
    "check_code",
    "check_limits",
    "confirm_second_factor",
    "forgive",
    "must_have_second_factor",
    "register_app",
    "remove_second_factor",
    "remove_secret",
    "renew_backup_codes",
    "reset_second_factor",
    "sentence_for",
    "set_staff_blocked",
    "subjects",
    "unlock_sign_in",
    "update_app",
    "waiting_device",
]
