from partnercenter.errors import Conflict, DomainError, Problem


class UserError(DomainError):
    """Something about the user's data is not acceptable; each problem names its field."""


class RoleError(DomainError):
    """The change of directory roles is refused."""


class ChangedMeanwhile(Conflict):
    """Somebody changed the user after the caller read it."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                "user_changed", "Somebody else changed this user in the meantime. Look at what changed, then decide."
            )
        )
