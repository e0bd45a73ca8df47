"""Uploading users: nothing before every row was seen, each row once, the passwords once."""

import csv
import io
import json

import pytest
from django.contrib.auth.hashers import check_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import CustomerUser, OneTimeSecret, UploadRow, UserUpload
from customers.services.upload_judge import Judge
from customers.services.uploads import create_next
from licensing.ledger import ledger_problems
from partnercenter.portal import uploads
from tests.cast import principal
from tests.factories import CustomerUserFactory, stock
from tests.portal.visitor import Page, Visitor

HEAD = "First name,Last name,Display name,Email,Location,Roles,Licenses\n"
ANA = "Ana,Born,Ana Born,ana@fabrikam.com,SK,,\n"
BO = "Bo,Last,Bo Last,bo@fabrikam.com,Slovakia,Reports Reader,Office 365 E3|FLOW_FREE\n"
STAFF = ("ava", "lea", "dan", "uma", "harry", "sam", "nora", "max")


def send(visitor, customer, data, name="new.csv") -> Page:
    """The file, as a browser sends it, and on to where that leads."""
    address = reverse("upload-users", args=[customer.pk])
    visitor.open(address)
    content = data.encode() if isinstance(data, str) else data
    posted = {
        "csrfmiddlewaretoken": visitor.client.cookies["csrftoken"].value,
        "file": SimpleUploadedFile(name, content, content_type="text/csv"),
    }
    return visitor.arrive(Page(visitor, address, visitor.client.post(address, posted)))


def press(page: Page, button: str, changes=None) -> Page:
    return page.visitor.arrive(page.form("rows-form").submit(changes, press=button))


def create(page: Page, count: int) -> Page:
    """Press Create, and go on until everything is done."""
    page = press(page, f"Create {count} user{'s' if count != 1 else ''}")
    for _ in range(50):
        forms = [form for form in page.forms if form.element["id"] == "run-form"]
        if not forms:
            return page
        page = page.visitor.arrive(forms[0].submit(press="Go on"))
    raise AssertionError("The run never ends.")


def cells(page: Page) -> list[list[str]]:
    """What the boxes of the table hold."""
    lines = [line for body in page.main.all("tbody") for line in body.all("tr")]
    return [[box["value"] for box in line.all("input", type="text")] for line in lines]


def problems(page: Page) -> list[str]:
    return [found.text for found in page.main.all("p", classes="errorlist")]


def made() -> list[str]:
    fresh = CustomerUser.objects.filter(first_name__in=["Ana", "Bo", "Cy"]).order_by("first_name")
    return [user.user_principal_name for user in fresh]


def test_who_may_upload(world):
    address = reverse("upload-users", args=[world.fabrikam.pk])
    assert {name: Visitor(getattr(world, name)).open(address).status for name in STAFF} == {
        "ava": 200,
        "dan": 200,
        "uma": 200,
        "lea": 403,
        "harry": 403,
        "sam": 403,
        "nora": 403,
        "max": 403,
    }


def test_the_template_can_be_filled_in_and_uploaded(world):
    visitor = Visitor(world.uma)
    page = visitor.open(reverse("upload-users", args=[world.fabrikam.pk]))
    answer = visitor.client.get(page.links("Download the template (.csv)")[0])
    data = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"] == 'attachment; filename="users-template.csv"'
    page = send(visitor, world.fabrikam, data)
    assert cells(page) == [["Ana", "Born", "Ana Born", "ana.born@fabrikam.com", "US", "", ""]]
    assert problems(page) == []


def test_good_rows_become_users_with_location_roles_and_licenses(world):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    stock(world.fabrikam, "FLOW_FREE", seats=5)
    page = send(Visitor(world.ava), world.fabrikam, HEAD + ANA + BO)
    assert "Validated." in page.messages[0]
    assert "Office 365 E3: 1 needed, 1 available" in page.text
    assert made() == []
    page = create(page, 2)
    assert [row[3] for row in page.rows] == ["Created", "Created"]
    assert made() == ["ana@fabrikam.com", "bo@fabrikam.com"]
    bo = CustomerUser.objects.get(first_name="Bo")
    assert bo.usage_location == "SK"
    assert [member.role.display_name for member in bo.directory_role_members.select_related("role")] == [
        "Reports Reader"
    ]
    assert bo.license_assignments.count() == 2
    assert ledger_problems() == []


def test_the_passwords_are_downloaded_once_and_stand_nowhere_in_clear(world):
    visitor = Visitor(world.uma)
    page = create(send(visitor, world.fabrikam, HEAD + ANA + "Cy,X,=HYPERLINK(1),cy@fabrikam.com,SK,,\n"), 2)
    form = page.form_with("csrfmiddlewaretoken")
    answer = visitor.client.post(form.element["action"], form.values)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(text)))
    assert head == ["Display name", "Email", "Temporary password"]
    assert [row[:2] for row in rows] == [["Ana Born", "ana@fabrikam.com"], ["'=HYPERLINK(1)", "cy@fabrikam.com"]]
    assert check_password(rows[0][2], CustomerUser.objects.get(first_name="Ana").password)
    written = str(list(UploadRow.objects.values_list())) + str(list(UserUpload.objects.values_list()))
    assert rows[0][2] not in written
    assert OneTimeSecret.objects.count() == 0
    again = visitor.arrive(visitor.send(form.element["action"], form.values))
    assert again.messages[0].startswith("The passwords were taken before")
    assert "Download the temporary passwords" not in again.text


def test_another_browser_gets_no_passwords(world):
    page = create(send(Visitor(world.uma), world.fabrikam, HEAD + ANA), 1)
    other = Visitor(world.uma).open(page.address)
    assert "Download the temporary passwords" not in other.text
    assert Visitor(world.ava).get(page.address).status == 404
    assert OneTimeSecret.objects.count() == 1


BAD = (
    HEAD
    + ",,,x@fabrikam.com,,,\n"
    + "A,B,A B,a@nowhere.example,,,\n"
    + "A,B,A B,a@fabrikam.com,Atlantis,,\n"
    + "A,B,A B,DANA.hudecova@fabrikam.com,,,\n"
    + "A,B,A B,twin@fabrikam.com,,,\n"
    + "A,B,A B,TWIN@fabrikam.com,,,\n"
    + "A,B,A B,c@fabrikam.com,,Emperor,\n"
    + "A,B,A B,d@fabrikam.com,,,Abacus\n"
    + "A,B,A B,e@fabrikam.com,,,Office 365 E3\n"
    + f"{'x' * 51},B,A B,f@fabrikam.com,,,\n"
    + "A,B,A B,a b@fabrikam.com,,,\n"
    + "A,B,A B,,,,\n"
    + "A,B,A B,g@fabrikam.com,SK,,,surplus\n"
)


def test_every_row_says_what_is_wrong_and_nobody_is_created(world):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=9)
    page = send(Visitor(world.ava), world.fabrikam, BAD)
    assert problems(page) == [
        "Enter a display name.",
        "nowhere.example is not a verified domain of this customer.",
        "Atlantis is no country or region. Use its name or its code of two letters.",
        "Somebody here has this email already.",
        "This email stands in 2 rows of the file.",
        "This email stands in 2 rows of the file.",
        "There is no role Emperor that can be given.",
        "Abacus is no product of this customer that users can get.",
        "The user has no usage location; set one before assigning licenses.",
        "First name has 51 characters; 50 are allowed.",
        "Before the @, use letters A to Z without accents, digits and . - _ ' ! # ^ ~ only; no spaces.",
        "Enter an email.",
        "This line has more cells than the header; look for a comma without quotes.",
    ]
    assert "13 of 13 rows need mending." in page.text
    page = press(page, "Create 13 users")
    # Surplus cells are shown and dropped; sending the row says that it is all right without them.
    assert (page.status, page.messages[0]) == (409, "Not yet. 12 rows still need mending. Nobody has been created.")
    assert CustomerUser.objects.filter(first_name="A").count() == 0


def test_rows_are_mended_in_place_and_the_rest_can_be_dropped(world):
    page = send(
        Visitor(world.uma), world.fabrikam, HEAD + ANA + "Bo,L,,bo@fabrikam.com,,,\n" + "Cy,L,Cy,cy@x.example,,,\n"
    )
    bo, cy = UploadRow.objects.filter(has_problems=True)
    page = press(page, "Save and check again", {f"display_name-{bo.pk}": "Bo Last"})
    assert problems(page) == ["x.example is not a verified domain of this customer."]
    assert cells(page.follow("With problems 1")) == [["Cy", "L", "Cy", "cy@x.example", "", "", ""]]
    page = press(page, "Drop all rows with problems")
    assert [row[3] for row in cells(page)] == ["ana@fabrikam.com", "bo@fabrikam.com"]
    assert not UploadRow.objects.filter(pk=cy.pk).exists()
    page = press(page, "Save and check again", {"drop": str(bo.pk)})
    assert [row[3] for row in cells(page)] == ["ana@fabrikam.com"]
    create(page, 1)
    assert made() == ["ana@fabrikam.com"]


def test_the_rows_with_problems_come_back_as_a_file_with_formulas_defused(world):
    visitor = Visitor(world.uma)
    page = send(visitor, world.fabrikam, HEAD + ANA + "=1+1,L,Bo,bo@x.example,,,\n")
    answer = visitor.client.get(page.links("Download those rows")[0])
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[1] == [
        "'=1+1",
        "L",
        "Bo",
        "bo@x.example",
        "",
        "",
        "",
        "x.example is not a verified domain of this customer.",
    ]


def test_location_roles_and_licenses_for_all_count_where_a_row_says_nothing(world):
    owned = stock(world.fabrikam, "FLOW_FREE", seats=5)
    page = send(Visitor(world.uma), world.fabrikam, HEAD + ANA + "Bo,L,Bo,bo@fabrikam.com,,,\n")
    page = press(page, "Save and check again", {"default-location": "DE", "default-product": str(owned.product_id)})
    assert "Microsoft Power Automate Free: 2 needed, 5 available" in page.text
    create(page, 2)
    fresh = CustomerUser.objects.filter(first_name__in=["Ana", "Bo"]).order_by("first_name")
    assert [user.usage_location for user in fresh] == ["SK", "DE"]


def test_turning_the_page_saves_what_was_typed_and_goes_over_every_row_once(world, settings):
    settings.PAGE_SIZE = 2
    rows = "".join(f"Ana,B,Ana {n},ana{n}@fabrikam.com,SK,,\n" for n in range(5))
    page = send(Visitor(world.uma), world.fabrikam, HEAD + rows)
    first = UploadRow.objects.get(number=2)
    seen = [row[2] for row in cells(page)]
    page = press(page, "Next", {f"last_name-{first.pk}": "Typed"})
    assert UploadRow.objects.get(pk=first.pk).cells["last_name"] == "Typed"
    seen += [row[2] for row in cells(page)]
    page = press(page, "Next")
    seen += [row[2] for row in cells(page)]
    assert seen == [f"Ana {n}" for n in range(5)]
    assert [row[2] for row in cells(press(page, "Previous"))] == ["Ana 2", "Ana 3"]


def test_too_few_seats_stop_the_run_before_it_begins(world):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    twice = HEAD + "Ana,B,Ana,ana@fabrikam.com,SK,,Office 365 E3\nBo,B,Bo,bo@fabrikam.com,SK,,Office 365 E3\n"
    page = press(send(Visitor(world.ava), world.fabrikam, twice), "Create 2 users")
    assert page.messages[0] == "Not yet. Office 365 E3: 1 seats short. Buy more, or give it to fewer."
    assert made() == []


def test_what_goes_wrong_in_the_run_is_said_and_can_be_mended(world):
    visitor = Visitor(world.uma)
    page = send(visitor, world.fabrikam, HEAD + ANA + "Bo,L,Bo,bo@fabrikam.com,SK,,\n")
    page = press(page, "Create 2 users")
    CustomerUserFactory(customer=world.fabrikam, local_part="bo")
    page = visitor.arrive(page.form("run-form").submit(press="Go on"))
    assert [row[3] for row in page.rows] == ["Created", "Failed"]
    assert page.rows[1][4] == "bo@fabrikam.com is already in use at Fabrikam, Inc. Choose another name."
    page = page.follow("Mend the rows that were not created")
    (row,) = UploadRow.objects.filter(state="failed")
    page = create(press(page, "Save and check again", {f"email-{row.pk}": "bo.two@fabrikam.com"}), 1)
    assert [row[3] for row in page.rows] == ["Created", "Created"]
    assert made() == ["ana@fabrikam.com", "bo.two@fabrikam.com"]


def test_a_run_goes_on_where_it_was_left_and_no_row_counts_twice(world, monkeypatch):
    monkeypatch.setattr("customers.views.upload.run.SECONDS_AT_ONCE", 0)
    rows = "".join(f"Ana,B,Ana {n},ana{n}@fabrikam.com,SK,,\n" for n in range(3))
    page = press(send(Visitor(world.uma), world.fabrikam, HEAD + rows), "Create 3 users")
    upload = UserUpload.objects.get()
    judge = Judge(principal(world.uma), world.fabrikam, {})
    assert create_next(by=principal(world.uma), upload=upload, judge=judge, token="t" * 43)
    assert "1 of 3 done." in page.visitor.open(page.address).text
    while create_next(by=principal(world.uma), upload=upload, judge=judge, token="t" * 43):
        pass
    assert CustomerUser.objects.filter(first_name="Ana").count() == 3
    assert OneTimeSecret.objects.count() == 3


def test_bad_files_are_refused_in_words_and_nothing_is_kept(world, monkeypatch):
    visitor = Visitor(world.uma)
    lines = "a,a@b.example\n" * 10_001
    files = {
        "The file is empty.": b"",
        "This is a ZIP archive": b"PK\x03\x04...",
        "This is a PDF": b"%PDF-1.7",
        "The first line has no column": b"a,b\nc,d\n",
        "The file has more than 10,000 users.": f"Display name,Email\n{lines}".encode(),
    }
    for message, data in files.items():
        page = send(visitor, world.fabrikam, data)
        assert page.status == 400, message
        assert message in page.messages[0] or not data, page.messages
    monkeypatch.setattr(uploads, "MOST_BYTES", 100_000)
    page = send(visitor, world.fabrikam, b"x" * 200_000)
    assert page.messages[0].startswith("This file can't be used. The file is larger than")
    page = visitor.post(reverse("upload-users", args=[world.fabrikam.pk]))
    assert page.messages[0] == "This file can't be used. Choose a file first."
    assert UserUpload.objects.count() == 0


def test_nonsense_in_the_post_breaks_nothing(world):
    page = send(Visitor(world.uma), world.fabrikam, HEAD + ANA)
    forged = {"row": ["garbage", "0"], "drop": "x", "defaults": "1", "default-location": "QQ", "default-product": "?"}
    assert page.visitor.arrive(page.visitor.post(page.address, forged)).status == 200
    assert UserUpload.objects.get().defaults == {"location": [], "products": [], "roles": []}
    assert json.dumps(cells(page.visitor.open(page.address)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_the_same_number_of_queries_for_one_row_and_three(world, django_assert_num_queries, count):
    rows = "".join(f"Ana,B,Ana {n},ana{n}@fabrikam.com,SK,,\n" for n in range(count))
    page = send(Visitor(world.uma), world.fabrikam, HEAD + rows)
    page.visitor.open(page.address)
    with django_assert_num_queries(14):
        page.visitor.open(page.address)
    create(page, count)
    result = reverse("upload-result", args=[world.fabrikam.pk, UserUpload.objects.get().pk])
    with django_assert_num_queries(11):
        page.visitor.open(result)
