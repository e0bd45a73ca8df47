"""Two come with one code at the same moment."""

import pytest
from django.test import Client

from partnercenter.accounts.tokens.codes import new_code
from partnercenter.accounts.tokens.redirects import reply_address
from partnercenter.accounts.tokens.resources import wanted_by_scope
from tests.accounts.conftest import AT_GRAPH, program
from tests.cast import lasting_world

__all__ = ["lasting_world"]

BACK = "https://desk.example/back"


@pytest.mark.race
def test_of_eight_that_come_with_one_code_one_gets_tokens(race, lasting_world):
    contoso, ava = lasting_world.contoso, lasting_world.ava
    desk = program(contoso, "Contoso Desk", redirect_uris=[BACK])
    reply = reply_address({"client_id": str(desk.app.pk), "redirect_uri": BACK}, where="")
    wanted = wanted_by_scope(f"openid {AT_GRAPH}", tenant="")
    code = new_code(user=ava, reply=reply, segment="common", wanted=wanted, asked={}, has_mfa=True)
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "scope": AT_GRAPH, **desk.proof}

    def redeem():
        return Client().post(f"/{contoso.pk}/oauth2/v2.0/token", fields).status_code

    assert sorted(race([redeem] * 8)) == [200, *[400] * 7]
