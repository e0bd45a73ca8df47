"""Clients that ask one server again and again over kept connections, and know how long each answer took."""

import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from harness import Sample

END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent; `body` is called for each, so that every new user has another name."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Callable[[], bytes] | None = None
    status: int = 200
    contains: bytes = b""  # of the answer, so that an error is not taken for speed

    def bytes(self) -> bytes:
        body = self.body() if self.body else b""
        lines = {"Host": "127.0.0.1", **self.headers, "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Connection:
    """Just enough HTTP/1.1 to cost little beside what is measured."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.rest = b""

    def ask(self, request: Request) -> bytes:
        """The body of the answer; a connection that the server has closed is opened anew."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.rest = b""
        self.socket.sendall(request.bytes())
        head, body, kept = self._answer()
        status = int(head.split(b" ", 2)[1])
        assert status == request.status, (request.path, status, body[:500])
        assert request.contains in body, (request.path, body[:500])
        if not kept:
            self.close()
        return body

    def _answer(self) -> tuple[bytes, bytes, bool]:
        while END not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(END)
        names = head.lower()
        kept = b"connection: close" not in names and not head.startswith(b"HTTP/1.0")
        if b"transfer-encoding: chunked" in names:
            return head, self._chunks(), kept
        _, found, length = names.partition(b"content-length:")
        if not found:
            return head, self._until_closed(), False
        size = int(length.split(b"\r\n", 1)[0])
        while len(self.rest) < size:
            self._more()
        body, self.rest = self.rest[:size], self.rest[size:]
        return head, body, kept

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self.rest:
                self._more()
            size, _, self.rest = self.rest.partition(b"\r\n")
            length = int(size, 16)
            while len(self.rest) < length + 2:
                self._more()
            body, self.rest = body + self.rest[:length], self.rest[length + 2 :]
            if not length:
                return body

    def _until_closed(self) -> bytes:
        assert self.socket
        while data := self.socket.recv(65536):
            self.rest += data
        body, self.rest = self.rest, b""
        return body

    def _more(self) -> None:
        assert self.socket
        data = self.socket.recv(65536)
        assert data, "the server closed the connection in the middle of an answer"
        self.rest += data

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket = None


def first_answer(port: int, request: Request, *, seconds: float = 60) -> bytes:
    """Wait for a server that is starting."""
    until = time.monotonic() + seconds
    while True:
        connection = Connection(port)
        try:
            return connection.ask(request)
        except (OSError, AssertionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.005)
        finally:
            connection.close()


def load(
    port: int, request: Request, *, clients: int, seconds: float, cpu: Callable[[], float]
) -> tuple[Sample, list[float]]:
    """Ask for that long with so many clients; seconds per request, and how long each took."""
    waits: list[float] = []
    threads = [threading.Thread(target=_client, args=(port, request, seconds, waits)) for _ in range(clients)]
    start, spent = time.perf_counter(), cpu()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, spent = time.perf_counter() - start, cpu() - spent
    assert waits, "every client failed; see above"
    return Sample(wall / len(waits), spent / len(waits)), waits


def _client(port: int, request: Request, seconds: float, waits: list[float]) -> None:
    connection = Connection(port)
    until = time.perf_counter() + seconds
    while (start := time.perf_counter()) < until:
        connection.ask(request)
        waits.append(time.perf_counter() - start)
    connection.close()


def tail(waits: list[float]) -> float:
    """How many times as long as the usual one the slowest of a hundred takes."""
    return statistics.quantiles(waits, n=100)[98] / statistics.median(waits)
