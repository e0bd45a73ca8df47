"""Every 403 says in `data` what is missing, which roles would do and how one comes by them; clients don't read it."""

import pytest

from tests.factories import StaffFactory
from tests.partner_center import Api, body_of, code_of

ROLES = "Admin agent, Global admin, Helpdesk agent, Sales agent or User management admin"
PERSON_ONLY = (
    "This operation asks for the roles of a person: send a token that the app got for somebody who is signed in, "
    "not one of the app alone."
)
NO_LINK = (
    "No living reseller relationship of your partner account leads to this customer, and no active admin relationship "
    "(GDAP) through a security group that you are a member of."
)
LEA_MAY_NOT_DELETE = (
    "To delete users at Fabrikam, Inc. you need User Administrator. It comes with membership of GDAP Leads "
    "(Privileged Authentication Administrator) or GDAP User admins (User Administrator)."
)
NOBODY_READS_TAILSPIN = (
    "To see users at Tailspin Toys you need Directory Readers, Global Reader or User Administrator. No security group "
    "of Contoso Cloud Partners has one of these roles here; an Admin agent can request an admin relationship with it."
)
OUT_OF_REACH = (
    "Global Admin is Global Administrator: only Global Administrator or Privileged Authentication Administrator may "
    "delete users here."
)
TO_REACH = "It comes with membership of GDAP Leads (Privileged Authentication Administrator)."


@pytest.mark.parametrize(
    ("who", "request_line", "code", "why"),
    [
        ("contoso", "GET /customers/{fabrikam}/users", 900329, [PERSON_ONLY]),
        ("max", "GET /customers/{tailspin}", 20002, [NO_LINK]),
        ("ava", "DELETE /customers/{fabrikam}", 2032, ["Customers are deleted in the sandbox only."]),
        ("lea", "DELETE /customers/{fabrikam}/users/{dana}", 900308, [LEA_MAY_NOT_DELETE]),
        ("ava", "GET /customers/{tailspin}/users", 900308, [NOBODY_READS_TAILSPIN]),
        ("uma", "DELETE /customers/{fabrikam}/users/{global_admin}", 900308, [OUT_OF_REACH, TO_REACH]),
    ],
)
def test_a_refusal_says_what_is_missing_and_where_it_comes_from(world, who, request_line, code, why):
    ids = {name: getattr(world, name).pk for name in ("fabrikam", "tailspin", "dana", "global_admin")}
    method, _, path = request_line.partition(" ")
    response = Api(getattr(world, who)).request(method, f"/v1{path.format(**ids)}", {})
    assert code_of(response) == (403, code)
    assert body_of(response)["data"] == why


def test_somebody_without_a_partner_role_is_told_which_would_do(world):
    response = Api(StaffFactory(partner=world.contoso, roles=[])).get("/v1/customers")
    assert body_of(response)["data"] == [f"Working with customers needs the partner role {ROLES}."]
