import uuid

from django.db.models import Exists, OuterRef, Q

from customers.models import CustomerQuerySet, Domain
from partnercenter.fields import sort_key


def matching_customers(customers: CustomerQuerySet, query: str) -> CustomerQuerySet:
    """Customers in whose name or domain `query` occurs, without regard to case, or the one that has it as id."""
    if not query:
        return customers
    try:
        return customers.filter(pk=uuid.UUID(query))
    except ValueError:
        domains = Domain.objects.filter(customer=OuterRef("pk"), name__icontains=query)
        return customers.filter(Q(sort_name__contains=sort_key(query)) | Q(Exists(domains)))
