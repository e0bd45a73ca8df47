"""Keeping the derived index in step with the truth, inside the transaction that changes it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from customers.models import Customer
from gdap.access.roles import permissions_of
from gdap.models import AccessAssignment, CustomerGrant
from partnercenter.transactions import whole

BATCH = 2000


@whole
def rewrite_grants(*assignments: AccessAssignment) -> int:
    """Replace the grants of these by what their roles and relationships' dates give; returns how many.

    Four queries at most, however many assignments, where their roles have been read.
    """
    CustomerGrant.all_objects.filter(source__in=assignments).delete()
    if not any(map(_window, assignments)):
        return 0
    content_type = ContentType.objects.get_for_model(Customer)
    ids = dict(Permission.objects.filter(content_type=content_type).values_list("codename", "pk"))
    rows = [grant for assignment in assignments for grant in _grants(assignment, ids)]
    CustomerGrant.all_objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _grants(assignment: AccessAssignment, permission_ids: Mapping[str, int]) -> Iterator[CustomerGrant]:
    window = _window(assignment)
    customer_id = assignment.relationship.customer_id
    if window is None or customer_id is None:
        return
    wanted = set().union(*(permissions_of(link.role_id) for link in assignment.role_links.all()))
    for permission in sorted(wanted):
        yield CustomerGrant(
            group_id=assignment.security_group.group_id,
            permission_id=permission_ids[permission.value],
            content_object_id=customer_id,
            source=assignment,
            valid_from=window[0],
            valid_until=window[1],
        )


def _window(assignment: AccessAssignment) -> tuple[datetime, datetime | None] | None:
    """From when until when it grants anything; None for never."""
    relationship = assignment.relationship
    if relationship.activated_at is None:
        return None
    starts = max(relationship.activated_at, assignment.active_at)
    valid_until = min(_ends(assignment), default=None)
    return None if valid_until is not None and valid_until <= starts else (starts, valid_until)


def _ends(assignment: AccessAssignment) -> list[datetime]:
    """Only `active` grants anything, so rights end with the request to end, not when the last state is reached."""
    relationship = assignment.relationship
    ends = (
        assignment.deletion_requested_at,
        relationship.termination_requested_at,
        None if relationship.auto_extend else relationship.ends_at,
    )
    return [moment for moment in ends if moment is not None]
