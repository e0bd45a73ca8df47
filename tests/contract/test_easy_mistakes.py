"""What an emulator easily gets wrong, looked for in every answer at once (partner_center_contract part 12).

The numbers are those of that list; what is not here has a test where it belongs.
"""

import json
import re
from urllib.parse import quote, urlsplit

import pytest

from customers.services import delete_user
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from tests.cast import after, principal
from tests.contract.test_clients import JAVA, NET, NODE
from tests.factories import SYSTEM, CustomerUserFactory, SubscriptionFactory, sku, stock
from tests.partner_center import BOM, Api, body_of

# What the Java SDK knows; any other word makes it refuse the whole answer (section 1.11).
WORDS = {
    "state": {"active", "inactive", "Active"},
    "userDomainType": {"none", "managed", "federated"},
    "relationshipToPartner": {"unknown", "none", "reseller", "advisor", "syndication", "microsoft_support"},
    "licenseGroupId": {"none", "group1", "group2"},
    "billingCycle": {"unknown", "monthly", "annual", "none", "one_time"},
    "billingType": {"none", "usage", "license"},
    "contractType": {"subscription"},
}
SUBSCRIPTION_STATUS = {"none", "active", "suspended", "deleted"}
URI = re.compile(r"/(?!v1/|/)[A-Za-z0-9\-._~/:@!$&'()*+,;=?%]*")


@pytest.fixture
def paths(world):
    """Everything that can be read of a customer that has one of each."""
    user = CustomerUserFactory(customer=world.fabrikam)
    stock(world.fabrikam, "POWER_BI_PRO", seats=3)
    update_licenses(by=SYSTEM, user=world.dana, update=LicenseUpdate(assign=(LicenseToAssign(sku("POWER_BI_PRO")),)))
    ending = SubscriptionFactory(
        customer=world.fabrikam, partner=world.contoso, product="ENTERPRISEPACK", auto_renew=False, commerce="classic"
    )
    delete_user(by=principal(world.ava), user=user)
    name = quote('{"Field":"CompanyName","Value":"fab & \\"so\\"","Operator":"starts_with"}')
    gone = quote('{"Field":"UserState","Value":"Inactive","Operator":"equals"}')
    customer = f"/v1/customers/{world.fabrikam.pk}"
    own = (
        "", "/profiles/company", "/profiles/billing", "/organization", "/customdomains", "/users?size=1",
        f"/users?filter={gone}", f"/users/{world.dana.pk}", f"/users/{world.dana.pk}/licenses",
        f"/users/{world.dana.pk}/directoryroles", "/directoryroles", "/subscribedskus", "/subscriptions",
        f"/subscriptions/{ending.pk}", f"/subscriptions/{ending.pk}/provisioningstatus", "/orders", "/entitlements",
        f"/subscriptions/{ending.pk}/supportcontact", "/agreements", "/qualifications", "/relationships",
        "/managedservices", "/servicerequests",
    )  # fmt: skip
    partners = (
        "customers?size=2", f"customers?filter={name}", "auditrecords", "countryvalidationrules/US",
        "offers?country=US", "offercategories?country=US", "agreements", "profiles/organization", "profiles/support",
    )  # fmt: skip
    return [*(f"{customer}{path}" for path in own), *(f"/v1/{path}" for path in partners)]


def inside(value, name=""):
    """Every member of every object, with its name."""
    yield name, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from inside(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from inside(item, name)


def read(world, paths, **headers):
    """Path -> answer, a year and a day later, when the classic subscription has expired."""
    with after(days=366):
        return {path: Api(world.ava, **headers).get(path) for path in paths}


def test_what_is_easily_wrong_is_right_in_every_answer(world, paths):
    answers, to_java = read(world, paths, **NET), read(world, paths, **JAVA)
    assert [path for path, answer in answers.items() if answer.status_code != 200] == []
    assert [path for path, answer in answers.items() if misshapen(answer)] == []
    assert [(path, word) for path, answer in to_java.items() for word in unknown_words(path, answer)] == []
    assert b'"expired"' in b"".join(answer.content for answer in answers.values())  # .NET does know it
    links = [link for answer in answers.values() for link in links_in(answer)]
    assert len(links) > len(paths)
    assert [link for link in links if misspelled(link)] == []


def misshapen(answer):
    """2, 7, 22: one byte order mark, nulls left out, the members of the envelope in their order."""
    body = answer.content.removeprefix(BOM)
    parsed = json.loads(body)
    if not answer.content.startswith(BOM) or body.startswith(BOM) or any(value is None for _, value in inside(parsed)):
        return True
    if isinstance(parsed, list):
        return False
    return list(parsed)[-1] != "attributes" or parsed.get("totalCount", 0) != len(parsed.get("items", ()))


def unknown_words(path, answer):
    """1: one bad word kills the whole answer."""
    for name, value in inside(body_of(answer)):
        known = SUBSCRIPTION_STATUS if name == "status" and "/subscriptions" in path else WORDS.get(name)
        if known is not None and isinstance(value, str) and value not in known | {"success"}:
            yield name, value


def links_in(answer):
    return [
        value for _, value in inside(body_of(answer)) if isinstance(value, dict) and {"uri", "method"} <= set(value)
    ]


def misspelled(link):
    """6, 20, 23: `java.net.URI` refuses the whole answer for one brace, and .NET drops a base path."""
    return not URI.fullmatch(link["uri"]) or urlsplit(link["uri"]).netloc or not isinstance(link["headers"], list)


def test_a_link_leads_back_to_what_it_stands_in(world, paths):
    """5, 25: also behind a doubled slash, in capitals, and with a blank around the id."""
    chosen = [path for path in paths if "?" in path or path.endswith(("/subscriptions", "/orders", "/agreements"))]
    wrong = []
    for path, answer in read(world, chosen).items():
        own = body_of(answer).get("links", {}).get("self")
        again = read(world, [f"/v1/{own['uri']}"])[f"/v1/{own['uri']}"] if own else answer
        if again.content != answer.content:
            wrong.append((path, own, again.status_code))
    assert wrong == []
    dana = f"/V1/CUSTOMERS/{str(world.fabrikam.pk).upper()}%20//USERS/%20{world.dana.pk}/"
    assert body_of(Api(world.ava).get(dana))["id"] == str(world.dana.pk)


def test_java_patches_a_user_with_its_id_and_links(world, paths):
    """3, 4: what can't change is ignored, and what is not named stays."""
    path = f"/v1//customers/{world.fabrikam.pk}/users/{world.dana.pk}"
    shown = body_of(Api(world.uma, **JAVA).get(path))
    sent = {name: shown[name] for name in ("id", "links", "attributes", "userDomainType")} | {"displayName": "Dana H."}
    response = Api(world.uma, **JAVA).patch(path, sent)
    assert (response.status_code, body_of(response)) == (200, shown | {"displayName": "Dana H."})


def test_who_sends_no_ids_gets_some(world):
    """16: Node sends none."""
    first, second = (Api(world.ava, **NODE).get("/v1/customers") for _ in range(2))
    names = ("MS-RequestId", "MS-CorrelationId")
    assert len({answer[name] for answer in (first, second) for name in names}) == len(names) * 2
