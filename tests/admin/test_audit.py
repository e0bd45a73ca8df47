"""The record tells all, leads to what it speaks of, and outlives it."""

import uuid
from dataclasses import replace

from customers.models import Customer, CustomerUser
from customers.services import UserInfo, update_user
from partnercenter.audit.models import AuditRecord, Operation, ResourceType
from partnercenter.audit.services import record
from tests.admin.pages import address
from tests.factories import SYSTEM


def rename(user, first_name):
    update_user(by=SYSTEM, user=user, info=replace(UserInfo.of(user), first_name=first_name))
    return AuditRecord.objects.get(resource_id=str(user.pk))


def test_a_record_leads_to_the_customer_and_the_user(as_ops, world):
    entry = rename(world.dana, "Danka")
    page = as_ops.get(address(AuditRecord, "change", entry.pk)).content.decode()
    assert f'<a href="{address(Customer, "change", world.fabrikam.pk)}">Fabrikam, Inc.</a>' in page
    assert f'<a href="{address(CustomerUser, "change", world.dana.pk)}">dana.hudecova@fabrikam.com</a>' in page
    assert "&quot;first_name&quot;: &quot;Danka&quot;" in page


def test_a_link_to_what_is_gone_ends_on_the_front_page_with_a_word(as_ops, world):
    gone = uuid.uuid4()
    entry = record(
        by=SYSTEM,
        operation=Operation.DELETE_CUSTOMER_USER,
        resource_type=ResourceType.CUSTOMER_USER,
        resource_id=gone,
        resource_name="gone@fabrikam.com",
    )
    assert as_ops.get(address(AuditRecord, "change", entry.pk)).status_code == 200
    answer = as_ops.get(address(CustomerUser, "change", gone), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]


def test_the_id_of_a_user_or_customer_finds_the_records_about_them(as_ops, world):
    entry = rename(world.dana, "Danka")
    found = {
        key: list(as_ops.get(address(AuditRecord), {"q": str(key)}).context["cl"].result_list)
        for key in (world.dana.pk, entry.pk)
    }
    assert found == {world.dana.pk: [entry], entry.pk: [entry]}


def test_a_list_narrowed_to_a_removed_customer_is_empty_and_not_everything(as_ops, world):
    rename(world.dana, "Danka")
    page = as_ops.get(address(AuditRecord), {"customer_id": str(uuid.uuid4())})
    assert list(page.context["cl"].result_list) == []


def test_the_record_is_narrowed_by_door(as_ops, world):
    rename(world.dana, "Danka")
    found = {
        door: {entry.door for entry in as_ops.get(address(AuditRecord), {"door": door}).context["cl"].result_list}
        for door in ("command", "graph")
    }
    assert found == {"command": {"command"}, "graph": set()}
