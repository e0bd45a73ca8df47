from customers.models import CustomerUser
from partnercenter.fields import begins_with
from tests.factories import CustomerUserFactory

NAMES = (
    "Ann",
    "Ann Lee",
    "Anñ",
    "An",
    "Ao",
    "Zed",
    "100%",
    "10",
    "\ud7ff\u00e9",
    "\U0010ffff",
    "\U0010ffffx",
    "_",
    "a_",
)


def test_what_begins_with_a_text_is_what_startswith_finds_whatever_signs_it_holds(world):
    for name in NAMES:
        CustomerUserFactory(customer=world.proseware, display_name=name)
    users = CustomerUser.objects.filter(customer=world.proseware)
    wrong = []
    for text in ("", "a", "an", "ann", "ann ", "anñ", "z", "1", "10", "100%", "%", "_", "a_", "\ud7ff", "\U0010ffff"):
        found = set(users.filter(begins_with("sort_name", text)).values_list("sort_name", flat=True))
        expected = {user.sort_name for user in users if user.sort_name.startswith(text)}
        if found != expected:
            wrong.append((text, found ^ expected))
    assert wrong == []
