"""Where a sign-in may lead back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from partnercenter.accounts.models import AppRegistration
from partnercenter.accounts.tokens.clients import app_named
from partnercenter.accounts.tokens.refusals import TokenRefused

MODES = ("query", "fragment", "form_post")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """An address that the app registered, and how it wants to be told."""

    app: AppRegistration
    uri: str
    mode: str
    state: str

    @property
    def origin(self) -> str:
        """What a Content-Security-Policy calls it."""
        parts = urlsplit(self.uri)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"

    def with_answer(self, answer: Mapping[str, str]) -> str:
        """The address to send the browser to, for the modes `query` and `fragment`."""
        parts = urlsplit(self.uri)
        text = urlencode(self.fields(answer))
        if self.mode == "fragment":
            return urlunsplit(parts._replace(fragment=text))
        query = "&".join(filter(None, (parts.query, text)))
        return urlunsplit(parts._replace(query=query))

    def fields(self, answer: Mapping[str, str]) -> dict[str, str]:
        return {**answer, "state": self.state} if self.state else dict(answer)


def reply_address(asked: Mapping[str, str], *, where: str) -> ReplyAddress:
    """Raises `TokenRefused` when nobody may be sent anywhere: then the person reads it on a page of ours."""
    for name in ("client_id", "redirect_uri"):
        if not asked.get(name):
            raise TokenRefused(900144, name=name)
    app, uri = app_named(asked["client_id"], where=where), asked["redirect_uri"]
    if not any(_matches(uri, registered) for registered in app.redirect_uris):
        raise TokenRefused(50011, uri=uri[:500], app=app.pk)
    mode = asked.get("response_mode") or "query"
    if mode not in MODES:
        raise TokenRefused(70000, name="response_mode")
    return ReplyAddress(app, uri, mode, asked.get("state", ""))


def origin_after_sign_in(path: str) -> str:
    """Where the page at `path` will send the browser, if it is a token request of a known app; else nothing.

    Browsers refuse the way sign-in form -> authorize -> app unless the form's page allows the app's address.
    """
    asked = dict(parse_qsl(urlsplit(path).query))
    if "/oauth2/" not in path or "redirect_uri" not in asked:
        return ""
    try:
        return reply_address(asked, where="").origin
    except TokenRefused:
        return ""


def _matches(uri: str, registered: str) -> bool:
    """To the letter; only on loopback any port will do, for a program takes the one that is free."""
    if uri == registered:
        return True
    try:
        asked, known = urlsplit(uri), urlsplit(registered)
        same_host = asked.scheme == known.scheme == "http" and asked.hostname == known.hostname
        is_plain = asked.port is not None and "@" not in asked.netloc
    except ValueError:
        return False
    same_place = (asked.path, asked.query, asked.fragment) == (known.path, known.query, known.fragment)
    return same_host and is_plain and known.hostname in _LOOPBACK and same_place
