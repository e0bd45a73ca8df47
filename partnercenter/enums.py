"""Enumerations whose members say in words what they are."""

from enum import StrEnum
from typing import Self


class LabeledEnum(StrEnum):
    """A text enumeration written as `NAME = "value", "what it says on pages"`."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
