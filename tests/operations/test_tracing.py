"""Traces: a span for each request arrives at whoever is named, and says nothing that the log would not say."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings as django_settings
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from partnercenter.checks import traces_can_be_sent
from partnercenter.operations import tracing

ASK = """
from partnercenter.wsgi import application
from opentelemetry import trace
from django.test import RequestFactory

def ask(path):
    request = RequestFactory().get(path, headers={"host": "localhost", "user-agent": "an-agent"})
    told = {}
    def start(status, headers):
        told.update(headers)
    b"".join(application(request.environ, start))
    return told["X-Request-Id"]

print(ask("/password/a-hidden-link/?a=hidden"))
"""


@pytest.fixture
def collector():
    """(address, what was posted to it)."""
    received = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_span_with_the_route_arrives_and_the_path_does_not(collector):
    address, received = collector
    more = {tracing.SETTING: address, "DATABASE_URL": "sqlite://:memory:", "DEMO_MODE": "true"}
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=django_settings.BASE_DIR,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=True,
    )
    spans = {}
    for path, body in received:
        assert path == "/v1/traces"
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = {pair.key: pair.value.string_value for pair in resource.resource.attributes}["service.name"]
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                spans[service, span.name] = {pair.key: pair.value.string_value for pair in span.attributes}
    assert set(spans) == {("partnercenter", "GET password/<str:token>/")}
    (found,) = spans.values()
    assert found["http.route"] == "password/<str:token>/"
    assert found["partnercenter.request_id"] == answer.stdout.strip()
    assert [body for _, body in received if b"hidden" in body or b"an-agent" in body] == []


def test_traces_that_are_wanted_without_their_packages_are_refused_at_the_start(monkeypatch):
    monkeypatch.setenv(tracing.SETTING, "http://127.0.0.1:4318")
    assert traces_can_be_sent() == []
    monkeypatch.setattr(tracing, "PACKAGES", ("opentelemetry.sdk", "opentelemetry_that_is_not_there.django"))
    (error,) = traces_can_be_sent()
    assert error.msg == (
        "OTEL_EXPORTER_OTLP_ENDPOINT is set, but packages for traces are not installed: "
        "opentelemetry_that_is_not_there.django."
    )
    assert "requirements/tracing.txt" in error.hint


def test_without_the_setting_nobody_asks_for_the_packages(monkeypatch):
    monkeypatch.delenv(tracing.SETTING, raising=False)
    monkeypatch.setattr(tracing, "PACKAGES", ("opentelemetry_that_is_not_there",))
    assert traces_can_be_sent() == []
