"""Accounts are shown; only the password of an ops account is set here."""

import pytest
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, reverse

from partnercenter.accounts.models import User
from tests.admin.pages import address

NEW = {"password1": "a-long-new-secret", "password2": "a-long-new-secret", "usable_password": "true"}


def password_form(user):
    return reverse("admin:auth_user_password_change", args=[user.pk])


def test_ops_set_the_password_of_an_ops_account(as_ops, ops):
    assert as_ops.get(password_form(ops)).status_code == 200
    assert as_ops.post(password_form(ops), NEW).status_code == 302
    assert User.objects.get(pk=ops.pk).check_password("a-long-new-secret")


def test_the_password_of_partner_staff_is_not_set_here(as_ops, world):
    before = User.objects.get(pk=world.ava.pk).password
    answers = [as_ops.get(password_form(world.ava)), as_ops.post(password_form(world.ava), NEW)]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert User.objects.get(pk=world.ava.pk).password == before


def test_the_page_of_an_ops_account_leads_to_the_password_form_and_that_of_staff_does_not(as_ops, ops, world):
    leads = {
        user.username: password_form(user) in as_ops.get(address(User, "change", user.pk)).content.decode()
        for user in (ops, world.ava)
    }
    assert leads == {"ops": True, world.ava.username: False}


def test_no_page_shows_the_hash_of_a_password(as_ops, ops):
    assert ops.password not in as_ops.get(address(User, "change", ops.pk)).content.decode()


def test_the_list_tells_the_partner_roles(as_ops, world):
    assert "Admin agent, Global admin" in as_ops.get(address(User)).content.decode()


def test_the_page_of_a_member_names_the_security_groups(as_ops, world):
    page = as_ops.get(address(User, "change", world.ava.pk)).content.decode()
    assert f'<a href="{address(type(world.leads), "change", world.leads.pk)}">GDAP Leads</a>' in page


def test_groups_of_django_have_no_page(as_ops):
    with pytest.raises(NoReverseMatch):
        address(Group)
