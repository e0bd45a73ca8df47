"""Traces, where OTEL_EXPORTER_OTLP_ENDPOINT names who takes them: one span per request, with its route and ids.

The packages are an extra (`requirements/tracing.txt`); without the setting none of them is imported.
"""

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from partnercenter import request_ids
from partnercenter.operations.answer import route_of

if TYPE_CHECKING:
    from opentelemetry.trace import Span

SETTING = "OTEL_EXPORTER_OTLP_ENDPOINT"
PACKAGES = (
    "opentelemetry.sdk",
    "opentelemetry.exporter.otlp.proto.http",
    "opentelemetry.instrumentation.django",
)
# Where the instrumentation puts addresses as they were sent, which name people and open links: the route stands there.
ADDRESSES = ("http.url", "http.target", "url.full", "url.path")
HIDDEN = ("url.query", "http.client_ip", "net.peer.ip", "client.address", "http.user_agent", "user_agent.original")


def is_wanted() -> bool:
    return bool(os.environ.get(SETTING))


def missing_packages() -> list[str]:
    return [name for name in PACKAGES if not _is_there(name)]


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # not even what stands above it
        return False


def start() -> None:
    """Before the application is made. The thread that sends begins anew in each process that is forked."""
    if not is_wanted():
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  an extra
    from opentelemetry.instrumentation.django import DjangoInstrumentor  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    os.environ.setdefault("OTEL_SERVICE_NAME", "partnercenter")
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    DjangoInstrumentor().instrument(tracer_provider=provider, response_hook=describe)


def describe(span: "Span", request: HttpRequest, response: HttpResponse) -> None:
    """What may be told about the request, in place of its address."""
    route, ids = route_of(request), request_ids.of(request)
    span.update_name(f"{request.method} {route}")
    known: dict[str, str] = dict.fromkeys(ADDRESSES, route) | dict.fromkeys(HIDDEN, "")
    span.set_attributes(
        known
        | {
            "http.route": route,
            "partnercenter.request_id": ids.request_id,
            "partnercenter.correlation_id": ids.correlation_id,
        }
    )
