"""`$batch`: up to 20 requests in one, each with its own status, transaction and ids (section 14)."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from rest_framework.request import Request

from partnercenter import request_ids
from partnercenter.wire.graph.authentication import IN_BATCH
from partnercenter.wire.graph.bodies import Members
from partnercenter.wire.graph.encoding import Answer, Body
from partnercenter.wire.graph.errors import DIRECTORY, Refused, bad_request
from partnercenter.wire.graph.headers import client_request_id
from partnercenter.wire.graph.paths import tidy, version_of
from partnercenter.wire.graph.views import GraphView

MOST_REQUESTS = 20
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FAILED_DEPENDENCY = 424
FIRST_FAILURE = 400
_TOLD = ("Content-Type", "Location", "Retry-After", "Cache-Control", "WWW-Authenticate", "Allow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One request of the batch. `body` None for none."""

    id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: object
    depends_on: tuple[str, ...]

    @property
    def has_content_type(self) -> bool:
        return any(name.casefold() == "content-type" for name in self.headers)


class Batch(GraphView):
    http_method_names = ["post"]

    def meter(self) -> None:
        """Its requests are counted one by one."""

    def _answered(self, work: Any) -> HttpResponse:
        """Without a transaction around it: each item has its own."""
        response: HttpResponse = work().response()
        return response

    def post(self, request: Request) -> Answer:
        answers: dict[str, Body] = {}
        for item in in_order(read_items(self.body, root=self.root)):
            failed = [name for name in item.depends_on if answers[name]["status"] >= FIRST_FAILURE]
            answers[item.id] = _skipped(item, failed[0]) if failed else self._answer(item)
        return Answer(body={"responses": list(answers.values())})

    def _answer(self, item: Item) -> Body:
        if item.body is not None and not item.has_content_type:
            return _refused(item, bad_request("A request with a body needs the header Content-Type."))
        inner = self._request(item)
        match = resolve(inner.path_info)
        with request_ids.of_part(inner, correlation_id=client_request_id(self.http)) as ids:
            inner.META[IN_BATCH] = replace(
                self.principal, memo={}, request_id=ids.request_id, correlation_id=ids.correlation_id
            )
            return _told(item, match.func(inner, *match.args, **match.kwargs))

    def _request(self, item: Item) -> HttpRequest:
        """The item as if it had come alone, by the same person, who is not asked for the token again."""
        path, _, query = item.url.partition("?")
        body = b"" if item.body is None else orjson.dumps(item.body)
        outer = self.http.META
        kept = {name: outer[name] for name in _ENVIRONMENT if name in outer}
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in item.headers.items()}
        environ = {
            **kept,
            **headers,
            "REQUEST_METHOD": item.method,
            "PATH_INFO": _as_wsgi(f"/{version_of(self.http)}/{path.lstrip('/')}"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        inner = WSGIRequest(environ)
        tidy(inner)
        return inner


_ENVIRONMENT = (
    "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "REMOTE_ADDR",
    "wsgi.url_scheme",
)  # fmt: skip


def read_items(body: Members, *, root: str) -> list[Item]:
    """The requests, if they can be done at all; otherwise none is. `root` is where this version of Graph stands."""
    requests = body.objects("requests")
    if not 1 <= len(requests) <= MOST_REQUESTS:
        raise bad_request(f"A batch holds 1 to {MOST_REQUESTS} requests, not {len(requests)}.")
    items = [_item(one, root) for one in requests]
    ids = {item.id for item in items}
    if len(ids) < len(items):
        raise bad_request("Each request of a batch needs an id of its own.")
    unknown = sorted({name for item in items for name in item.depends_on} - ids)
    if unknown:
        raise bad_request(f"dependsOn names '{unknown[0][:100]}', which is not in the batch.")
    return items


def in_order(items: Sequence[Item]) -> list[Item]:
    """As they stand, but each after those it depends on; refused where they wait for each other."""
    waiting, done, ordered = list(items), set[str](), list[Item]()
    while waiting:
        ready = next((item for item in waiting if done.issuperset(item.depends_on)), None)
        if ready is None:
            raise bad_request("The requests of the batch depend on each other in a circle.")
        waiting.remove(ready)
        done.add(ready.id)
        ordered.append(ready)
    return ordered


def _item(one: Members, root: str) -> Item:
    own_id, method, url = one.text("id"), (one.text("method") or "").upper(), one.text("url")
    if not own_id or not url or method not in METHODS:
        raise bad_request(f"Each request of a batch needs an id, a url, and a method out of {', '.join(METHODS)}.")
    url = url.removeprefix(f"{root}/")  # the SDKs write whole addresses where the server is not Microsoft's
    if "://" in url.partition("?")[0] or not url.isprintable():
        raise bad_request("The url of a request in a batch is relative, such as /users.")
    if url.strip("/").casefold().startswith("$batch"):
        raise bad_request("A batch can't hold another batch.")
    headers = one.members("headers")
    return Item(
        id=own_id,
        method=method,
        url=url,
        headers=_headers(headers) if headers else {},
        body=one.value("body"),
        depends_on=tuple(one.texts("dependsOn")),
    )


def _headers(members: Members) -> dict[str, str]:
    """Never the token: all of the batch is done by whoever sent it."""
    found = {name: members.text(name) or "" for name in members.names()}
    if not all(name.replace("-", "").isalnum() and value.isprintable() for name, value in found.items()):
        raise bad_request("The headers of a request in a batch are texts.")
    return {name: value for name, value in found.items() if name.casefold() != "authorization"}


def _as_wsgi(path: str) -> str:
    """Percent-decoded bytes as latin-1, as servers hand them over."""
    return unquote_to_bytes(path).decode("latin-1")


def _told(item: Item, response: HttpResponse) -> Body:
    """A body of JSON as such, any other as text."""
    found: dict[str, Any] = {
        "id": item.id,
        "status": response.status_code,
        "headers": {name: response[name] for name in _TOLD if response.has_header(name)},
    }
    if response.content:
        is_json = "json" in response.get("Content-Type", "")
        found["body"] = json.loads(response.content) if is_json else response.content.decode()
    return found


def _skipped(item: Item, failed: str) -> Body:
    error = {"code": "FailedDependency", "message": f"The request '{failed}', on which this one depends, failed."}
    return {"id": item.id, "status": FAILED_DEPENDENCY, "headers": {}, "body": {"error": error}}


def _refused(item: Item, refused: Refused) -> Body:
    return {"id": item.id, "status": refused.kind.status, "headers": {}, "body": {"error": refused.error(DIRECTORY)}}
