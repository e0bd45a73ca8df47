"""Software: keys and downloads at the partner and the customer, links, and giving it back."""

import re
import uuid

import pytest

from customers.models import ResellerRelationship
from gdap import access
from licensing.models import SoftwarePurchase
from licensing.rules.software import offers
from licensing.services.software_orders import buy_software
from licensing.services.subscriptions import NoResellerRelationship
from partnercenter.accounts.models import PartnerRole
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import NotFound
from tests.cast import NOW, after, principal
from tests.factories import StaffFactory
from tests.portal.visitor import Visitor
from tests.tenant.visitor import TenantVisitor, admin_of

THEIRS = "/tenant/billing/your-products/software/"
CHOSEN = {"version": "2022", "language": "Slovak", "bit": "64-bit"}
KEY = re.compile(r"\b(?:[B-Z2-9]{5}-){4}[B-Z2-9]{5}\b")


def bought(customer, partner, **rest):
    return SoftwarePurchase.objects.create(
        customer=customer, partner=partner, **{"name": "Windows Server", "family": "windows-server", **rest}
    )


@pytest.fixture
def purchase(world):
    return bought(world.fabrikam, world.contoso)


def address(purchase, page=""):
    return f"/customers/{purchase.customer_id}/software/{purchase.pk}/{page}"


def looks():
    rows = AuditRecord.objects.filter(resource_type="software").order_by("operation", "principal_name")
    return [(row.operation, row.principal_name) for row in rows]


def test_an_admin_agent_gets_key_and_download_and_each_look_is_recorded(world, purchase):
    page = Visitor(world.nora).get(f"/customers/{world.fabrikam.pk}/software/")
    assert [row[::3] for row in page.rows] == [["Windows Server", "Active"]]
    page = page.follow("Windows Server")
    assert (looks(), KEY.findall(page.html)) == ([], [])
    opened = page.form_with("csrfmiddlewaretoken").submit(CHOSEN, press="Get keys and downloads")
    (key,) = KEY.findall(opened.html)
    name = world.nora.username
    assert looks() == [("get_software_download_link", name), ("get_software_key", name)]
    assert key not in str(list(AuditRecord.objects.values())) + str(SoftwarePurchase.objects.values())
    again = Visitor(world.ava).post(address(purchase), CHOSEN | {"language": "German"})
    other = Visitor(world.ava).post(address(purchase), CHOSEN | {"version": "2025"})
    assert KEY.findall(again.html) == [key]
    assert KEY.findall(other.html) not in ([key], [])
    (link,) = opened.links("Download")
    file = Visitor().get(link)
    assert file.response["Content-Disposition"] == 'attachment; filename="windows-server-2022-slovak-64-bit.txt"'
    assert looks()[-1:] == [("get_software_key", name)]
    assert ("get_software_download_link", "download link") in looks()


def test_another_secret_of_the_server_gives_another_key(world, purchase, settings):
    first = KEY.findall(Visitor(world.ava).post(address(purchase), CHOSEN).html)
    settings.SECRET_KEY = "another secret of fifty characters or more, for tests only"
    assert KEY.findall(Visitor(world.ava).post(address(purchase), CHOSEN).html) != first


def test_what_is_not_offered_is_refused_and_what_was_chosen_stays(world, purchase):
    ava = Visitor(world.ava)
    for name, value in (("version", "1995"), ("language", ""), ("bit", "32-bit"), ("bit", "\0")):
        page = ava.post(address(purchase), CHOSEN | {name: value})
        assert (page.status, KEY.findall(page.html)) == (400, [])
        assert page.messages == ["Windows Server is not there in this version, language and bit."]
        kept = page.form_with("csrfmiddlewaretoken").values
        assert {key: kept[key] for key in CHOSEN if key != name} == {
            key: [old] for key, old in CHOSEN.items() if key != name
        }
    for token in ("x", "a:b:c", "%00"):
        assert Visitor().get(f"/software/{token}/").status == 404
    assert looks() == []


def test_only_an_admin_agent_of_the_partner_that_sold_it(world, purchase):
    for user, status in ((world.sam, 403), (world.harry, 403), (world.max, 404)):
        for page in ("", "cancel/"):
            assert Visitor(user).get(address(purchase, page)).status == status
            assert Visitor(user).post(address(purchase, page), CHOSEN | {"acknowledge": "yes"}).status == status
    assert "Seeing keys and downloads of software needs the partner role Admin agent." in (
        Visitor(world.sam).get(f"/customers/{world.fabrikam.pk}/software/").text
    )
    assert Visitor(world.ava).get(address(purchase).replace(str(purchase.pk), str(uuid.uuid4()))).status == 404
    assert looks() == []


@pytest.mark.parametrize(("kind", "days"), [("perpetual", 30), ("subscription", 7)])
def test_it_is_cancelled_within_its_window_which_revokes_key_and_link(world, kind, days):
    purchase = bought(world.fabrikam, world.contoso, kind=kind)
    ava = Visitor(world.ava)
    (link,) = ava.post(address(purchase), CHOSEN).links("Download")
    assert ava.post(address(purchase, "cancel/")).messages == ["Nothing was changed. Tick that you know what is lost."]
    with after(days=days):
        late = ava.post(address(purchase, "cancel/"), {"acknowledge": "yes"})
        assert (late.status, "could be cancelled until" in late.messages[0]) == (400, True)
        assert ava.get(address(purchase)).links("Cancel this software") == []
    with after(days=days, seconds=-1):
        form = ava.get(address(purchase)).follow("Cancel this software").form_with("acknowledge")
        done = ava.arrive(form.submit(acknowledge="yes", press="Submit"))
        assert done.messages == ["Windows Server is cancelled. Its keys and links are revoked."]
        assert [row[3] for row in done.rows] == ["Cancelled"]
        assert ava.post(address(purchase, "cancel/"), {"acknowledge": "yes"}).status == 409
    assert ava.post(address(purchase), CHOSEN).status == 400
    assert Visitor().get(link).status == 404
    assert looks()[0] == ("cancel_software", world.ava.username)


def test_at_the_customer_a_global_administrator_sees_the_key_and_others_are_told_who(world, purchase):
    mine = TenantVisitor(world.global_admin)
    page = mine.get("/tenant/billing/your-products/").follow("Software, with its keys")
    assert page.names == ["Windows Server"]
    form = page.follow("Windows Server").form_with("csrfmiddlewaretoken")
    opened = form.submit(CHOSEN, press="Get keys and downloads")
    assert len(KEY.findall(opened.html)) == 1
    assert looks()[-1] == ("get_software_key", "global.admin@fabrikam.com")
    for person in (world.dana, admin_of(world.fabrikam, "lic", roles=["License Administrator"])):
        visitor = TenantVisitor(person)
        assert visitor.get(THEIRS).names == ["Windows Server"]
        for ask in (visitor.get, lambda there, who=visitor: who.post(there, CHOSEN)):
            page = ask(f"{THEIRS}{purchase.pk}/")
            assert (page.status, "Only a Global Administrator of your organization" in page.text) == (403, True)
    stranger = TenantVisitor(admin_of(world.namesake))
    assert stranger.get(THEIRS).main.all("h2")[0].text == "No software"
    assert stranger.post(f"{THEIRS}{purchase.pk}/", CHOSEN).status == 404


def test_both_lists_take_the_same_queries_for_one_and_for_three(world, django_assert_max_num_queries):
    ava, mine = Visitor(world.ava), TenantVisitor(world.global_admin)
    counts = []
    for number in range(3):
        bought(world.fabrikam, world.contoso, name=f"Software {number}")
        with django_assert_max_num_queries(20) as captured:
            pages = ava.get(f"/customers/{world.fabrikam.pk}/software/"), mine.get(THEIRS)
        assert [len(page.rows) for page in pages] == [number + 1] * 2
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_software_is_bought_out_of_the_catalog_and_given_back_within_its_window(world):
    ava = Visitor(world.ava)
    catalog = ava.get(f"/customers/{world.fabrikam.pk}/software/").follow("Buy software")
    assert [row[:2] for row in catalog.rows] == [[offer.name, offer.kind_label] for offer in offers().values()]
    found = catalog.search.submit(q="sql server standard core - 2 core license pack - 1")
    assert found.names == ["SQL Server Standard Core - 2 core license pack - 1 year"]
    assert catalog.search.submit(q="solitaire").main.all("h2")[0].text == "No software matches"
    order = found.follow(found.names[0])
    assert "Nov 29, 2026, 12:00 UTC" in order.text
    done = ava.arrive(order.post_form.submit(quantity="3", press="Submit order"))
    assert done.messages == [f"{found.names[0]} was bought for Fabrikam, Inc."]
    assert [row[:2] for row in done.rows] == [[found.names[0], "3"]]
    assert looks() == [("create_order", world.ava.username)]
    keys = done.follow(found.names[0]).form_with("csrfmiddlewaretoken").submit(press="Get keys and downloads")
    assert len(KEY.findall(keys.html)) == 1
    form = keys.follow("Cancel this software").form_with("acknowledge")
    assert [row[3] for row in ava.arrive(form.submit(acknowledge="yes", press="Submit")).rows] == ["Cancelled"]


def test_an_order_of_software_that_nobody_can_place_is_refused_and_stays_typed(world):
    there = f"/customers/{world.fabrikam.pk}/software/new/office-ltsc-standard/"
    form = Visitor(world.nora).get(there).post_form
    found = {}
    for typed in ("0", "-1", "1.5", "1000000", "many", ""):
        page = form.submit(quantity=typed, press="Submit order")
        assert (page.status, page.post_form.values["quantity"]) == (400, [typed] if typed else [""])
        found[typed] = page.errors_of("quantity")
    span, whole = ["Enter a number from 1 to 100,000."], ["Enter a whole number."]
    assert found == {"0": span, "-1": span, "1.5": whole, "1000000": span, "many": whole, "": ["Enter a number."]}
    assert not SoftwarePurchase.objects.exists()


def test_who_may_buy_software(world):
    sold, catalog = f"/customers/{world.fabrikam.pk}/software/", "new/office-ltsc-standard/"
    manager = StaffFactory(partner=world.contoso, roles=[PartnerRole.GLOBAL_ADMIN])
    for user, status in ((world.sam, 403), (world.harry, 403), (manager, 403), (world.max, 404)):
        for page in ("new/", catalog):
            assert Visitor(user).get(f"{sold}{page}").status == status
        assert Visitor(user).post(f"{sold}{catalog}", {"quantity": "1"}).status == status
    assert "Buying software needs a reseller relationship" in Visitor(world.max).get(sold).text
    assert Visitor(world.ava).get(f"{sold}new/solitaire/").status == 404
    with pytest.raises(access.PartnerRoleMissing):
        buy(world, world.sam)
    with pytest.raises(NotFound):
        buy(world, world.max)
    ResellerRelationship.objects.filter(customer=world.fabrikam).update(ended_at=NOW)
    with pytest.raises(NoResellerRelationship):
        buy(world, world.ava)
    assert not SoftwarePurchase.objects.exists()


def buy(world, user):
    offer = offers()["office-ltsc-standard"]
    return buy_software(by=principal(user), customer=world.fabrikam, partner=world.contoso, offer=offer, quantity=1)
