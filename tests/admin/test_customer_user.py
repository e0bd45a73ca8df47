"""The page that changes a person: everything goes through the service, and nothing typed is lost."""

from dataclasses import replace

import pytest

from customers.models import CustomerUser
from customers.queries import directory_role_ids
from customers.services import UserInfo, update_user
from licensing.models import LicenseAssignment, SubscribedSku
from licensing.queries import assigned_to
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from tests.admin.pages import address, errors_in, values_in
from tests.factories import SYSTEM, plan, role_ids, sku, stock

E1, E3 = "STANDARDPACK", "ENTERPRISEPACK"


@pytest.fixture
def page_of(as_ops, world):
    """`page_of(dana)` is the page as it opens."""
    return lambda user: as_ops.get(address(CustomerUser, "change", user.pk))


@pytest.fixture
def save(as_ops, page_of):
    """`save(dana, first_name="Danka")` sends the form back with these fields changed."""

    def send(user, **changed):
        values = values_in(page_of(user)) | changed
        return as_ops.post(address(CustomerUser, "change", user.pk), values)

    return send


def stored(user):
    return CustomerUser.objects.get(pk=user.pk)


def records_about(user):
    records = AuditRecord.objects.filter(resource_id=str(user.pk), door="admin").order_by("operation")
    return [(entry.operation, entry.principal_name, entry.before, entry.after) for entry in records]


def test_a_new_name_is_saved_and_recorded_with_the_door_and_the_name_of_ops(save, world):
    answer = save(world.dana, first_name="Danka", display_name="Danka Hudecova")
    assert (answer.status_code, answer.url) == (302, address(CustomerUser))
    assert stored(world.dana).display_name == "Danka Hudecova"
    assert records_about(world.dana) == [
        (
            "update_customer_user",
            "ops",
            {"first_name": "Dana", "display_name": "Dana Hudecova"},
            {"first_name": "Danka", "display_name": "Danka Hudecova"},
        )
    ]


def test_the_message_names_the_user_by_the_new_name(as_ops, save, world):
    save(world.dana, user_principal_name="danka@fabrikam.com")
    assert "danka@fabrikam.com" in as_ops.get(address(CustomerUser)).content.decode()
    assert stored(world.dana).user_principal_name == "danka@fabrikam.com"


def test_saving_without_a_change_writes_and_records_nothing(save, world):
    assert save(world.dana).status_code == 302
    assert stored(world.dana).version == world.dana.version
    assert records_about(world.dana) == []


def test_a_name_in_a_foreign_domain_is_refused_at_the_field_and_what_was_typed_stays(save, world):
    answer = save(world.dana, user_principal_name="dana@elsewhere.example", first_name="Danka")
    assert errors_in(answer) == {
        "user_principal_name": [
            "elsewhere.example is not a verified domain of Fabrikam, Inc.; choose one from the list."
        ]
    }
    assert values_in(answer)["first_name"] == "Danka"
    assert values_in(answer)["user_principal_name"] == "dana@elsewhere.example"
    assert UserInfo.of(stored(world.dana)) == UserInfo.of(world.dana)
    assert records_about(world.dana) == []


def test_every_problem_stands_at_its_own_field(save, world):
    answer = save(world.dana, user_principal_name="no at sign", first_name="Da\x07na")
    assert sorted(errors_in(answer)) == ["first_name", "user_principal_name"]


def test_directory_roles_come_and_go(save, world):
    wanted = role_ids("License Administrator", "Helpdesk Administrator")
    save(world.dana, roles=wanted)
    assert directory_role_ids(world.dana) == frozenset(wanted)
    save(world.dana, roles=[])
    assert directory_role_ids(world.dana) == frozenset()
    assert [operation for operation, *_ in records_about(world.dana)] == ["add_user_member", "remove_user_member"]


def test_the_last_global_administrator_goes_only_when_that_is_confirmed(save, world):
    answer = save(world.global_admin, roles=[])
    assert list(errors_in(answer)) == ["confirm_last_global_admin"]
    assert directory_role_ids(world.global_admin) == frozenset(role_ids("Global Administrator"))
    save(world.global_admin, roles=[], confirm_last_global_admin="on")
    assert directory_role_ids(world.global_admin) == frozenset()


def test_licenses_come_and_go_and_the_rest_keep_their_plans(save, world):
    for part in (E1, E3):
        stock(world.fabrikam, part, seats=2)
    switched_off = frozenset({plan(E1, "EXCHANGE_S_STANDARD")})
    start = LicenseUpdate(assign=(LicenseToAssign(sku(E1), switched_off),))
    update_licenses(by=SYSTEM, user=world.dana, update=start)
    save(world.dana, licenses=[sku(E1)])
    assert assigned_to(world.dana) == {sku(E1): switched_off}
    save(world.dana, licenses=[])
    assert assigned_to(world.dana) == {}
    save(world.dana, licenses=[sku(E3)])
    assert assigned_to(world.dana) == {sku(E3): frozenset()}


def test_the_choice_of_licenses_says_how_many_are_left(page_of, world):
    stock(world.fabrikam, E3, seats=2)
    form = page_of(world.dana).context["adminform"].form
    assert form.fields["licenses"].choices == [(str(sku(E3)), "Office 365 E3 (2 of 2 available)")]


def test_a_missing_seat_is_told_at_the_licenses_and_nothing_at_all_is_saved(save, world):
    owned = stock(world.fabrikam, E3, seats=1)
    taken = LicenseUpdate(assign=(LicenseToAssign(sku(E3)),))
    update_licenses(by=SYSTEM, user=world.global_admin, update=taken)
    answer = save(world.dana, first_name="Danka", licenses=[sku(E3)], roles=role_ids("Helpdesk Administrator"))
    assert errors_in(answer) == {
        "licenses": ["Office 365 E3 has no available license left. Buy more, or remove it from somebody."]
    }
    assert stored(world.dana).first_name == "Dana"
    assert directory_role_ids(world.dana) == frozenset()
    assert SubscribedSku.objects.get(pk=owned.pk).consumed_units == LicenseAssignment.objects.count() == 1
    assert records_about(world.dana) == []


def test_a_change_by_somebody_else_is_shown_and_replaced_only_by_saving_again(as_ops, page_of, world):
    typed = values_in(page_of(world.dana)) | {"first_name": "Danka"}
    update_user(by=SYSTEM, user=world.dana, info=replace(UserInfo.of(world.dana), last_name="Novakova"))
    path = address(CustomerUser, "change", world.dana.pk)
    answer = as_ops.post(path, typed)
    assert sorted(errors_in(answer)) == ["__all__", "first_name", "last_name"]
    assert stored(world.dana).last_name == "Novakova"
    assert as_ops.post(path, values_in(answer)).status_code == 302
    assert (stored(world.dana).first_name, stored(world.dana).last_name) == ("Danka", "Hudecova")


def test_a_deleted_user_is_shown_but_not_changed(as_ops, page_of, world):
    CustomerUser.objects.filter(pk=world.dana.pk).update(deleted_at=clock.now())
    assert page_of(world.dana).status_code == 200
    assert as_ops.post(address(CustomerUser, "change", world.dana.pk), {}).status_code == 403


def test_the_password_of_a_user_is_never_shown(page_of, world):
    CustomerUser.objects.filter(pk=world.dana.pk).update(password="argon2$secret")
    assert "argon2$secret" not in page_of(world.dana).content.decode()


def test_the_history_of_a_user_is_its_audit_record(as_ops, save, world):
    save(world.dana, first_name="Danka")
    answer = as_ops.get(address(CustomerUser, "history", world.dana.pk), follow=True)
    assert [entry.operation for entry in answer.context["cl"].result_list] == ["update_customer_user"]


def test_a_list_that_a_link_narrowed_says_so_and_shows_nothing_else(as_ops, world):
    page = as_ops.get(address(CustomerUser), {"customer": world.northwind.pk})
    assert list(page.context["cl"].result_list) == [world.dana_of_northwind]
    assert "Northwind Traders" in page.content.decode()


def test_a_broken_id_in_the_address_of_a_list_is_no_error(as_ops, world):
    answer = as_ops.get(address(CustomerUser), {"customer": "nonsense"})
    assert (answer.status_code, answer.url) == (302, f"{address(CustomerUser)}?e=1")
