"""Something done to selected users, from the list to the result."""

from urllib.parse import urlencode

from django.urls import reverse

from customers.models import Customer, CustomerUser
from partnercenter.accounts.models import User
from tests.portal.visitor import Page, Visitor


def start_address(customer: Customer, verb: str, *ids: object) -> str:
    return f"{reverse('start-selected', args=[customer.pk, verb])}?{urlencode({'selected': ids}, doseq=True)}"


def start(by: User | Visitor, verb: str, *users: CustomerUser) -> Page:
    """The page that says what will happen."""
    visitor = by if isinstance(by, Visitor) else Visitor(by)
    return visitor.open(start_address(users[0].customer, verb, *(user.pk for user in users)))


def carry_out(page: Page, **fields: str) -> Page:
    """Press the one button of that page, and end up at the result."""
    return page.visitor.arrive(page.form_with("csrfmiddlewaretoken").submit(fields))


def buttons(page: Page) -> list[str]:
    return [button.text for form in page.main.all("form") for button in form.all("button")]


def results(page: Page) -> dict[str, tuple[str, str]]:
    """Name -> state and details of each row."""
    return {row[0]: (row[2], row[3]) for row in page.rows}


def who_may(verb: str, people: dict[str, User], *targets: CustomerUser) -> dict[str, list[str] | int]:
    """Person -> display names of the targets whom the page would let them act on, or the status of the refusal."""
    found: dict[str, list[str] | int] = {}
    for name, person in people.items():
        page = start(person, verb, *targets)
        found[name] = page.status if page.status != 200 else [row[0] for row in page.rows if not _is_off(page, row[0])]
    return found


def _is_off(page: Page, name: str) -> bool:
    lines = [line for body in page.main.all("tbody") for line in body.all("tr")]
    (line,) = [line for line in lines if line.all("th")[0].text == name]
    return bool(line.all(classes="why"))
