"""Delete, restore, reset the password, block, unblock: what each says beforehand, and does to one user."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.http import QueryDict

from customers.models import CustomerUser
from customers.permissions import CustomerPermission as P
from customers.queries import living_user
from customers.services import delete_user, hand_over, reset_password, set_sign_in_blocked
from customers.views.selected.knowledge import Knowledge
from partnercenter.accounts.principals import Principal

DONE, UNCHANGED, FAILED = "done", "unchanged", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What would happen to one user: what it costs or brings, what stands in the way, what has to be answered."""

    lines: tuple[str, ...] = ()
    why: object = None  # an Explanation, or anything with sentence and hint
    new_name: str = ""  # a name of this field is asked for
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened. `secrets` are for this one answer and never stored."""

    state: str
    text: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Why not, where no right is missing."""

    sentence: str
    hint: str = ""


class Verb:
    """Over users that are there. Subclasses say the rest."""

    slug: ClassVar[str]
    permission: ClassVar[P]
    label: ClassVar[str]
    icon: ClassVar[str]
    title: ClassVar[str]
    text: ClassVar[str]
    button: ClassVar[str]
    is_danger: ClassVar[bool] = False
    is_about_deleted: ClassVar[bool] = False

    def forecast(self, user: CustomerUser, known: Knowledge) -> Forecast:
        """For one user whom the person may act on."""
        return Forecast()

    def question(self, known: Knowledge) -> str:
        """Something that has to be confirmed beside the button; posted as `confirm`."""
        return ""

    def act(self, by: Principal, user: CustomerUser, posted: QueryDict) -> Outcome:
        raise NotImplementedError

    def problems(self, user: CustomerUser, posted: QueryDict) -> list[str]:
        """What was typed for this user and can't be; nothing is done to anybody before it is mended."""
        return []


class Delete(Verb):
    slug, permission, label, icon = "delete", P.DELETE_USERS, "Delete user(s)", "delete"
    title, button, is_danger = "Delete users", "Delete", True
    text = (
        "They can't sign in any more, and their licenses are free at once. "
        "For 30 days they can be restored; after that they are gone for good."
    )

    def forecast(self, user: CustomerUser, known: Knowledge) -> Forecast:
        return Forecast(lines=(known.licenses_line(user), known.roles_line(user)))

    def question(self, known: Knowledge) -> str:
        if not known.leaves_no_global_admin():
            return ""
        return (
            "Yes, leave this customer without a Global Administrator. Nobody there will be able to approve or repair "
            "anything until a new one is named."
        )

    def act(self, by: Principal, user: CustomerUser, posted: QueryDict) -> Outcome:
        living = living_user(user.customer, user.pk)
        delete_user(by=by, user=living, confirm_last_global_admin="confirm" in posted)
        return Outcome(state=DONE, text="Deleted; can be restored for 30 days.")


class ResetPassword(Verb):
    slug, permission, label, icon = "reset-password", P.RESET_PASSWORDS, "Reset password", "key-reset"
    title, button = "Reset password", "Reset"
    text = (
        "Each gets a new temporary password, which is shown once, on the next page, and has to be changed at the next "
        "sign-in. The old password stops working at once."
    )

    def act(self, by: Principal, user: CustomerUser, posted: QueryDict) -> Outcome:
        living = living_user(user.customer, user.pk)
        password = reset_password(by=by, user=living)
        handed = hand_over(by=by, user=living, password=password)
        return Outcome(
            state=DONE,
            text="Has a new temporary password.",
            secrets={"password": password.text, "token": handed.token},
        )


class _SignIn(Verb):
    permission = P.BLOCK_USERS
    blocked: ClassVar[bool]
    already: ClassVar[str]
    done: ClassVar[str]

    def forecast(self, user: CustomerUser, known: Knowledge) -> Forecast:
        return Forecast(lines=(self.already,) if user.sign_in_blocked == self.blocked else ())

    def act(self, by: Principal, user: CustomerUser, posted: QueryDict) -> Outcome:
        living = living_user(user.customer, user.pk)
        changed = set_sign_in_blocked(by=by, user=living, blocked=self.blocked)
        return Outcome(state=DONE, text=self.done) if changed else Outcome(state=UNCHANGED, text=self.already)


class Block(_SignIn):
    slug, label, icon, blocked = "block", "Block sign-in", "lock-closed", True
    title, button = "Block sign-in", "Block"
    text = "They can't sign in until somebody unblocks them. Roles, licenses and data stay."
    already, done = "Is blocked already.", "Can't sign in any more."


class Unblock(_SignIn):
    slug, label, icon, blocked = "unblock", "Unblock sign-in", "person-available", False
    title, button = "Unblock sign-in", "Unblock"
    text = "They can sign in again, with the password they had."
    already, done = "Is not blocked.", "Can sign in again."
