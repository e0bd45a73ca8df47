"""Running it twice changes nothing; a reset gives the same world again."""

import io

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import override_settings

from customers.models import Country, Customer, CustomerUser, DirectoryRole
from gdap.models import AccessAssignment, AdminRelationship
from gdap.services.relationships import terminate_relationship
from licensing.ledger import ledger_problems
from licensing.models import LicenseAssignment, Product, SubscribedSku, Subscription
from partnercenter import clock
from partnercenter.accounts.models import Partner, User
from partnercenter.accounts.principals import system
from partnercenter.audit.models import AuditRecord
from partnercenter.demo import ids, world
from partnercenter.demo.world import LedgerBroken, build_world, reset_world
from tests.demo.conftest import FEW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_demo_world")]


def reset():
    reset_world(users_of_adventure_works=FEW)


def counts():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}


def picture():
    """What somebody could have written down of the world, apart from moments in time."""
    return {
        "users": set(CustomerUser.objects.values_list("pk", "user_principal_name", "display_name", "version")),
        "subscriptions": set(Subscription.objects.values_list("pk", "order_id", "quantity", "friendly_name")),
        "seats": set(SubscribedSku.objects.values_list("customer", "product", "consumed_units")),
        "licenses": {
            (user, product, *disabled)
            for user, product, disabled in LicenseAssignment.objects.values_list(
                "user", "subscribed_sku__product", "disabled_plans"
            )
        },
        "relationships": set(AdminRelationship.objects.values_list("pk", "display_name", "auto_extend")),
        "assignments": set(AccessAssignment.objects.values_list("pk", "security_group", "roles")),
        "staff": set(User.objects.values_list("pk", "username", "groups__security_group")),
        # Several records share a moment and a thing; PostgreSQL gives such rows in any order.
        "audit": sorted(map(repr, AuditRecord.objects.values_list("resource_name", "operation", "after"))),
    }


def test_building_twice_changes_nothing():
    before = counts(), picture()

    assert build_world() is False
    assert (counts(), picture()) == before


def test_a_reset_gives_the_same_world_whatever_happened():
    before = counts(), picture()
    relationship = AdminRelationship.objects.get(pk=ids.FABRIKAM_RELATIONSHIP)
    terminate_relationship(by=system("test"), relationship=relationship)
    CustomerUser.objects.filter(pk=ids.DANA).update(display_name="Somebody else")
    Customer.objects.create(company_name="Left over", primary_domain="left-over.example")
    Session.objects.create(session_key="left-over", session_data="", expire_date=clock.now())

    reset()

    assert (counts(), picture()) == before
    assert ledger_problems() == []


def test_a_reset_keeps_the_catalogs():
    before = [model.objects.count() for model in (Country, DirectoryRole, Product)]

    reset()

    assert [model.objects.count() for model in (Country, DirectoryRole, Product)] == before


def test_a_world_with_a_broken_ledger_is_not_built(monkeypatch):
    monkeypatch.setattr(world, "ledger_problems", lambda: ["one seat too many"])

    with pytest.raises(LedgerBroken, match="one seat too many"):
        reset()

    assert Partner.objects.filter(pk=ids.CONTOSO).exists()


@pytest.mark.parametrize("options", [{}, {"reset": True}])
def test_outside_of_demo_mode_the_command_refuses(options):
    with override_settings(DEMO_MODE=False), pytest.raises(CommandError, match="DEMO_MODE"):
        call_command("demo", **options)


def test_the_command_prints_who_can_sign_in():
    printed = io.StringIO()

    call_command("demo", stdout=printed)

    assert "is there already" in printed.getvalue()
    assert all(name in printed.getvalue() for name in (ids.AVA, ids.NORA, ids.MAX, "global.admin@fabrikam.com", "ops"))
    assert '"demo"' in printed.getvalue()
