"""The errors that services raise and doors translate.

A door decides the shape (a message bar, a Partner Center body, a Graph body); the service decides the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in a sentence for the person who asked.

    `code` is stable and for programs; `field` names the input it belongs to, if any;
    `about` holds the ids of the things concerned (products, plans, users), in the order the sentence names them.
    """

    code: str
    message: str
    field: str = ""
    about: tuple[str, ...] = ()


def sentence(text: str) -> str:
    """`text` with one full stop at its end: a name there may bring its own, as Fabrikam, Inc. does."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


class DomainError(Exception):
    """A request that the rules refuse. Nothing has been written when it is raised."""

    status = 400

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems: Sequence[Problem] = problems

    @property
    def code(self) -> str:
        return self.problems[0].code

    @property
    def message(self) -> str:
        return self.problems[0].message


class NotFound(DomainError):
    """The thing does not exist for this principal, whether or not it exists for others."""

    status = 404


class Conflict(DomainError):
    """The thing changed since the caller last read it."""

    status = 409
