"""Manage licenses for many users, in a browser without scripts: whom, what, preview, result, retry, undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import CustomerUser
from licensing.models import BulkRun, LicenseAssignment
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from tests.factories import SYSTEM, CustomerUserFactory, plan, sku, stock
from tests.portal.visitor import Visitor

BI, E3 = "POWER_BI_PRO", "ENTERPRISEPACK"
NOTHING = "\N{EN DASH}"


@pytest.fixture
def crowd(world):
    """Anna, Bert and Cleo of Northwind beside Dana; Anna has BI. Five seats of BI, two of E3."""
    stock(world.northwind, BI, seats=5)
    stock(world.northwind, E3, seats=2)
    people = [
        CustomerUserFactory(customer=world.northwind, local_part=name.lower(), display_name=name)
        for name in ("Anna", "Bert", "Cleo")
    ]
    update_licenses(by=SYSTEM, user=people[0], update=LicenseUpdate(assign=(LicenseToAssign(sku(BI)),)))
    return people


def licenses(world):
    return f"/customers/{world.northwind.pk}/users/licenses/"


def chosen(world, people):
    """The page that asks what shall change for these users."""
    visitor = Visitor(world.ava)
    ticked = "&".join(f"selected={user.pk}" for user in people)
    return visitor, visitor.get(visitor.get(f"{licenses(world)}?{ticked}").location)


def previewed(world, people, **posted):
    visitor, page = chosen(world, people)
    return visitor, visitor.arrive(page.form().submit(posted, press="Preview"))


def submitted(world, people, **posted):
    visitor, page = previewed(world, people, **posted)
    return visitor, visitor.get(submit(visitor, page).location)


def submit(visitor, page):
    (fingerprint,) = [field["value"] for field in page.main.all("input") if field["name"] == "fingerprint"]
    return visitor.post(page.address, {"go": "submit", "fingerprint": fingerprint})


def holders(part):
    rows = LicenseAssignment.objects.filter(subscribed_sku__product=sku(part))
    return sorted(rows.values_list("user__display_name", flat=True))


def test_ticked_users_are_named_and_each_product_says_who_has_it(world, crowd):
    _, page = chosen(world, crowd)
    assert "3 users selected. Anna, Bert, Cleo" in page.text
    states = [row.text for row in page.main.all(classes="aside")]
    assert ["Not assigned" in states[0], "1 of 3 users" in states[1]] == [True, True]


def test_a_preview_a_submit_and_a_result_for_each(world, crowd):
    visitor, page = previewed(world, crowd[:2], product=str(sku(E3)))
    assert "2 users 2 to change 0 unchanged" in page.text
    assert holders(E3) == []
    page = visitor.get(submit(visitor, page).location)
    assert page.messages == ["Licenses updated. 2 done, 0 unchanged, 0 failed of 2."]
    assert page.rows == [
        ["Anna", "anna@northwind.example", "Done", NOTHING],
        ["Bert", "bert@northwind.example", "Done", NOTHING],
    ]
    assert (holders(BI), holders(E3)) == (["Anna"], ["Anna", "Bert"])


def test_a_shortage_is_foreseen_named_in_the_result_and_tried_again(world, crowd):
    visitor, page = previewed(world, crowd, product=str(sku(E3)))
    assert any("Office 365 E3: 1 license missing." in message and "Buy 1 more" in message for message in page.messages)
    page = visitor.get(submit(visitor, page).location)
    assert page.messages == ["Licenses updated. 2 done, 0 unchanged, 1 failed of 3."]
    reasons = {row[3] for row in page.rows}
    assert reasons == {NOTHING, "Office 365 E3 has no available license left. Buy more, or remove it from somebody."}
    stock(world.northwind, E3, seats=1)
    page = visitor.get(visitor.post(page.address, {"go": "retry"}).location)
    assert "1 user 1 to change" in page.text
    visitor.get(submit(visitor, page).location)
    assert holders(E3) == ["Anna", "Bert", "Cleo"]


def test_what_some_have_is_left_unless_revoked(world, crowd):
    _, page = previewed(world, crowd)
    assert page.messages == [
        "Nothing has been done yet. Nothing was changed yet: tick or clear a product, or choose a location."
    ]
    _, page = submitted(world, crowd, revoke=str(sku(BI)))
    assert page.messages == ["Licenses updated. 1 done, 2 unchanged, 0 failed of 3."]
    assert holders(BI) == []


def test_a_swap_is_undone_from_its_result(world, crowd):
    visitor, page = submitted(world, crowd, swap_old=str(sku(BI)), swap_new=str(sku(E3)))
    assert page.messages == ["Licenses updated. 1 done, 2 unchanged, 0 failed of 3."]
    assert (holders(BI), holders(E3)) == ([], ["Anna"])
    page = visitor.get(visitor.post(page.address, {"go": "undo"}).location)
    assert "1 user 1 to change" in page.text
    page = visitor.get(submit(visitor, page).location)
    assert page.messages == ["Taken back. 1 done, 0 unchanged, 0 failed of 1."]
    assert (holders(BI), holders(E3)) == (["Anna"], [])
    runs = visitor.get(f"{licenses(world)}runs/")
    assert sorted(row[1] for row in runs.rows) == ["Change", "Undo"]


def test_a_service_plan_and_the_location_change_for_all(world, crowd):
    off = str(plan(BI, "BI_AZURE_P2"))
    visitor, page = chosen(world, crowd[:1])
    form = page.form()
    kept = [value for value in form.values[f"plan-{sku(BI)}"] if value != off]
    page = visitor.arrive(form.submit({f"plan-{sku(BI)}": kept, "location": "US"}, press="Preview"))
    page = visitor.get(submit(visitor, page).location)
    assert page.messages == ["Licenses updated. 1 done, 0 unchanged, 0 failed of 1."]
    assert LicenseAssignment.objects.get(user=crowd[0]).disabled_plans == [off]
    assert CustomerUser.objects.get(pk=crowd[0].pk).usage_location == "US"


def test_a_preview_older_than_its_data_is_shown_anew(world, crowd):
    visitor, page = previewed(world, crowd[:2], product=str(sku(E3)))
    CustomerUser.objects.filter(pk=crowd[0].pk).touched(crowd[0].modified_at)
    again = submit(visitor, page)
    assert again.status == 409
    assert again.messages[0].startswith("Look again. Users or licenses changed after this preview was made")
    assert holders(E3) == []
    assert visitor.get(submit(visitor, again).location).messages == [
        "Licenses updated. 2 done, 0 unchanged, 0 failed of 2."
    ]


def test_everybody_that_the_list_shows(world, crowd):
    visitor = Visitor(world.ava)
    listed = visitor.get(f"/customers/{world.northwind.pk}/users/?filter=licensed")
    (link,) = listed.links("of everybody on this list, all pages")
    page = visitor.get(visitor.get(link).location)
    assert "1 user selected. Anna" in page.text


def test_more_ticks_than_an_address_holds_are_not_dropped_in_silence(world, crowd):
    visitor = Visitor(world.ava)
    ticked = "&".join(f"selected={user.pk}" for user in crowd * 67)
    page = visitor.get(visitor.get(f"{licenses(world)}?{ticked}").location)
    said = "Only the first 200 ticked users are taken; for more, take all on the list or name them."
    assert page.messages == [said]


def test_users_named_in_a_list_or_file_however_they_are_written(world, crowd):
    bert = "Bert;bert@northwind.example\r\n"
    table = f'Name;Mail\r\n\r\n"Anna";"ANNA@northwind.example"\r\n{bert}{bert}'
    for content in (table.encode("utf-8-sig"), table.encode("utf-16"), table.encode("cp1252")):
        visitor = Visitor(world.ava)
        visitor.get(licenses(world))
        sent = visitor.client.post(
            licenses(world),
            {"names": "cleo@northwind.example", "file": SimpleUploadedFile("users.csv", content)} | token(visitor),
        )
        assert "3 users selected. Anna, Bert, Cleo" in visitor.get(sent.headers["Location"]).text


def token(visitor):
    return {"csrfmiddlewaretoken": visitor.client.cookies["csrftoken"].value}


def test_names_that_nobody_has_are_listed_and_nothing_typed_is_lost(world, crowd):
    visitor = Visitor(world.ava)
    visitor.get(licenses(world))
    typed = "anna@northwind.example\nghost@northwind.example\ndana.hudecova@fabrikam.com"
    page = visitor.post(licenses(world), {"names": typed})
    assert page.status == 400
    assert "1 user found; these are not users of Northwind Traders:" in page.messages[0]
    assert page.main.all("textarea")[0].text.split() == typed.split()
    page = visitor.get(visitor.post(licenses(world), {"names": typed, "leave_out": "on"}).location)
    assert "1 user selected. Anna" in page.text


BAD_FILES = {
    b"%PDF-1.7 a@b.example": "This is no text file, whatever its name says. Save the list as CSV.",
    b"PK\x03\x04rest": "This is no text file, whatever its name says. Save the list as CSV.",
    b"\x00\x01\x02@": "This is no text file, whatever its name says. Save the list as CSV.",
    b"": "No sign-in name was found. Enter names like dana.hudecova@fabrikam.com, one to a line.",
    b"x" * (2 * 1024 * 1024 + 1): "The file is larger than 2 MB; a list of 10,000 users is far smaller.",
    b"\n".join(
        b"u%d@x.example" % n for n in range(10_001)
    ): "At most 10,000 users can be named at once; this list has 10,001.",
}


def test_a_file_that_is_none_says_so(world, crowd):
    visitor = Visitor(world.ava)
    visitor.get(licenses(world))
    said = {}
    for content in BAD_FILES:
        file = SimpleUploadedFile("users.csv", content)
        answer = visitor.client.post(licenses(world), {"names": "", "file": file} | token(visitor))
        assert answer.status_code == 400
        said[content] = answer.context["error"]
    assert said == BAD_FILES


def test_bad_posts_are_told_and_change_nothing(world, crowd):
    for posted in (
        {"product": "garbage"},
        {"product": str(sku("SPE_E5"))},
        {"swap_old": str(sku(BI)), "swap_new": str(sku(BI))},
        {"swap_old": str(sku(BI))},
        {"revoke": "\x00"},
    ):
        visitor, page = chosen(world, crowd)
        refused = visitor.post(page.address, {"go": "preview", "leave": str(sku(BI)), **posted})
        assert (refused.status, len(refused.messages)) == (400, 1)
        assert refused.messages[0].startswith("Nothing has been done yet. ")
    visitor, page = chosen(world, crowd)
    page = visitor.arrive(visitor.post(page.address, {"leave": str(sku(BI)), "location": "ZZ"}))
    assert "ZZ is no country or region; choose one from the list." in page.text
    assert (holders(BI), holders(E3)) == (["Anna"], [])


def test_the_result_as_csv_with_formulas_defused(world, crowd):
    CustomerUser.objects.filter(pk=crowd[1].pk).update(display_name='=HYPERLINK("x")')
    visitor, page = submitted(world, crowd[:2], product=str(sku(E3)))
    answer = visitor.client.get(f"{page.address}export/")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert sorted(lines) == sorted(
        [
            "Name,Email,Result,Reason",
            "Anna,anna@northwind.example,done,",
            '"\'=HYPERLINK(""x"")",bert@northwind.example,done,',
        ]
    )


def test_a_large_run_waits_for_a_worker_shows_how_far_it_is_and_can_be_canceled(world, crowd, monkeypatch):
    monkeypatch.setattr("licensing.tasks.MOST_AT_ONCE", 1)
    monkeypatch.setattr("licensing.tasks.bulk_run", Nowhere())
    visitor, page = submitted(world, crowd[:2], product=str(sku(E3)))
    assert page.messages == ["Waiting to begin. 0 done, 0 unchanged, 0 failed of 2."]
    assert "0 of 2 users" in page.text
    assert '<meta http-equiv="refresh" content="2">' in page.html
    page = visitor.get(visitor.post(page.address, {"go": "cancel"}).location)
    assert page.messages == ["Canceled. 0 done, 0 unchanged, 0 failed of 2."]
    visitor.post(page.address, {"go": "resume"})
    page = visitor.get(visitor.post(page.address, {"go": "resume"}).location)
    assert page.messages == ["Licenses updated. 2 done, 0 unchanged, 0 failed of 2."]


class Nowhere:
    """A queue without a worker."""

    def enqueue(self, run_id):
        pass


def test_pages_ask_as_many_queries_for_three_users_as_for_one(world, crowd):
    """Query counts are read before and after; django-zeal watches each row besides."""
    counts = []
    for people in (crowd[1:2], [crowd[0], crowd[2], world.dana_of_northwind]):
        visitor, page = submitted(world, people, location="US", product=str(sku(BI)))
        with CaptureQueriesContext(connection) as asked:
            again = visitor.get(page.address)
        counts.append((len(again.rows), len(asked)))
    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
    assert BulkRun.objects.filter(status="done").count() == 2
