"""Security groups of a partner and their members."""

import uuid
from collections.abc import Collection, Mapping

from django.db.models import Count, Q

from gdap.models import AccessAssignment, SecurityGroup


def free_groups(partner_id: uuid.UUID | None, taken: Collection[AccessAssignment]) -> list[SecurityGroup]:
    """The groups of the partner that none of these assignments is about."""
    rows = SecurityGroup.objects.filter(partner=partner_id)
    return list(rows.exclude(pk__in=[row.security_group_id for row in taken]))


def member_counts(groups: Collection[SecurityGroup]) -> Mapping[uuid.UUID, int]:
    """Group id -> how many active staff. One query."""
    rows = SecurityGroup.objects.filter(pk__in=[group.pk for group in groups]).order_by()
    counted = rows.annotate(members=Count("group__user", filter=Q(group__user__is_active=True)))
    return dict(counted.values_list("pk", "members"))
