"""From where somebody asks, as far as that can be told apart."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

HOME_NETWORK = 64  # bits: a whole IPv6 network of this size belongs to one subscriber


def address_of(request: HttpRequest) -> str:
    """The caller's address; behind a proxy the one that the proxy itself saw, which is the last of the header."""
    if settings.BEHIND_PROXY:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if _parsed(seen) is not None:
            return seen
    return str(request.META.get("REMOTE_ADDR", ""))


def neighborhood(address: str) -> str:
    """What counts as one address: of IPv6 the network, for everybody there has more addresses than they can use."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ip_network((found, HOME_NETWORK), strict=False))
    return str(found) if found else ""


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
