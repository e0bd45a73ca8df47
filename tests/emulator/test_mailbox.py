"""The mailbox of the demo: Django's mail API ends here, and reading it brings what is due."""

from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMessage, get_connection

from gdap.models import Notification
from partnercenter.accounts.models import User
from partnercenter.emulator.models import Mail
from tests.cast import NOW, after
from tests.factories import RelationshipFactory
from tests.portal.visitor import Visitor
from tests.tenant.visitor import admin_of

BACKEND = "partnercenter.emulator.mailbox.MailboxBackend"
PAGE = "/emulator/mailbox/"


@pytest.fixture(autouse=True)
def _demo_backend(settings):
    settings.EMAIL_BACKEND = BACKEND  # pytest-django puts its own in place


@pytest.fixture
def ops(world):
    return Visitor(User.objects.create_superuser("ops", password="demo"))


def send(subject="Hello", **rest):
    message = EmailMessage(subject, "One\nhttp://127.0.0.1:8000/tenant/\n<b>bold</b>", to=["a@x.example"], **rest)
    return get_connection().send_messages([message])


def test_a_mail_arrives_as_it_was_sent(world):
    headers = {"Message-ID": "<1@x>", "Date": "Mon, 01 Mar 2027 09:00:00 +0000"}
    assert send(headers=headers, from_email="us@x.example") == 1
    found = Mail.objects.get()
    assert (found.message_id, found.dated_at) == ("<1@x>", datetime(2027, 3, 1, 9, tzinfo=UTC))
    assert (found.sender, found.recipients, found.subject) == ("us@x.example", "a@x.example", "Hello")


def test_a_mail_that_is_sent_twice_arrives_once_and_one_without_a_number_counts_each_time(world):
    for _ in range(2):
        send(headers={"Message-ID": "<1@x>"})
    assert Mail.objects.count() == 1
    send()
    send()
    assert Mail.objects.count() == 3
    assert Mail.objects.exclude(message_id="<1@x>").first().dated_at == NOW


def test_reading_the_mailbox_brings_what_is_due_by_then(world, ops):
    admin_of(world.tailspin)
    RelationshipFactory(partner=world.litware, customer=world.tailspin, display_name="Toy desk", duration_days=8)
    with after(days=8):
        page = ops.get(PAGE)
        mine = [(row[0], row[2]) for row in page.rows if row[1] == "global.admin@tailspin.example"]
        end = "November 30, 2026, 12:00 UTC"
        assert sorted(mine, reverse=True) == [
            ("Nov 30, 2026, 12:00", 'Admin relationship "Toy desk" has expired'),
            ("Nov 29, 2026, 12:00", f'Admin relationship "Toy desk" ends on {end}'),
            ("Nov 23, 2026, 12:00", f'Admin relationship "Toy desk" ends on {end}'),
            ("Nov 22, 2026, 12:00", 'Tailspin Toys approved the admin relationship "Toy desk"'),
            ("Nov 22, 2026, 12:00", 'Litware Partners asks Tailspin Toys for admin roles: "Toy desk"'),
        ]
        again = ops.get(PAGE)
        assert again.rows == page.rows
        found = ops.get(f"{PAGE}?q=EXPIRED")
        assert {row[2] for row in found.rows} == {'Admin relationship "Toy desk" has expired'}
        assert ops.get(f"{PAGE}?q=nothing").main.all(classes="empty")[0].all("h2")[0].text == "No mail matches"


def test_one_mail_shows_its_text_and_its_links_and_no_markup_of_its_own(world, ops):
    send()
    page = ops.get(f"{PAGE}{Mail.objects.get().pk}/")
    assert page.headline == "Hello"
    assert page.links("http://127.0.0.1:8000/tenant/") == ["http://127.0.0.1:8000/tenant/"]
    assert "<b>bold</b>" in page.main.all("pre")[0].text


def test_an_empty_mailbox_says_when_mails_come(world, ops):
    Notification.objects.all().delete()
    assert ops.get(PAGE).main.all(classes="empty")[0].all("h2")[0].text == "No mail yet"


def test_the_list_takes_the_same_queries_for_one_and_for_three(world, ops, django_assert_num_queries):
    ops.get(PAGE)
    Mail.objects.all().delete()
    for count in (1, 3):
        while Mail.objects.count() < count:
            send()
        with django_assert_num_queries(10):
            assert len(ops.get(PAGE).rows) == count


def test_with_a_mail_server_of_its_own_the_page_says_that_nothing_arrives_here(world, ops, settings):
    settings.EMAIL_URL = "smtp://localhost:25"
    assert ops.get(PAGE).messages == ["Mails leave by the server of EMAIL_URL. Nothing new arrives here."]
