"""What clients read about the token service before they use it."""

import pytest

from tests.accounts.conftest import refused


def test_the_configuration_of_v2_names_tenants_by_id(world, client):
    told = client.get("/contoso-partners.example/v2.0/.well-known/openid-configuration").json()
    here = f"http://testserver/{world.contoso.pk}"
    assert {name: told[name] for name in ("issuer", "token_endpoint", "authorization_endpoint", "jwks_uri")} == {
        "issuer": f"https://login.microsoftonline.com/{world.contoso.pk}/v2.0",
        "token_endpoint": f"{here}/oauth2/v2.0/token",
        "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
        "jwks_uri": f"{here}/discovery/v2.0/keys",
    }
    assert told["device_authorization_endpoint"] == f"{here}/oauth2/v2.0/devicecode"


def test_the_configuration_of_v1_has_its_own_issuer_and_addresses(world, client):
    told = client.get(f"/{world.fabrikam.pk}/.well-known/openid-configuration").json()
    here = f"http://testserver/{world.fabrikam.pk}"
    assert (told["issuer"], told["token_endpoint"], told["jwks_uri"]) == (
        f"https://sts.windows.net/{world.fabrikam.pk}/",
        f"{here}/oauth2/token",
        f"{here}/discovery/keys",
    )


@pytest.mark.parametrize("tenant", ["common", "organizations"])
def test_common_leaves_the_tenant_open(world, client, tenant):
    told = client.get(f"/{tenant}/v2.0/.well-known/openid-configuration").json()
    assert (told["issuer"], told["token_endpoint"]) == (
        "https://login.microsoftonline.com/{tenantid}/v2.0",
        f"http://testserver/{tenant}/oauth2/v2.0/token",
    )


def test_every_address_that_is_named_answers(world, client):
    told = client.get("/common/v2.0/.well-known/openid-configuration").json()
    ours = [url for url in told.values() if isinstance(url, str) and url.startswith("http://testserver")]
    assert [url for url in ours if client.get(url).status_code == 404] == []


def test_instance_discovery_speaks_for_this_server(world, client):
    asked = {"api-version": "1.1", "authorization_endpoint": "https://testserver/fabrikam.com/oauth2/v2.0/authorize"}
    assert client.get("/common/discovery/instance", asked).json() == {
        "tenant_discovery_endpoint": "http://testserver/fabrikam.com/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [{"preferred_network": "testserver", "preferred_cache": "testserver", "aliases": ["testserver"]}],
    }


@pytest.mark.parametrize(
    "asked", ["", "x", "https://a/..%2f..%2fadmin/x", "https://a/b\x00/c", "https://a/%0d%0aX: y/c"]
)
def test_instance_discovery_of_nonsense_is_no_error_of_ours(world, client, asked):
    assert client.get("/common/discovery/instance", {"authorization_endpoint": asked}).status_code == 200


@pytest.mark.parametrize(
    ("tenant", "code"), [("nowhere.example", 90002), ("not-a-tenant", 900023), ("x" * 300, 900023), ("a.b\x00", 900023)]
)
def test_a_tenant_that_is_not_there_is_refused(world, client, tenant, code):
    for path in ("v2.0/.well-known/openid-configuration", "discovery/v2.0/keys"):
        assert refused(client.get(f"/{tenant}/{path}")) == (400, "invalid_request", code)


def test_these_addresses_are_for_reading(world, client):
    assert refused(client.post("/common/discovery/keys")) == (400, "invalid_request", 900561)
