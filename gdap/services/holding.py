"""Who gives a group roles and who deletes it take turns, on both databases."""

from django.db.models import F

from gdap.models import SecurityGroup


def held(group: SecurityGroup) -> bool:
    """Whether the group is still there; then it stays as it is until this transaction is over."""
    return bool(SecurityGroup.objects.filter(pk=group.pk).update(display_name=F("display_name")))
