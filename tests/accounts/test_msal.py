"""Microsoft's own client library, unchanged, against a server process.

MSAL refuses authorities that are not https, and the server under test speaks http on loopback, as behind a proxy. So
what MSAL gets as its `http_client` is a plain `requests` session that takes the place of a TLS-ending proxy: it sends
each https request to the server as http and says so in X-Forwarded-Proto, which the server trusts (BEHIND_PROXY).
"""

import re
from time import sleep
from urllib.parse import urlsplit, urlunsplit

import msal
import pytest
import requests
from requests.adapters import HTTPAdapter

from partnercenter.demo import ids
from partnercenter.demo.partners import STAFF
from tests.plugins.portal import _running_portal

AT_PARTNER_CENTER = ["https://api.partnercenter.microsoft.com/.default"]
AT_GRAPH = ["https://graph.microsoft.com/.default"]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]+)">')
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

pytestmark = pytest.mark.slow


class Proxy(HTTPAdapter):
    """Ends TLS, so to speak: whatever host and port an https address names, the server at `url` answers."""

    def __init__(self, url):
        super().__init__()
        self.server = urlsplit(url)

    def send(self, request, **options):
        asked = urlsplit(request.url)
        request.headers.update({"X-Forwarded-Proto": "https", "Host": self.server.netloc})
        request.url = urlunsplit(asked._replace(scheme="http", netloc=self.server.netloc))
        return super().send(request, **options)


def new_session():
    """Without a look at the environment, where `requests` would take BEHIND_PROXY for the address of a proxy."""
    session = requests.Session()
    session.trust_env = False
    return session


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BEHIND_PROXY", "true")
        with _running_portal(tmp_path_factory) as portal:
            yield portal


@pytest.fixture
def session(portal):
    session = new_session()
    session.mount("https://", Proxy(portal.url))
    return session


@pytest.fixture
def app_at(portal, session):
    """`app_at(tenant, secret=...)`: an MSAL app; without a secret the public one."""

    def app_at(tenant, *, secret=ids.APP_CLIENT_SECRET, cache=None):
        options = {
            "authority": f"https://{urlsplit(portal.url).netloc}/{tenant}",
            "instance_discovery": False,
            "http_client": session,
            "token_cache": cache,
        }
        if secret:
            return msal.ConfidentialClientApplication(str(ids.APP_CLIENT_ID), client_credential=secret, **options)
        return msal.PublicClientApplication(str(ids.PUBLIC_CLIENT_ID), **options)

    return app_at


def by_password(app, username=ids.AVA, password=ids.PASSWORD, scopes=AT_PARTNER_CENTER):
    return app.acquire_token_by_username_password(username, password, scopes=scopes)


def post_form(session, url, **fields):
    """What a person does in a browser without scripts."""
    token = CSRF.search(session.get(url).text).group(1)
    answer = session.post(url, {"csrfmiddlewaretoken": token, **fields}, headers={"Referer": url})
    assert answer.status_code == 200
    return answer


def test_client_credentials(app_at):
    answer = app_at(ids.CONTOSO).acquire_token_for_client(AT_PARTNER_CENTER)
    assert (answer["token_type"], answer["expires_in"], answer["token_source"]) == (
        "Bearer",
        3599,
        "identity_provider",
    )


def test_a_bad_secret_is_refused_as_msal_expects(app_at):
    answer = app_at(ids.CONTOSO, secret="wrong").acquire_token_for_client(AT_PARTNER_CENTER)
    assert (answer["error"], answer["error_codes"]) == ("invalid_client", [7000215])
    assert answer["error_description"].startswith("AADSTS7000215: Invalid client secret provided.")
    assert "access_token" not in answer


def test_a_tenant_that_is_not_there_is_refused_when_the_app_is_made(app_at):
    with pytest.raises(ValueError, match="Unable to get authority configuration"):
        app_at("nowhere.example")


def test_name_and_password_then_silently_from_the_cache_then_by_refresh(app_at):
    app = app_at(ids.CONTOSO_DOMAIN)
    answer = by_password(app)
    assert answer["id_token_claims"]["preferred_username"] == ids.AVA
    (account,) = app.get_accounts()
    assert account["username"] == ids.AVA
    cached = app.acquire_token_silent(AT_PARTNER_CENTER, account)
    assert (cached["access_token"], cached["token_source"]) == (answer["access_token"], "cache")
    renewed = app.acquire_token_silent(AT_PARTNER_CENTER, account, force_refresh=True)
    assert renewed["token_source"] == "identity_provider"
    assert renewed["access_token"] != answer["access_token"]


def test_all_staff_of_the_demo_get_tokens_through_an_app_of_their_partner(app_at):
    app = app_at("common")
    told = {staff.username: by_password(app, staff.username).get("error_codes") for staff in STAFF}
    assert told == {staff.username: [65001] if staff.username == ids.MAX else None for staff in STAFF}


def test_a_wrong_password_is_refused(app_at):
    assert by_password(app_at(ids.CONTOSO), password="wrong")["error_codes"] == [50126]


def test_one_refresh_token_reaches_the_customers_and_no_others(app_at):
    refresh_token = by_password(app_at(ids.CONTOSO))["refresh_token"]
    reached = app_at(ids.FABRIKAM).acquire_token_by_refresh_token(refresh_token, AT_GRAPH)
    assert reached["id_token_claims"]["tid"] == str(ids.FABRIKAM)
    refused = app_at(ids.TAILSPIN).acquire_token_by_refresh_token(refresh_token, AT_GRAPH)
    assert (refused["error"], refused["error_codes"]) == ("invalid_grant", [50020])


def test_a_device_signs_in_while_a_person_types_its_code(portal, app_at):
    app = app_at(ids.CONTOSO, secret="")
    flow = app.initiate_device_flow(AT_GRAPH)
    assert flow["verification_uri"] == f"https://{urlsplit(portal.url).netloc}/devicelogin"
    pending = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    assert (pending["error"], pending["error_codes"]) == ("authorization_pending", [70016])
    browser = new_session()
    post_form(browser, f"{portal.url}/sign-in/", username=ids.AVA, password=ids.PASSWORD)
    page = f"{portal.url}/devicelogin"
    assert "You have signed in" in post_form(browser, page, user_code=flow["user_code"], decision="approve").text
    sleep(flow["interval"])  # MSAL itself insists
    answer = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    assert answer["id_token_claims"]["preferred_username"] == ids.AVA


def test_a_browser_signs_in_and_comes_back_with_a_code(portal, app_at):
    app = app_at(ids.CONTOSO)
    flow = app.initiate_auth_code_flow(AT_GRAPH, redirect_uri="http://localhost:8400/", response_mode="form_post")
    browser = new_session()
    post_form(browser, f"{portal.url}/sign-in/", username=ids.AVA, password=ids.PASSWORD)
    address = urlsplit(flow["auth_uri"])._replace(scheme="http")
    page = browser.get(urlunsplit(address)).text
    assert 'action="http://localhost:8400/"' in page
    told = dict(HIDDEN.findall(page))
    answer = app.acquire_token_by_auth_code_flow(flow, told)
    assert answer["id_token_claims"]["preferred_username"] == ids.AVA
    again = app.acquire_token_by_auth_code_flow(flow, told)
    assert again["error_codes"] == [54005]
