"""The emulated time: see it, let it stand, set it, move it on, or jump to where something ends."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from partnercenter import clock
from partnercenter.emulator import parsing, services
from partnercenter.emulator.upcoming import MOST_OF_A_KIND, Ending, next_endings
from partnercenter.emulator.views.ops import emulator_page, ops_page
from partnercenter.errors import DomainError, Problem
from partnercenter.portal.http import NUL, PortalRequest

STEPS = (("PT1H", "1 hour"), ("P1D", "1 day"), ("P7D", "7 days"), ("P30D", "30 days"), ("P180D", "180 days"))
SHORTLY = timedelta(minutes=1)


@require_http_methods(["GET", "POST"])
@ops_page
def clock_page(request: PortalRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    try:
        _carry_out(request)
    except DomainError as error:
        return _page(request, error=error)
    messages.success(request, f"It is {services.current().time(clock.wall()):%B %-d, %Y, %H:%M:%S} UTC now.")
    return redirect("clock-page")


def _carry_out(request: PortalRequest) -> None:
    by, typed = request.principal, request.POST.get("moment", "").replace(NUL, "")
    match request.POST.get("go", ""):
        case "freeze":
            services.freeze(by=by)
        case "run":
            services.set_time(by=by, to=services.current().time(clock.wall()))
        case "set":
            services.set_time(by=by, to=parsing.moment(typed))
        case "freeze_at":
            services.freeze(by=by, at=parsing.moment(typed))
        case "reset":
            services.reset(by=by)
        case "jump":
            services.go_to(by=by, at=parsing.moment(typed))
        case step:
            services.advance(by=by, step=parsing.duration(step.replace(NUL, "")))


def _page(request: PortalRequest, *, error: DomainError | None = None) -> HttpResponse:
    setting = services.current()
    now = setting.time(clock.wall())
    context = {
        "now": now,
        "is_frozen": setting.frozen_at is not None,
        "is_moved": setting.frozen_at is not None or bool(setting.offset),
        "setting": setting,
        "typed": request.POST.get("moment", f"{now:%Y-%m-%dT%H:%M}"),
        "steps": STEPS,
        "endings": [_shown(ending) for ending in next_endings(now)],
        "most": MOST_OF_A_KIND,
        "problem": _problem(error.problems[0]) if error else None,
    }
    return render(request, "emulator/clock.html", emulator_page("clock-page") | context, status=400 if error else 200)


def _shown(ending: Ending) -> dict[str, object]:
    return {
        "at": ending.at,
        "what": ending.what,
        "whose": ending.whose,
        "then": _written(ending.at),
        "before": _written(ending.at - SHORTLY),
    }


def _written(moment: datetime) -> str:
    """To the microsecond, for a relationship ends at one."""
    return moment.isoformat()


def _problem(problem: Problem) -> dict[str, str]:
    return {"intent": "error", "title": "The clock was not moved.", "text": problem.message}
