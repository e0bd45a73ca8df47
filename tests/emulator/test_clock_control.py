"""`/_emulator/clock`, as a client's test suite calls it."""

import pytest
from django.test import Client, override_settings

from partnercenter.emulator.models import ClockSetting
from tests.factories import StaffFactory

pytestmark = pytest.mark.usefixtures("shared")

PATH = "/_emulator/clock"
THEN = "2027-03-01T09:00:00Z"


@pytest.fixture
def control():
    """Without a sign-in, and as strict about CSRF as the real thing."""
    return Client(enforce_csrf_checks=True)


def put(control, body, **more):
    return control.put(PATH, body, content_type="application/json", **more)


def test_it_freezes_advances_and_resets(control):
    frozen = put(control, {"freeze": THEN})
    assert (frozen.status_code, frozen.json()) == (200, {"now": THEN, "frozen": True, "offsetSeconds": 0.0})
    assert put(control, {"advance": "P7D"}).json()["now"] == "2027-03-08T09:00:00Z"
    assert control.get(PATH).json() == {"now": "2027-03-08T09:00:00Z", "frozen": True, "offsetSeconds": 0.0}
    assert put(control, {"reset": True}).json()["frozen"] is False
    assert put(control, {"freeze": True}).json()["frozen"] is True


def test_a_clock_that_is_set_runs(control):
    answer = put(control, {"now": THEN}).json()
    assert answer["now"].startswith("2027-03-01T09:00:")
    assert answer["frozen"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "P7D",
        {"now": THEN, "freeze": True},
        {"reset": False},
        {"later": "P7D"},
        {"now": 7},
        {"freeze": False},
        {"freeze": None},
        {"advance": "7 days"},
        {"advance": "P999999999D"},
        {"now": "2300-01-01T00:00:00Z"},
    ],
)
def test_what_it_does_not_understand_changes_nothing(control, body):
    answer = put(control, body)
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "message"}
    assert ClockSetting.objects.count() == 0


def test_a_broken_body_is_told_what_is_expected(control):
    assert put(control, "{").json() == {
        "error": {
            "code": "body_not_understood",
            "message": "The body is a JSON object with members out of: now, freeze, advance, reset.",
        }
    }


def test_a_form_of_another_web_page_is_refused(control):
    answer = control.put(PATH, '{"reset": true}', content_type="text/plain")
    assert (answer.status_code, ClockSetting.objects.count()) == (415, 0)


def test_other_methods_are_refused(control):
    answer = control.post(PATH, {"reset": True}, content_type="application/json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, PUT")


def test_it_answers_this_machine_only(control):
    assert control.get(PATH, REMOTE_ADDR="192.0.2.7").status_code == 404
    assert put(control, {"reset": True}, REMOTE_ADDR="").status_code == 404
    assert control.get(PATH, REMOTE_ADDR="::1").status_code == 200


@override_settings(DEMO_MODE=False, SECURE_SSL_REDIRECT=False)
def test_outside_demo_mode_it_is_not_there(control):
    assert [control.get(PATH).status_code, put(control, {"reset": True}).status_code] == [404, 404]
    assert ClockSetting.objects.count() == 0


def test_a_session_outlives_every_move_of_the_clock(control, client):
    client.force_login(StaffFactory())
    for body in ({"freeze": "2199-12-31T00:00:00Z"}, {"freeze": "2000-01-01T00:00:00Z"}):
        put(control, body)
        assert client.get("/customers/").status_code == 200
