"""A customer with users, one product and seats, by the models alone: for contests over seats."""

from customers.models import Customer, CustomerUser, ResellerRelationship
from licensing.models import Product, SubscribedSku
from licensing.services.subscriptions import create_subscription
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import system

BY = system("benchmark")
PRODUCT = "ENTERPRISEPACK"


def partner_with_customer(name: str, *, seats: int) -> tuple[Customer, SubscribedSku]:
    partner = Partner.objects.create(name=f"Partner {name}", domain=f"partner-{name}.example")
    customer = Customer.objects.create(company_name=f"Customer {name}", primary_domain=f"{name}.example")
    ResellerRelationship.objects.create(partner=partner, customer=customer)
    product = Product.objects.get(sku_part_number=PRODUCT)
    create_subscription(by=BY, customer=customer, partner=partner, product=product, quantity=seats)
    return customer, SubscribedSku.objects.get(customer=customer)


def people(customer: Customer, users: int) -> None:
    for start in range(0, users, 5_000):
        CustomerUser.objects.bulk_create(
            _person(customer, number) for number in range(start, min(start + 5_000, users))
        )


def _person(customer: Customer, number: int) -> CustomerUser:
    name, upn = f"Person {number:06}", f"person{number:06}@{customer.primary_domain}"
    person = CustomerUser(customer=customer, display_name=name, user_principal_name=upn, usage_location="SK")
    person.derive_sort_keys()
    return person
