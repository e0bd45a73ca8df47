"""`manage.py issue_token`: a token without a sign-in, for whoever sits at the server."""

import pytest
from django.core.management import CommandError, call_command

from partnercenter.accounts.signing import verified_claims

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def issued(capsys):
    def issued(*arguments):
        call_command("issue_token", *map(str, arguments))
        return verified_claims(capsys.readouterr().out.strip())

    return issued


def test_a_person_gets_one_through_an_app_of_theirs(world, desk, issued):
    claims = issued(world.ava.username)
    assert (claims["upn"], claims["aud"], claims["tid"], claims["appid"], claims["amr"]) == (
        world.ava.username,
        "https://api.partnercenter.microsoft.com",
        str(world.contoso.pk),
        str(desk.app.pk),
        ["pwd", "mfa"],
    )


def test_tenant_resource_app_and_second_factor_are_options(world, handset, issued):
    options = ("--tenant", "fabrikam.com", "--resource", "graph", "--app", handset.app.pk, "--without-mfa")
    claims = issued(world.lea.username, *options)
    assert (claims["aud"], claims["tid"], claims["appid"], claims["amr"]) == (
        "https://graph.microsoft.com",
        str(world.fabrikam.pk),
        str(handset.app.pk),
        ["pwd"],
    )


def test_an_app_gets_one_of_its_own(desk, issued):
    claims = issued(desk.app.pk)
    assert (claims["idtyp"], claims["appid"], "upn" in claims) == ("app", str(desk.app.pk), False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nobody@contoso-partners.example"], 50034),
        (["max.admin@litware-partners.example"], 700016),
        (["nora.nogroup@contoso-partners.example", "--tenant", "fabrikam.com"], 50020),
        (["ava.admin@contoso-partners.example", "--tenant", "nowhere.example"], 90002),
        (["ava.admin@contoso-partners.example", "--resource", "https://elsewhere.example"], 500011),
        (["no-such-app"], 700016),
    ],
)
def test_what_no_sign_in_would_give_is_refused_here_too(issued, arguments, code):
    with pytest.raises(CommandError, match=f"^AADSTS{code}: "):
        issued(*arguments)
