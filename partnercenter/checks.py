"""System checks: what serves the demo must not serve anybody else by accident."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, ProgrammingError
from django.db.models import Count, QuerySet

from partnercenter.operations import tracing

TAG = "partnercenter"
DEMO_PASSWORD, DEMO_CLIENT_SECRET = "demo", "demo-secret"
MOST_HASHES = 5  # each takes a fifth of a second


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens at `host`."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


@register(TAG)
def traces_can_be_sent(app_configs: Sequence[AppConfig] | None = None, **kwargs: object) -> list[CheckMessage]:
    """Whoever asks for traces learns at the start that they could not be sent."""
    missing = tracing.missing_packages() if tracing.is_wanted() else []
    if not missing:
        return []
    return [
        Error(
            f"{tracing.SETTING} is set, but packages for traces are not installed: {', '.join(missing)}.",
            hint="Install them with `pip install --require-hashes -r requirements/tracing.txt`, or leave it unset.",
            id="partnercenter.E004",
        )
    ]


@register(TAG)
def demo_is_not_served_to_others(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """With DEMO_MODE off, nothing of the demo's settings may be left."""
    return [] if settings.DEMO_MODE else list(_left_from_the_demo())


@register(TAG, Tags.database)
def demo_is_not_left_in_the_database(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """`manage.py check --database default` and every start look for passwords that everybody knows."""
    if settings.DEMO_MODE or not databases:
        return []
    try:
        return list(_left_in_the_database())
    except (OperationalError, ProgrammingError):
        return []  # no tables yet, so nothing in them


def _left_in_the_database() -> Iterator[CheckMessage]:
    from customers.models import CustomerUser  # noqa: PLC0415  models are not there yet when checks are registered
    from partnercenter.accounts.models import ClientSecret, User, digest_of  # noqa: PLC0415

    staff = User.objects.filter(is_active=True)
    groups = (staff.filter(is_superuser=True), staff, CustomerUser.objects.all())
    if any(_has_demo_password(people) for people in groups):
        yield Error(
            "DEMO_MODE is off, but people of the demo are in the database, with the password that everybody knows.",
            hint="Start with an empty database, or give them other passwords.",
            id="partnercenter.E004",
        )
    if ClientSecret.objects.filter(digest=digest_of(DEMO_CLIENT_SECRET)).exists():
        yield Error(
            "DEMO_MODE is off, but an app has the client secret of the demo.",
            hint="Start with an empty database, or remove that secret.",
            id="partnercenter.E005",
        )


def _has_demo_password(people: QuerySet[Any]) -> bool:
    """The demo hashes its password once for everybody, so it is looked for among the hashes that most people share."""
    hashes = people.exclude(password="").order_by().values_list("password")
    shared = list(hashes.annotate(count=Count("pk")).order_by("-count")[:MOST_HASHES])
    return any(check_password(DEMO_PASSWORD, password) for password, _ in shared)


def _left_from_the_demo() -> Iterator[CheckMessage]:
    if settings.SECRET_KEY == settings.DEMO_SECRET_KEY:
        yield Error(
            "DEMO_MODE is off, but SECRET_KEY is the public one of the demo.",
            hint="Set SECRET_KEY to a long random text that nobody else knows.",
            id="partnercenter.E001",
        )
    if all(is_loopback(host) for host in settings.ALLOWED_HOSTS):
        yield Error(
            "DEMO_MODE is off, but ALLOWED_HOSTS names no host beyond this machine.",
            hint="Set ALLOWED_HOSTS to the names under which people reach the portal, with commas between them.",
            id="partnercenter.E002",
        )
    if settings.DEBUG:
        yield Error(
            "DEMO_MODE is off, but DEBUG is on: error pages would show settings and data.",
            hint="Leave DEBUG unset.",
            id="partnercenter.E003",
        )
