"""What machines ask: is the process alive, can it work, how much does it do."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from partnercenter.accounts.bearer import BearerRefused, bearer_token
from partnercenter.operations import health, metrics


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whoever reads this was answered by a living process. Nothing else is asked: a restart mends no database."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 takes this process out of the proxy's turn. A worker that is late does not: pages are there without it."""
    problems, warnings = health.problems(), health.warnings()
    is_ready = all(text == health.FINE for text in problems.values())
    is_fine = all(text == health.FINE for text in warnings.values())
    status = "not ready" if not is_ready else "ok" if is_fine else "degraded"
    return JsonResponse({"status": status, "checks": {**problems, **warnings}}, status=200 if is_ready else 503)


@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Open in the demo; otherwise by METRICS_TOKEN or METRICS_ADDRESSES, and for others not there."""
    if not (settings.DEMO_MODE or _holds_token(request) or _is_near(request)):
        raise Http404
    return HttpResponse(generate_latest(metrics.registry()), content_type=CONTENT_TYPE_LATEST)


def _holds_token(request: HttpRequest) -> bool:
    try:
        sent = bearer_token(request.headers.get("Authorization", ""))
    except BearerRefused:
        return False
    return bool(settings.METRICS_TOKEN) and constant_time_compare(sent, settings.METRICS_TOKEN)


def _is_near(request: HttpRequest) -> bool:
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.METRICS_ADDRESSES)
