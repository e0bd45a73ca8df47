"""Pages ask the same number of queries whether they show one row, three or fifty.

The numbers are written down, so that a change of them is seen and meant. Each page reads the session, the person, the
partner and the partner's roles; that makes four.
"""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import CustomerUser, DirectoryRoleMember, Domain
from customers.roles import unified_roles
from customers.services import TemplateContent, delete_user, save_template
from licensing.models import Product, ProductServicePlan, ServicePlan, Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from licensing.services.subscriptions import create_subscription
from tests.cast import principal
from tests.factories import SYSTEM, CustomerFactory, CustomerUserFactory
from tests.portal.editing import STEPS, Editing
from tests.portal.selecting import start
from tests.portal.visitor import Page, Visitor

ROWS = (1, 3, 50)


def counted(ask: Callable[[], Page], grow: Callable[[int], None], *, status: int = 200) -> dict[int, int]:
    """Number of rows -> queries; `grow` adds so many rows."""
    return all_counted({"page": ask}, grow, status=status)["page"]


def all_counted(
    asks: dict[str, Callable[[], Page]], grow: Callable[[int], None], *, status: int = 200
) -> dict[str, dict[int, int]]:
    """The same for several pages."""
    found: dict[str, dict[int, int]] = {name: {} for name in asks}
    there = 0
    for ask in asks.values():
        ask()  # what Django remembers per process is not counted
    for wanted in ROWS:
        grow(wanted - there)
        there = wanted
        for name, ask in asks.items():
            with CaptureQueriesContext(connection) as asked:
                page = ask()
            assert page.status == status, f"{page.address} answers {page.status}"
            found[name][wanted] = len(asked)
    return found


def always(number: int) -> dict[int, int]:
    return dict.fromkeys(ROWS, number)


@pytest.fixture
def ava(world) -> Visitor:
    return Visitor(world.ava)


def sell(world, count: int, *, plans: int = 2) -> list[Product]:
    """Products of our own making: the catalog has too few small ones that go together."""
    sold = []
    for _ in range(count):
        number = Product.objects.count()
        product = Product.objects.create(sku_id=uuid.uuid4(), sku_part_number=f"P{number}", name=f"Product {number:03}")
        add_plans(product, plans)
        create_subscription(by=SYSTEM, customer=world.fabrikam, partner=world.contoso, product=product, quantity=99)
        sold.append(product)
    return sold


def add_plans(product: Product, count: int) -> None:
    for _ in range(count):
        plan = ServicePlan.objects.create(service_name="PLAN", friendly_name=f"Plan {ServicePlan.objects.count():04}")
        ProductServicePlan.objects.create(product=product, service_plan=plan)


def give(user, products: list[Product]) -> None:
    assign = tuple(LicenseToAssign(product.sku_id) for product in products)
    update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=assign))


def give_roles(user, count: int) -> None:
    """More directory roles, of those that can be given."""
    held = set(DirectoryRoleMember.objects.filter(user=user).values_list("role_id", flat=True))
    free = sorted(
        role.template_id for role in unified_roles().values() if role.is_assignable and role.template_id not in held
    )
    for role in free[:count]:
        DirectoryRoleMember.objects.create(customer_id=user.customer_id, user=user, role_id=role)


def add_users(world, count: int) -> None:
    """Each with a license and a role."""
    product = Product.objects.first() or sell(world, 1)[0]
    for _ in range(count):
        user = CustomerUserFactory(customer=world.fabrikam, roles=["Reports Reader"])
        give(user, [product])


# Lists --------------------------------------------------------------------------------------------------------------


def test_the_customer_list(world, ava):
    def grow(count: int) -> None:
        CustomerFactory.create_batch(count, company_name="Alike", sold_by=[world.contoso])

    address = f"{reverse('customers')}?q=alike"
    assert counted(lambda: ava.get(address), grow) == always(8)
    assert ava.get(address).names == ["Alike"] * 50


def test_the_user_list(world, ava):
    address = reverse("users", args=[world.fabrikam.pk])
    assert counted(lambda: ava.get(f"{address}?q=casual"), lambda count: add_users(world, count)) == always(12)
    assert len(ava.get(f"{address}?q=casual").rows) == 50


def test_the_filtered_user_lists(world, ava):
    sell(world, 1)
    address = reverse("users", args=[world.fabrikam.pk])
    asks = {
        chosen: lambda chosen=chosen: ava.get(f"{address}?filter={chosen}")
        for chosen in ("licensed", "unlicensed", "admins")
    }

    def grow(count: int) -> None:
        CustomerUserFactory.create_batch(count, customer=world.fabrikam)
        add_users(world, count)

    assert all_counted(asks, grow) == dict.fromkeys(asks, always(12))


def test_the_pane_about_a_user(world, ava):
    address = f"{reverse('users', args=[world.fabrikam.pk])}?user={world.dana.pk}"

    def grow(count: int) -> None:
        add_users(world, count)
        give(world.dana, sell(world, count))
        give_roles(world.dana, count)

    sell(world, 1)
    give(world.dana, list(Product.objects.all()))
    assert counted(lambda: ava.get(address), grow) == always(18)


def test_the_refusal_of_the_user_list(world):
    """However many users and groups there are; it names the groups that would help."""
    nora = Visitor(world.nora)
    address = reverse("users", args=[world.fabrikam.pk])
    assert counted(lambda: nora.get(address), lambda count: add_users(world, count), status=403) == always(7)


def test_the_subscriptions(world, ava):
    address = reverse("subscriptions", args=[world.fabrikam.pk])
    assert counted(lambda: ava.get(address), lambda count: sell(world, count)) == always(10)
    assert len(ava.get(address).rows) == Subscription.objects.count() == 50


def test_the_search(world, ava):
    def grow(count: int) -> None:
        for _ in range(count):
            customer = world.fabrikam if count % 2 else world.northwind
            CustomerUserFactory(customer=customer, display_name="Sought")

    assert counted(lambda: ava.get(f"{reverse('search')}?q=sought"), grow) == always(6)
    assert len(ava.get(f"{reverse('search')}?q=sought").rows) == 50


# The wizard ---------------------------------------------------------------------------------------------------------

A_STEP = always(17)


def grow_everything(world) -> Callable[[int], None]:
    """More products, plans, users, domains, and roles and licenses of the user."""

    def grow(count: int) -> None:
        products = sell(world, count)
        add_plans(products[0], count)
        add_users(world, count)
        for _ in range(count):
            Domain.objects.create(customer=world.fabrikam, name=f"{uuid.uuid4().hex}.example")

    return grow


def test_each_step_of_the_wizard(world):
    editing = Editing(world.ava, world.dana)
    editing.to_review(info={"first_name": "Diana", "local_part": "diana"})
    asks = {step: lambda step=step: editing.visitor.get(editing.url(step)) for step in STEPS}
    assert all_counted(asks, grow_everything(world)) == dict.fromkeys(STEPS, A_STEP)


def test_each_step_for_a_user_with_many_roles_and_licenses(world):
    editing = Editing(world.ava, world.dana)
    editing.to_review(info={"first_name": "Diana", "local_part": "diana"})
    runs = [editing]

    def grow(count: int) -> None:
        give(world.dana, sell(world, count))
        give_roles(world.dana, count)
        runs.append(Editing(editing.visitor, world.dana))
        runs[-1].to_review(info={"first_name": "Diana", "local_part": "diana"}, licenses={"product": []})

    asks = {step: lambda step=step: editing.visitor.get(runs[-1].url(step)) for step in STEPS}
    with_licenses = always(19)  # a change of licenses is judged by what is held and by the location
    assert all_counted(asks, grow) == dict.fromkeys(STEPS, with_licenses)


def test_passing_a_step(world):
    editing = Editing(world.ava, world.dana)
    editing.to_review()

    def ask() -> Page:
        return editing.visitor.post(editing.url("info"), {"first_name": "Diana", "go": "next"})

    assert counted(ask, grow_everything(world), status=302) == always(17)


def test_complete(world):
    """One product is assigned; how many others the customer has makes no difference."""
    (product,) = sell(world, 1)
    people = iter([CustomerUserFactory(customer=world.fabrikam) for _ in range(1 + len(ROWS))])
    ready: list[Editing] = []

    def prepare() -> None:
        editing = Editing(world.ava, next(people))
        editing.to_review(
            info={"first_name": "Diana"}, roles={"kind": "global"}, licenses={"product": [str(product.pk)]}
        )
        ready.append(editing)

    def grow(count: int) -> None:
        grow_everything(world)(count)
        prepare()

    def ask() -> Page:
        return ready[-1].visitor.post(ready[-1].url("review"), {"go": "next"})

    prepare()
    assert counted(ask, grow, status=302) == always(44)


def test_the_result_page(world):
    runs: list[Editing] = []

    def grow(count: int) -> None:
        products = sell(world, count)
        editing = Editing(world.ava, world.dana)
        shown = [str(product.pk) for product in products]
        editing.next()
        editing.next()
        held = editing.form.values.get("product", [])
        editing.next(product=[*held, *shown])
        editing.complete()
        runs.append(editing)

    grow(1)
    asked = counted(lambda: runs[-1].visitor.get(runs[-1].result_url), grow)
    assert asked == always(18)


# What is done to selected users ---------------------------------------------------------------------------------------


def casual(world) -> list[CustomerUser]:
    return list(CustomerUser.objects.filter(customer=world.fabrikam, display_name__startswith="Casual"))


def test_the_page_before_something_is_done_to_users(world, ava):
    verbs = ("delete", "reset-password", "block")
    starts: dict[str, str] = {}

    def grow(count: int) -> None:
        add_users(world, count)
        starts.update({verb: start(ava, verb, *casual(world)).address for verb in verbs})

    asks = {verb: lambda verb=verb: ava.get(starts[verb]) for verb in verbs}
    grow(1)
    assert all_counted(asks, lambda count: grow(count - 1) if count == 1 else grow(count)) == {
        "delete": always(13),
        "reset-password": always(10),
        "block": always(10),
    }


def delete_all(world) -> None:
    for user in casual(world):
        if user.deleted_at is None:
            delete_user(by=SYSTEM, user=user)


def test_the_deleted_users_and_the_page_before_they_are_restored(world, ava):
    address = reverse("deleted-users", args=[world.fabrikam.pk])
    starts: list[str] = []

    def grow(count: int) -> None:
        add_users(world, count)
        delete_all(world)
        starts.append(start(ava, "restore", *casual(world)).address)

    grow(1)
    asks = {"list": lambda: ava.get(address), "restore": lambda: ava.get(starts[-1])}
    assert all_counted(asks, lambda count: grow(count - 1) if count == 1 else grow(count)) == {
        "list": always(9),
        "restore": always(16),
    }


def test_each_step_of_add_user_and_the_list_of_templates(world, ava):
    page = ava.open(reverse("add-user", args=[world.fabrikam.pk]))
    wizard = page.address.rsplit("/", 2)[0]
    ana = {"first_name": "Ana", "last_name": "B", "display_name": "Ana B", "local_part": "ana"}
    for changes in (ana, {}, {}):
        page = ava.arrive(page.form("wizard-form").submit(changes, press="Next"))
    asks = {step: lambda step=step: ava.get(f"{wizard}/{step}/") for step in STEPS}
    asks["templates"] = lambda: ava.get(reverse("user-templates", args=[world.fabrikam.pk]))

    def grow(count: int) -> None:
        grow_everything(world)(max(count, 1))
        for _ in range(count):
            content = TemplateContent(name=uuid.uuid4().hex)
            save_template(by=principal(world.ava), customer=world.fabrikam, content=content)

    assert all_counted(asks, grow) == {
        "info": always(17),
        "permissions": always(16),
        "licenses": always(16),
        "review": always(16),
        "templates": always(10),
    }
