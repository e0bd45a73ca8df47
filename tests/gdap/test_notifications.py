"""Mails to both sides: what is due by the clock, once for each occasion, to whom it concerns."""

from datetime import timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, transaction

from customers.models import DirectoryRoleMember
from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.models import AdminRelationship, Notification
from gdap.services.notifications import send_waiting, write_due
from gdap.services.relationships import (
    approve_relationship,
    decline_relationship,
    set_auto_extend,
    terminate_relationship,
)
from partnercenter import clock
from partnercenter.accounts.models import User
from tests.cast import NOW, after
from tests.factories import SYSTEM, CustomerUserFactory, PartnerFactory, RelationshipFactory
from tests.tenant.visitor import admin_of

AGENTS = ["ava.admin", "dan.writer", "lea.licenses", "nora.nogroup", "uma.users"]
STAFF = [f"{name}@contoso-partners.example" for name in AGENTS]
ADMIN = "global.admin@tailspin.example"


@pytest.fixture
def world(world):
    """The world came with mails and ends of its own."""
    return quiet(world)


def quiet(world):
    Notification.objects.all().delete()
    AdminRelationship.objects.update(auto_extend=True)
    admin_of(world.tailspin)
    return world


def ask(world, **rest):
    return RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, display_name="Toy desk", active=False, **rest
    )


def give(world, days, **rest):
    relationship = ask(world, duration_days=days, **rest)
    approve_relationship(by=SYSTEM, relationship=relationship)
    Notification.objects.all().delete()
    return relationship


def kinds(relationship):
    """What was told, the oldest first, once for all recipients."""
    rows = relationship.notifications.order_by("due_at", "kind").values_list("kind", "due_at").distinct()
    return [(kind, (at - NOW) / timedelta(days=1)) for kind, at in rows]


# --- Steps ---


def test_each_step_tells_both_sides_in_its_own_transaction(world):
    relationship = ask(world)
    assert sorted(relationship.notifications.values_list("kind", "recipient")) == [
        ("requested", name) for name in sorted([*STAFF, ADMIN])
    ]
    with after(days=1):
        approve_relationship(by=SYSTEM, relationship=relationship)
    with after(days=2):
        terminate_relationship(by=SYSTEM, relationship=relationship)
    assert kinds(relationship) == [("requested", 0), ("approved", 1), ("terminated", 2)]
    declined = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    decline_relationship(by=SYSTEM, relationship=declined)
    assert kinds(declined) == [("declined", 0), ("requested", 0)]


def test_a_step_that_is_rolled_back_tells_nobody(world):
    relationship = ask(world)
    Notification.objects.all().delete()
    with transaction.atomic():
        approve_relationship(by=SYSTEM, relationship=relationship)
        assert Notification.objects.exists()
        transaction.set_rollback(True)
    assert not Notification.objects.exists()


def test_blocked_deleted_and_other_peoples_admins_get_nothing(world):
    for local_part, change in (("blocked", {"sign_in_blocked": True}), ("gone", {"deleted_at": NOW})):
        admin_of(world.tailspin, local_part, **change)
    CustomerUserFactory(customer=world.tailspin, local_part="reader", roles=["Global Reader"])
    User.objects.filter(username=STAFF[1]).update(is_active=False)
    relationship = ask(world)
    told = set(relationship.notifications.values_list("recipient", flat=True))
    assert told == {ADMIN, *STAFF} - {STAFF[1]}


def test_an_invitation_that_names_nobody_tells_the_partner_only(world):
    relationship = RelationshipFactory(partner=world.contoso, customer=None, active=False)
    assert set(relationship.notifications.values_list("recipient", flat=True)) == set(STAFF)
    assert "/customers/" in relationship.notifications.first().body


# --- What time brings ---


def test_reminders_and_the_end_come_by_the_clock_whenever_somebody_looks(world):
    relationship = give(world, 60)
    told = []
    for day in (29.9, 30, 31, 53, 59, 60, 61):
        with after(days=day):
            told.append((day, write_due() // len([*STAFF, ADMIN])))
    assert told == [(29.9, 0), (30, 1), (31, 0), (53, 1), (59, 1), (60, 1), (61, 0)]
    expected = [("ends_in_30_days", 30), ("ends_in_7_days", 53), ("ends_in_1_day", 59), ("expired", 60)]
    assert kinds(relationship) == expected


def test_whoever_looks_late_finds_all_of_them_with_the_days_they_were_due(world):
    relationship = give(world, 60)
    with after(days=730):
        assert write_due() == 4 * len([*STAFF, ADMIN])
        assert write_due() == 0
    assert [kind for kind, _ in kinds(relationship)] == [
        "ends_in_30_days",
        "ends_in_7_days",
        "ends_in_1_day",
        "expired",
    ]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(1, ["expired"]), (5, ["ends_in_1_day", "expired"]), (30, ["ends_in_7_days", "ends_in_1_day", "expired"])],
)
def test_a_short_one_is_not_reminded_of_before_it_begins(world, days, expected):
    relationship = give(world, days)
    with after(days=days):
        write_due()
    assert [kind for kind, _ in kinds(relationship)] == expected


def test_what_extends_itself_is_not_reminded_of_until_that_is_switched_off(world):
    relationship = give(world, 60, auto_extend=True)
    with after(days=100):
        assert write_due() == 0
        set_auto_extend(by=SYSTEM, relationship=relationship, enabled=False)
        assert write_due() == 0
    with after(days=60 + 180 - 30):
        write_due()
    assert kinds(relationship) == [("ends_in_30_days", 210)]


def test_what_was_terminated_before_its_end_never_expires_and_late_reminders_are_not_lost(world):
    relationship = give(world, 60)
    with after(days=40):
        terminate_relationship(by=SYSTEM, relationship=relationship)
    with after(days=61):
        assert write_due() == 0
    assert kinds(relationship) == [("ends_in_30_days", 30), ("terminated", 40)]


def test_somebody_who_becomes_an_admin_later_is_not_told_in_arrears(world):
    relationship = give(world, 60)
    with after(days=30):
        write_due()
    newcomer = CustomerUserFactory(customer=world.tailspin, local_part="new")
    DirectoryRoleMember.objects.create(customer=world.tailspin, user=newcomer, role_id=GLOBAL_ADMINISTRATOR)
    with after(days=53):
        write_due()
    mine = relationship.notifications.filter(recipient=newcomer.user_principal_name)
    assert list(mine.values_list("kind", flat=True)) == ["ends_in_7_days"]


def test_a_clock_that_is_put_back_tells_nothing_twice(world):
    relationship = give(world, 60)
    with after(days=60):
        written = write_due()
    for day in (20, 30, 60):
        with after(days=day):
            assert write_due() == 0
    assert relationship.notifications.count() == written


def test_the_database_itself_refuses_to_tell_somebody_twice(world):
    first = ask(world).notifications.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.create(
            relationship=first.relationship,
            kind=first.kind,
            about=first.about,
            due_at=first.due_at,
            recipient=first.recipient,
        )


def test_looking_takes_the_same_queries_for_one_and_for_three(world, django_assert_num_queries):
    for count in (1, 3):
        Notification.objects.all().delete()
        for number in range(count):
            RelationshipFactory(
                partner=world.contoso, customer=world.tailspin, duration_days=1, display_name=f"{count} {number}"
            )
        Notification.objects.all().delete()
        with after(days=1), django_assert_num_queries(6):
            write_due()
        AdminRelationship.objects.filter(duration_days=1).delete()


# --- The words ---


def test_the_mails_say_what_it_means_for_each_side_and_lead_to_the_place_to_act(world):
    relationship = ask(world, roles=["User Administrator", "License Administrator"])
    at = f"http://127.0.0.1:8000/tenant/approve/{relationship.pk}/"
    to_customer = relationship.notifications.get(recipient=ADMIN)
    assert to_customer.subject == 'Contoso Cloud Partners asks Tailspin Toys for admin roles: "Toy desk"'
    assert to_customer.body == (
        "Contoso Cloud Partners asks for the admin roles below in your organization. Look at the request and approve "
        "all of them or none. A Global Administrator or a Customer Delegated Admin Relationship Administrator can do "
        "that, within 90 days.\n"
        "\n"
        "Relationship: Toy desk\n"
        "Partner:      Contoso Cloud Partners\n"
        "Customer:     Tailspin Toys\n"
        "Duration:     730 days\n"
        "Roles:        License Administrator, User Administrator\n"
        "\n"
        f"{at}\n"
    )
    to_partner = relationship.notifications.get(recipient=STAFF[0])
    assert to_partner.body.startswith("The request was sent to Tailspin Toys.")
    assert to_partner.body.endswith(f"/customers/{world.tailspin.pk}/admin-relationships/{relationship.pk}/\n")


def test_a_reminder_names_the_day_and_hour_of_the_end(world):
    relationship = give(world, 60)
    with after(days=53):
        write_due()
    assert set(relationship.notifications.values_list("subject", flat=True)) == {
        'Admin relationship "Toy desk" ends on January 21, 2027, 12:00 UTC'
    }


def test_names_with_braces_and_line_breaks_are_names(world):
    world.tailspin.company_name = "{partner}\nEvil: yes"
    world.tailspin.save()
    relationship = ask(world)
    subject = relationship.notifications.first().subject
    assert subject == 'Contoso Cloud Partners asks {partner} Evil: yes for admin roles: "Toy desk"'


# --- Sending ---


def test_each_mail_is_sent_once_with_its_own_date_and_number(world):
    relationship = ask(world)
    with after(days=3):
        assert send_waiting() == len([*STAFF, ADMIN])
        assert send_waiting() == 0
    mails = {mail.to[0]: mail for mail in outbox.outbox}
    assert sorted(mails) == sorted([*STAFF, ADMIN])
    row = relationship.notifications.get(recipient=ADMIN)
    message = mails[ADMIN].message()
    assert (message["Message-ID"], message["Date"]) == (f"<{row.pk}@partnercenter>", "Sun, 22 Nov 2026 12:00:00 +0000")
    assert row.sent_at == NOW + timedelta(days=3)


class Choosy(EmailBackend):
    """A mail server that does not know one of the recipients."""

    def send_messages(self, messages):
        if messages[0].to == [ADMIN]:
            raise SMTPRecipientsRefused({ADMIN: (550, b"unknown")})
        return super().send_messages(messages)


class Dead(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("nobody listens")


def test_one_that_is_refused_keeps_nobody_waiting_and_is_tried_again_later(world, settings):
    ask(world)
    settings.EMAIL_BACKEND = f"{__name__}.Choosy"
    assert send_waiting() == len(STAFF)
    assert send_waiting() == 0  # not at once again
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with after(minutes=15):
        assert send_waiting() == 1


def test_without_a_mail_server_nothing_is_lost(world, settings):
    ask(world)
    settings.EMAIL_BACKEND = f"{__name__}.Dead"
    with pytest.raises(ConnectionRefusedError):
        send_waiting()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_waiting() == len([*STAFF, ADMIN])


def test_what_somebody_else_is_sending_is_left_alone_until_a_while_has_passed(world):
    relationship = ask(world)
    relationship.notifications.update(claimed_at=clock.now())
    assert send_waiting() == 0
    with after(minutes=14):
        assert send_waiting() == 0
    with after(minutes=15):
        assert send_waiting() == len([*STAFF, ADMIN])


def test_the_command_writes_and_sends_and_does_nothing_the_second_time(world):
    give(world, 1)
    out = StringIO()
    with after(days=1):
        call_command("notify", stdout=out)
        call_command("notify", stdout=out)
    assert out.getvalue() == "6 written, 6 sent.\n0 written, 0 sent.\n"


def test_another_partner_learns_nothing(world):
    other = RelationshipFactory(partner=PartnerFactory(), customer=world.tailspin, active=False)
    assert list(other.notifications.values_list("recipient", flat=True)) == [ADMIN]
    assert not Notification.objects.filter(recipient=world.max.username).exists()


@pytest.mark.race
def test_several_who_look_and_send_at_one_moment_tell_everybody_once(lasting_world, race):
    relationship = give(quiet(lasting_world), 1)
    yesterday = clock.now() - timedelta(days=1)
    AdminRelationship.objects.filter(pk=relationship.pk).update(
        activated_at=yesterday - timedelta(days=1), ends_at=yesterday
    )
    race([write_due] * 4)
    assert relationship.notifications.count() == len([*STAFF, ADMIN])
    sent = race([send_waiting] * 4)
    assert sum(sent) == len(outbox.outbox) == len([*STAFF, ADMIN])
