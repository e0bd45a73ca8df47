"""The demo world: the same ids, names and numbers on every machine, made in seconds."""

from datetime import datetime

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction

from customers.models import Country, DirectoryRole
from customers.services.reference import load_reference_data
from licensing.ledger import ledger_problems
from licensing.models import Product, ProductServicePlan, ServicePlan
from licensing.services.catalog import load_catalog
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import system
from partnercenter.audit.services import removal
from partnercenter.demo import adventure_works, fabrikam, ids, neighbors
from partnercenter.demo.customers import add_customers
from partnercenter.demo.history import add_history
from partnercenter.demo.moments import FOUNDED, ago
from partnercenter.demo.partners import add_groups, add_partners, add_staff
from partnercenter.demo.people import add_people
from partnercenter.demo.programs import add_programs
from partnercenter.demo.relationships import add_relationships
from partnercenter.demo.subscriptions import add_software, add_subscriptions
from partnercenter.emulator.services import reset as reset_clock

# Not of the world: read from data files, or made by migrations.
_KEPT = (Country, DirectoryRole, Product, ServicePlan, ProductServicePlan, ContentType, Permission)


class LedgerBroken(RuntimeError):
    """The world that was built breaks the law that consumed units are assignments; it is rolled back."""


def world_exists() -> bool:
    return Partner.objects.filter(pk=ids.CONTOSO).exists()


@transaction.atomic
def build_world(*, users_of_adventure_works: int = adventure_works.USERS) -> bool:
    """Build the demo world, unless it is there already; returns whether it did.

    A test that does not look at long lists may ask for fewer users. The clock stands at other moments meanwhile,
    for the whole process: do not build while the same process serves requests.
    """
    if world_exists():
        return False
    if not Product.objects.exists():
        load_reference_data()
        load_catalog()
    today = clock.now().replace(microsecond=0)
    _build(today, users_of_adventure_works)
    problems = ledger_problems()
    if problems:
        raise LedgerBroken("\n".join(problems))
    _count_rows()
    return True


def _count_rows() -> None:
    """Let PostgreSQL plan for the rows that are there now; by itself it would look again after a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(connection.ops.quote_name(table) for table in _tables())}")


def _build(today: datetime, users_of_adventure_works: int) -> None:
    by = system("demo")
    password = make_password(ids.PASSWORD)  # hashed once: it is slow on purpose
    with ago(today, days=FOUNDED):
        partners = add_partners()
        add_staff(password=password)
        groups = add_groups(partners, by=by)
        add_programs(by=by, partners=partners)
        customers = add_customers()
    add_subscriptions(by=by, customers=customers, partners=partners, today=today)
    add_software(by=by, customers=customers, partners=partners, today=today)
    people = {
        ids.FABRIKAM: fabrikam.people(),
        ids.ADVENTURE_WORKS: adventure_works.KNOWN,
        **neighbors.PEOPLE,
    }
    for customer_id, rows in people.items():
        add_people(by=by, customer=customers[customer_id], people=rows, password=password, today=today)
    adventure_works.add_crowd(
        customer=customers[ids.ADVENTURE_WORKS], users=users_of_adventure_works, password=password, today=today
    )
    add_relationships(by=by, customers=customers, partners=partners, groups=groups, today=today)
    add_history(today=today)


@transaction.atomic
def reset_world(*, users_of_adventure_works: int = adventure_works.USERS) -> None:
    """Put the world back to how `build_world` makes it: sessions, audit records and everything else go, catalogs stay.

    One transaction: whoever reads meanwhile sees the old world or the new one. A clock that was moved goes by the wall
    again, and that comes first: the world is built back from today.
    """
    reset_clock(by=system("demo"))
    wipe()
    build_world(users_of_adventure_works=users_of_adventure_works)


def wipe() -> None:
    """Empty every table except the catalogs, past the models: audit records refuse to be deleted one by one."""
    connection.check_constraints()  # PostgreSQL truncates no table for which a check is still due
    statements = connection.ops.sql_flush(no_style(), _tables(), reset_sequences=True)
    with removal("the demo begins anew"):
        connection.ops.execute_sql_flush(statements)


def _tables() -> list[str]:
    models = (model for model in apps.get_models(include_auto_created=True) if model not in _KEPT)
    return sorted({model._meta.db_table for model in models})  # noqa: SLF001  Django documents it
