from partnercenter.errors import Conflict, DomainError, Problem


class BulkError(DomainError):
    """A run can't begin, or not be treated like this any more."""


class PreviewOutdated(Conflict):
    """What the preview showed is no longer so; nothing was done."""

    def __init__(self) -> None:
        super().__init__(
            Problem(
                "preview_outdated",
                "Users or licenses changed after this preview was made, so nothing was done. This is how it looks now.",
            )
        )
