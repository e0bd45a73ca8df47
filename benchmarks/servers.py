"""Servers as processes of their own: started at a free port, counted with all their children, ended for sure."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import harness
from harness import RESULTS, ROOT

BENCH = {
    # One caller asks as fast as it can; throttles are for callers in the wild.
    "PARTNER_CENTER_REQUESTS_PER_MINUTE": "1000000000",
    "API_REQUESTS_PER_MINUTE": "1000000000",
    "LOG_LEVEL": "ERROR",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    name: str
    port: int
    process: "subprocess.Popen[bytes]"
    database: Callable[[], float] = lambda: 0.0  # processor time of its database's own processes

    def cpu(self) -> float:
        return harness.cpu_of_group(self.process.pid) + self.database()

    def memory(self) -> int:
        """Bytes of all its processes; what they share is counted once."""
        found = 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if os.getsid(int(folder.name)) == self.process.pid:
                    lines = (folder / "smaps_rollup").read_text().splitlines()
                    found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
            except OSError:
                continue
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    name: str,
    command: Callable[[int], Sequence[str]],
    *,
    environment: Mapping[str, str] | None = None,
    database: Callable[[], float] = lambda: 0.0,
) -> Iterator[Server]:
    port = free_port()
    RESULTS.mkdir(parents=True, exist_ok=True)
    with (RESULTS / f"{name.replace(' ', '-')}.log").open("wb") as log:
        process = subprocess.Popen(
            list(command(port)),
            env=os.environ | dict(environment or {}),
            stdout=log,
            stderr=log,
            cwd=ROOT / "benchmarks",
            start_new_session=True,
        )
    try:
        yield Server(name=name, port=port, process=process, database=database)
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
    for pid in _session(process.pid):
        os.kill(pid, signal.SIGKILL)
    process.wait()


def _session(leader: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == leader:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def product_command(port: int) -> list[str]:
    manage = str(ROOT / "manage.py")
    return [sys.executable, manage, "serve", "--workers", "1", "--host", "127.0.0.1", "--port", str(port)]


def granian_command(application: str) -> Callable[[int], list[str]]:
    """As many threads as the product has, in one worker."""
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    return lambda port: [granian, *options, "--host", "127.0.0.1", "--port", str(port), application]


def fresh_sqlite(name: str) -> str:
    """The address of a database file that is not there yet."""
    file = RESULTS / f"{name}.sqlite3"
    for old in RESULTS.glob(f"{file.name}*"):
        old.unlink()
    return f"sqlite:///{file}"


def copy_sqlite(source: str, name: str) -> str:
    target = fresh_sqlite(name)
    for ending in ("", "-wal"):
        file = Path(source.removeprefix("sqlite:///") + ending)
        if file.exists():
            shutil.copy(file, target.removeprefix("sqlite:///") + ending)
    return target
