"""What there is to tell about a request that was answered."""

from dataclasses import dataclass

from django.http import HttpRequest

NOWHERE = "(none)"  # no route was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Nothing of it names a person or repeats what was sent: the route is the pattern, not the path."""

    door: str
    route: str
    method: str
    status: int
    duration_ms: float
    principal_id: str

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status} in {self.duration_ms} ms"


def route_of(request: HttpRequest) -> str:
    """The pattern that the path was found by; files have none."""
    if request.resolver_match is not None:
        return request.resolver_match.route or "/"
    return "static/" if request.path_info.startswith("/static/") else NOWHERE
