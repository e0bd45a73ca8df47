"""The commands over the list of users, and in the pane about one: open, or off with the reason."""

from django.urls import reverse

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.views.edit_user.steps import SHOWN
from customers.views.selected.verbs import Block, Delete, Hurdle, ResetPassword, Unblock, Verb
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal

Command = dict[str, object]

NEEDED_TO_ADD = (*SHOWN, CustomerPermission.CREATE_USERS)

NOBODY_TO_RESTORE = Hurdle("Nobody was deleted here in the last 30 days.")


def list_commands(principal: Principal, customer: Customer, *, has_rows: bool) -> list[Command]:
    """In the order of the original; what needs a ticked row is there only when there are rows."""
    selecting = [
        _licenses(principal, customer),
        command_of(principal, customer, Delete()),
    ]
    editing = [
        command_of(principal, customer, ResetPassword()),
        command_of(principal, customer, Block()),
        command_of(principal, customer, Unblock()),
        {
            "label": "Edit user",
            "icon": "edit",
            "url": reverse("edit-selected", args=[customer.pk]),
            "needs_selection": True,
        },
    ]
    adding = _add(principal, customer)
    reports: Command = {
        "label": "Reports",
        "icon": "clipboard-task",
        "url": reverse("license-reports", args=[customer.pk]),
    }
    return [*adding, *(selecting if has_rows else []), _restore(customer), *(editing if has_rows else []), reports]


def _add(principal: Principal, customer: Customer) -> list[Command]:
    """What brings users takes the same rights; the first that is missing is the reason."""
    wanted = access.abilities(principal, customer, NEEDED_TO_ADD).values()
    why = next((explained for explained in wanted if not explained.allowed), None)
    commands: list[Command] = [
        {"label": "Add user", "icon": "person-add", "url": reverse("add-user", args=[customer.pk])},
        {"label": "Upload users", "icon": "arrow-upload", "url": reverse("upload-users", args=[customer.pk])},
    ]
    return commands if why is None else [command | {"why": why} for command in commands]


def command_of(principal: Principal, customer: Customer, verb: Verb) -> Command:
    """A verb over the ticked rows."""
    command: Command = {
        "label": verb.label,
        "icon": verb.icon,
        "url": reverse("start-selected", args=[customer.pk, verb.slug]),
        "needs_selection": True,
    }
    explained = access.explain(principal, customer, verb.permission)
    return command if explained.allowed else command | {"why": explained}


def _licenses(principal: Principal, customer: Customer) -> Command:
    explained = access.explain(principal, customer, CustomerPermission.ASSIGN_LICENSES)
    command: Command = {
        "label": "Manage licenses",
        "icon": "certificate",
        "url": reverse("manage-licenses", args=[customer.pk]),
        "needs_selection": True,
    }
    return command if explained.allowed else command | {"why": explained}


def _restore(customer: Customer) -> Command:
    command: Command = {
        "label": "Restore",
        "icon": "arrow-counterclockwise",
        "url": reverse("deleted-users", args=[customer.pk]),
    }
    if CustomerUser.objects.restorable(clock.now()).filter(customer=customer).exists():
        return command
    return command | {"why": NOBODY_TO_RESTORE}


def pane_commands(principal: Principal, customer: Customer, user: CustomerUser) -> list[Command]:
    """The same for one user, whose own roles count as well; the caller has fetched them."""
    verbs: list[Verb] = [ResetPassword(), Unblock() if user.sign_in_blocked else Block(), Delete()]
    like = _add(principal, customer)[0] | {
        "label": "Add one like this",
        "url": f"{reverse('add-user', args=[customer.pk])}?like={user.pk}",
    }
    return [*(_for_one(principal, customer, user, verb) for verb in verbs), like]


def _for_one(principal: Principal, customer: Customer, user: CustomerUser, verb: Verb) -> Command:
    url = f"{reverse('start-selected', args=[customer.pk, verb.slug])}?selected={user.pk}"
    label = "Delete user" if isinstance(verb, Delete) else verb.label
    command: Command = {"label": label, "icon": verb.icon, "url": url}
    explained = access.explain(principal, customer, verb.permission, target=user)
    return command if explained.allowed else command | {"why": explained}
