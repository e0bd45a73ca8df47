"""Forms whose way leads out of the portal, to an app that waits for a sign-in."""

from typing import TypeVar

from django.http.response import HttpResponseBase

Answer = TypeVar("Answer", bound=HttpResponseBase)


def allow_form_to_lead_to(answer: Answer, origin: str) -> Answer:
    """Add `origin` to what forms of this page may end at. Browsers follow redirects of a form only so far."""
    if origin:
        answer._csp_update = {"form-action": [origin]}  # type: ignore[attr-defined]  # noqa: SLF001  what csp's decorator sets
    return answer
