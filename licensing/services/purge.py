from customers.models import Customer
from licensing.models import LicenseAssignment, SubscribedSku, Subscription


def purge_licensing(customer: Customer) -> None:
    """Take away everything that the customer owns and its users hold; for whoever deletes the customer itself."""
    LicenseAssignment.objects.filter(customer=customer).delete()
    Subscription.objects.filter(customer=customer).delete()
    SubscribedSku.objects.filter(customer=customer).delete()
