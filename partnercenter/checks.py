"""System checks: what serves the demo must not serve anybody else by accident."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from partnercenter.operations import tracing

TAG = "partnercenter"


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
