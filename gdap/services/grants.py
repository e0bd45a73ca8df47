"""Keeping the derived index in step with the truth, inside the transaction that changes it."""

from datetime import datetime

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from customers.models import Customer
from gdap.access.roles import permissions_of
from gdap.models import AccessAssignment, CustomerGrant
from partnercenter.transactions import whole


@whole
def rewrite_grants(assignment: AccessAssignment) -> int:
    """Replace the grants of one assignment by what its roles and its relationship's dates give; returns how many."""
    CustomerGrant.all_objects.filter(source=assignment).delete()
    relationship = assignment.relationship
    if relationship.activated_at is None or relationship.customer_id is None:
        return 0
    starts = max(relationship.activated_at, assignment.active_at)
    valid_until = min(_ends(assignment), default=None)
    if valid_until is not None and valid_until <= starts:
        return 0
    wanted = set().union(*(permissions_of(link.role_id) for link in assignment.role_links.all()))
    permissions = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(Customer), codename__in=[item.value for item in wanted]
    )
    rows = [
        CustomerGrant(
            group_id=assignment.security_group.group_id,
            permission=permission,
            content_object_id=relationship.customer_id,
            source=assignment,
            valid_from=starts,
            valid_until=valid_until,
        )
        for permission in permissions
    ]
    CustomerGrant.all_objects.bulk_create(rows)
    return len(rows)


def _ends(assignment: AccessAssignment) -> list[datetime]:
    """Only `active` grants anything, so rights end with the request to end, not when the last state is reached."""
    relationship = assignment.relationship
    ends = (
        assignment.deletion_requested_at,
        relationship.termination_requested_at,
        None if relationship.auto_extend else relationship.ends_at,
    )
    return [moment for moment in ends if moment is not None]
