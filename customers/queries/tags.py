import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping

from customers.models import CustomerTag


def tags_of(customer_ids: Collection[uuid.UUID], partner_id: uuid.UUID | None) -> Mapping[uuid.UUID, list[str]]:
    """Names of this partner's tags by customer, in the order of the alphabet. One query."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    worn = CustomerTag.objects.filter(customer__in=customer_ids, tag__partner=partner_id)
    for customer_id, name in worn.order_by("tag__sort_name").values_list("customer", "tag__name"):
        found[customer_id].append(name)
    return found
