"""The same visitor as in the portal's tests, signed in on the customer's side."""

from django.contrib.auth.hashers import make_password

from customers.models import CustomerUser
from partnercenter.tenant import session as tenant_session
from tests.factories import CustomerUserFactory
from tests.portal.visitor import Page, Visitor

PASSWORD = "demo"


class TenantVisitor(Visitor):
    """`person` is signed in, through the page; nobody if not given."""

    def __init__(self, person: CustomerUser | None = None) -> None:
        super().__init__()
        if person is not None:
            if not person.password:
                CustomerUser.objects.filter(pk=person.pk).update(password=make_password(PASSWORD))
            assert self.sign_in(person).status == 302

    def sign_in(self, person: CustomerUser, *, password: str = PASSWORD, after: str = "") -> Page:
        page = self.get(f"/tenant/sign-in/?next={after}")
        values = page.form_with("password").values
        return self.send(page.address, values | {"username": person.user_principal_name, "password": password})

    @property
    def cookie(self) -> str:
        return self.client.cookies[tenant_session.COOKIE].value


def admin_of(customer, local_part="global.admin", roles=("Global Administrator",), **rest) -> CustomerUser:
    return CustomerUserFactory(customer=customer, local_part=local_part, roles=roles, **rest)
