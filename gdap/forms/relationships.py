"""What somebody asks for in an admin relationship, and who of the partner gets it."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import TypedDict

from django import forms

from customers.models import DirectoryRole
from gdap.services.relationships.wish import LONGEST_DAYS, Wish
from partnercenter.portal.forms import IdsField, ServiceForm, VersionField

AUTO_EXTEND = [("yes", "Yes"), ("no", "No")]
NO_SUCH_ROLE = "There is no such role."


class RoleLine(TypedDict):
    id: str
    name: str
    description: str
    is_privileged: bool
    ticked: bool


class RoleGroup(TypedDict):
    name: str
    open: bool
    roles: list[RoleLine]


class AutoExtendField(forms.TypedChoiceField):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            label="Auto extend",
            choices=AUTO_EXTEND,
            coerce=lambda value: value == "yes",
            widget=forms.RadioSelect,
            initial="no",
            help_text="Adds 180 days on the last day, again and again. Not with the role Global Administrator.",
            error_messages={"required": "Choose Yes or No.", "invalid_choice": "Choose Yes or No."},
            **kwargs,  # type: ignore[arg-type]
        )


class TermsForm(ServiceForm):
    """The terms of a relationship; the same fields make a template."""

    display_name = forms.CharField(
        label="Admin relationship name",
        error_messages={"required": "Give the admin relationship a name."},
        help_text="The customer sees it. 50 characters at most, and each name once.",
    )
    duration_days = forms.IntegerField(
        label="Duration in days",
        help_text=f"1 to {LONGEST_DAYS} days.",
        error_messages={
            "required": f"Enter a number of days, 1 to {LONGEST_DAYS}.",
            "invalid": "Enter a whole number.",
        },
    )
    roles = IdsField(label="Requested Microsoft Entra roles", required=False, error_messages={"unknown": NO_SUCH_ROLE})
    auto_extend = AutoExtendField()

    def wish(self) -> Wish:
        """What a well-formed form asks for."""
        cleaned = self.cleaned_data
        return Wish(
            display_name=cleaned["display_name"],
            duration_days=cleaned["duration_days"],
            roles=frozenset(cleaned["roles"]),
            auto_extend=cleaned["auto_extend"],
        )

    def groups(self) -> list[RoleGroup]:
        """The picker: the roles that GDAP offers, in their groups; ticked as posted or as it began."""
        return role_groups(self["roles"].value() or ())


class DraftForm(TermsForm):
    """The same for a draft that is there already."""

    version = VersionField()


class EditForm(ServiceForm):
    """What can be changed of a relationship in force."""

    version = VersionField()
    auto_extend = AutoExtendField()


class VersionForm(ServiceForm):
    """A confirmation."""

    version = VersionField()


def role_groups(ticked: Iterable[object]) -> list[RoleGroup]:
    """One query."""
    chosen = {str(value) for value in ticked}
    grouped: dict[str, list[RoleLine]] = {}
    for role in DirectoryRole.objects.filter(is_gdap_selectable=True):
        grouped.setdefault(role.portal_group, []).append(_line(role, chosen))
    return [
        {"name": name, "open": any(role["ticked"] for role in roles), "roles": roles}
        for name, roles in sorted(grouped.items())
    ]


def _line(role: DirectoryRole, chosen: Collection[str]) -> RoleLine:
    return {
        "id": str(role.pk),
        "name": role.display_name,
        "description": role.description,
        "is_privileged": role.is_privileged,
        "ticked": str(role.pk) in chosen,
    }


class RolesForm(ServiceForm):
    """Some of the roles that a relationship covers."""

    roles = IdsField(label="Roles", required=False, error_messages={"unknown": NO_SUCH_ROLE})

    def __init__(self, *args: object, covered: Sequence[DirectoryRole], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["roles"].choices = [(str(role.pk), role.display_name) for role in covered]  # type: ignore[attr-defined]


class AssignForm(RolesForm):
    """Security groups, and the roles that each of them gets."""

    groups = IdsField(
        label="Security groups",
        error_messages={"unknown": "There is no such security group.", "required": "Choose at least one group."},
    )
    field_order = ("groups", "roles")

    def __init__(self, *args: object, offered: Sequence[tuple[uuid.UUID, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["groups"].choices = [(str(group), name) for group, name in offered]  # type: ignore[attr-defined]


class AssignmentForm(RolesForm):
    """Other roles for a group that has some."""

    version = VersionField()
