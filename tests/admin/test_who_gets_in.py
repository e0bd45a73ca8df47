"""The admin is for superusers alone."""

import pytest

from partnercenter.accounts.models import User

SIGN_IN = "/admin/login/"


def sign_in(client, username, password="demo"):  # noqa: S107  the demo's
    return client.post(f"{SIGN_IN}?next=/admin/", {"username": username, "password": password, "next": "/admin/"})


def refusal_of(answer):
    return answer.context["form"].non_field_errors()


def test_ops_sign_in_and_land_on_the_front_page(client, ops):
    answer = sign_in(client, "ops")
    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_partner_staff_are_told_at_the_sign_in_that_they_cannot_come_in(client, world):
    world.ava.set_password("demo")
    world.ava.save()
    answer = sign_in(client, world.ava.username)
    assert answer.status_code == 200
    assert len(refusal_of(answer)) == 1
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("how", ["sign in", "come signed in"])
def test_the_staff_flag_of_django_opens_nothing(client, world, how):
    User.objects.filter(pk=world.ava.pk).update(is_staff=True)
    world.ava.refresh_from_db()
    world.ava.set_password("demo")
    world.ava.save()
    if how == "sign in":
        assert len(refusal_of(sign_in(client, world.ava.username))) == 1
    else:
        client.force_login(world.ava)
    answer = client.get("/admin/")
    assert (answer.status_code, answer.url) == (302, f"{SIGN_IN}?next=/admin/")


def test_a_retired_superuser_stays_out(client, ops):
    User.objects.filter(pk=ops.pk).update(is_active=False)
    assert len(refusal_of(sign_in(client, "ops"))) == 1
