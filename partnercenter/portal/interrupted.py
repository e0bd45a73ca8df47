"""What was typed into a form whose session had ended, until the person has signed in again."""

from django.http import HttpRequest, QueryDict

SESSION_KEY = "interrupted_post"
MOST_BYTES = 20_000


def keep_interrupted_post(request: HttpRequest) -> None:
    """Remember the posted form in the (anonymous) session, if it is of a sensible size."""
    if request.method != "POST":
        return
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    encoded = data.urlencode()
    if len(encoded) <= MOST_BYTES:
        request.session[SESSION_KEY] = {"path": request.path, "data": encoded}


def take_interrupted_post(request: HttpRequest) -> QueryDict | None:
    """The form that was posted to this very address before the sign-in; handed out once."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[SESSION_KEY]
    return QueryDict(kept["data"])
