"""The parts of the scale-out setting as unprivileged processes in one temporary folder, on loopback only.

    etcd - says who of the Patroni nodes is the primary
    Patroni, two or more - each runs a PostgreSQL; one is the primary, the others replicate it synchronously
    HAProxy - leads to the primary, to the replicas, and to the web processes
    PgBouncer - lends server connections for a transaction
    web processes, any number, and one worker - this product

Needs Debian's packages `postgresql-15 pgbouncer patroni etcd-server haproxy`, and this project's virtual environment.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python"
UNPRIVILEGED = "nobody"  # whom all run as when root starts them: PostgreSQL refuses root
POSTGRES = Path("/usr/lib/postgresql/15/bin")
PROGRAMS = {  # program: Debian's package
    "postgres": "postgresql-15",
    "pgbouncer": "pgbouncer",
    "patroni": "patroni",
    "etcd": "etcd-server",
    "haproxy": "haproxy",
}
START_SECONDS = 120
LIMITS = {"statement_timeout": "30s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"}


def program(name: str) -> str:
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin", str(POSTGRES)])
    found = shutil.which(name, path=path)
    if found is None:
        sys.exit(f"{name} is missing. On Debian: apt install {' '.join(PROGRAMS.values())}")
    return found


def unprivileged() -> str | None:
    return UNPRIVILEGED if os.geteuid() == 0 else None


def is_readable(user: str | None) -> bool:
    """Whether that user may run the product: its Python can lie in the home folder of somebody else."""
    try:
        done = subprocess.run([PYTHON, "-c", "import django"], user=user, check=False, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def free_ports(count: int) -> list[int]:
    """Ports that nobody had a moment ago."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


@dataclass
class Part:
    """One program, started again when it ends by itself, as systemd would."""

    name: str
    command: list[str]
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    is_wanted: bool = True
    is_ours: bool = False  # runs as whoever started this

    def start(self) -> None:
        user = None if self.is_ours else unprivileged()
        with (self.home / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={**os.environ, "HOME": str(self.home), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user,
                group=("nogroup" if user else None),
                extra_groups=([] if user else None),
            )

    def watch(self) -> None:
        if self.is_wanted and self.process is not None and self.process.poll() is not None:
            time.sleep(1)
            if self.is_wanted:
                self.start()

    def stop(self, number: int = signal.SIGTERM) -> None:
        self.is_wanted = False
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=20)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Node:
    """One machine of the database."""

    name: str
    home: Path
    port: int
    rest_port: int
    part: Part

    def role(self) -> str:
        """`primary`, `replica`, or what is wrong."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.rest_port}/patroni", timeout=2) as answer:
                told = json.load(answer)
        except OSError:
            return "away"
        is_running = told.get("state") == "running"
        return {"master": "primary", "primary": "primary"}.get(told["role"], "replica") if is_running else "not running"

    def postmaster(self) -> int:
        return int((self.home / "data" / "postmaster.pid").read_text().splitlines()[0])


class Cluster:
    """`with running(nodes=2, web=2) as cluster:`."""

    def __init__(self, home: Path, *, nodes: int, web: int) -> None:
        self.home = home
        self.password = secrets.token_hex(16)
        self.parts: list[Part] = []
        ports = iter(free_ports(6 + 2 * nodes + web))
        self.etcd_port, self.etcd_peer_port = next(ports), next(ports)
        self.primary_port, self.replica_port, self.pooler_port, self.web_port = (next(ports) for _ in range(4))
        self.nodes = [self._node(f"node{number}", next(ports), next(ports)) for number in range(1, nodes + 1)]
        self.web_ports = [next(ports) for _ in range(web)]
        self._over = threading.Event()

    # What there is -----------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def database_url(self, port: int, name: str = "partnercenter") -> str:
        return f"postgres://partnercenter:{self.password}@127.0.0.1:{port}/{name}"

    @property
    def environment(self) -> dict[str, str]:
        """Of the web processes and the worker."""
        return {
            "DATABASE_URL": self.database_url(self.pooler_port),
            "REPLICA_DATABASE_URL": self.database_url(self.replica_port),
            "DATABASE_BEHIND_POOLER": "true",
            "DATABASE_POOL_SIZE": "4",
            "DEMO_MODE": "true",
            "HOST": "127.0.0.1",
            "PORT": str(self.web_port),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @property
    def straight(self) -> dict[str, str]:
        """Of commands that change the schema: to the primary itself, with a session of their own."""
        own = {
            "DATABASE_URL": self.database_url(self.primary_port),
            "REPLICA_DATABASE_URL": "",
            "DATABASE_BEHIND_POOLER": "false",
        }
        return {**self.environment, **own}

    def primary(self) -> Node | None:
        return next((node for node in self.nodes if node.role() == "primary"), None)

    def manage(self, *words: str, code: str = "") -> str:
        """A command of the product, as whoever runs this script; what it prints."""
        done = subprocess.run(
            [str(PYTHON), "manage.py", *words],
            cwd=ROOT,
            env={**os.environ, **self.straight},
            input=code,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"manage.py {' '.join(words)} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def sql(self, statement: str, *, port: int = 0, database: str = "postgres") -> str:
        """As the superuser, on the primary unless a port says otherwise."""
        command = [program("psql"), "-h", "127.0.0.1", "-p", str(port or self.primary_port), "-U", "postgres"]
        done = subprocess.run(
            [*command, "-d", database, "-v", "ON_ERROR_STOP=1", "-AtXqc", statement],
            env={**os.environ, "PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "3"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise OSError(done.stderr.strip())
        return done.stdout.strip()

    # Starting ----------------------------------------------------------------------------------------------------

    def start(self, say: Callable[[str], object]) -> None:
        threading.Thread(target=self._watch, daemon=True).start()
        self._etcd()
        for node in self.nodes:
            self._add(node.part)
        self._haproxy()
        say("Waiting for a primary and its synchronous replica ...")
        self.until(lambda: self.primary() is not None, "a primary")
        self.until(self._takes_statements, "the primary's door")
        self._database()
        self.until(self.is_synchronous, "a synchronous replica")
        say("Preparing the database ...")
        self.manage("shell", "-c", "from partnercenter.portal.management.preparation import prepare; prepare(print)")
        self._pgbouncer()
        self._web(say)
        say("Waiting for the web processes ...")
        self.until(self.is_answering, "the portal")

    def _takes_statements(self) -> bool:
        with suppress(OSError):
            return self.sql("SELECT pg_is_in_recovery()") == "f"
        return False

    def is_synchronous(self) -> bool:
        with suppress(OSError):
            return self.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "0"
        return False

    def is_answering(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def until(self, is_so: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> float:
        """Wait for it; returns how long that took."""
        begun = time.monotonic()
        while not is_so():
            if time.monotonic() - begun > seconds:
                sys.exit(f"There was no sign of {what} within {seconds:.0f} seconds; the logs are in {self.home}")
            time.sleep(0.2)
        return time.monotonic() - begun

    def _node(self, name: str, port: int, rest_port: int) -> Node:
        home = self._folder(name)
        part = Part(name, [program("patroni"), str(home / "patroni.yml")], home)
        return Node(name, home, port, rest_port, part)

    def _etcd(self) -> None:
        home = self._folder("etcd")
        client, peer = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, self.etcd_peer_port))
        addresses = {
            "--listen-client-urls": client,
            "--advertise-client-urls": client,
            "--listen-peer-urls": peer,
            "--initial-advertise-peer-urls": peer,
            "--initial-cluster": f"default={peer}",
            "--data-dir": str(home / "data"),
            "--log-level": "error",
        }
        words = [word for pair in addresses.items() for word in pair]
        for node in self.nodes:
            self._write(
                node.home / "patroni.yml",
                "patroni.yml",
                name=node.name,
                rest_port=node.rest_port,
                port=node.port,
                etcd_port=self.etcd_port,
                postgres=POSTGRES,
                home=node.home,
                password=self.password,
                shared_buffers="64MB",
            )
        self._add(Part("etcd", [program("etcd"), *words], home))
        self.until(lambda: self._answers(self.etcd_port), "etcd")

    def _haproxy(self) -> None:
        home = self._folder("haproxy")
        nodes = [f"server {node.name} 127.0.0.1:{node.port} check port {node.rest_port}" for node in self.nodes]
        servers = [f"server web{number} 127.0.0.1:{port} check" for number, port in enumerate(self.web_ports, 1)]
        checks = ["option redispatch 1", "default-server inter 1s fall 2 rise 1"]
        self._write(
            home / "haproxy.cfg",
            "haproxy.cfg",
            primary_port=self.primary_port,
            replica_port=self.replica_port,
            web_port=self.web_port,
            primary_nodes=_indented(nodes),
            web_servers=_indented(servers),
            web_checks=_indented(checks),
        )
        self._add(Part("haproxy", [program("haproxy"), "-db", "-f", str(home / "haproxy.cfg")], home))

    def _database(self) -> None:
        """The limits belong to the role: a pooler hands no start-up options on."""
        self.sql(f"CREATE ROLE partnercenter LOGIN PASSWORD '{self.password}'")
        for name, value in LIMITS.items():
            self.sql(f"ALTER ROLE partnercenter SET {name} = '{value}'")
        self.sql("CREATE DATABASE partnercenter OWNER partnercenter")

    def _pgbouncer(self) -> None:
        home = self._folder("pgbouncer")
        self._write(
            home / "pgbouncer.ini",
            "pgbouncer.ini",
            primary_port=self.primary_port,
            replica_port=self.replica_port,
            port=self.pooler_port,
            home=home,
        )
        self._put(home / "users.txt", f'"partnercenter" "{self.password}"\n')
        self._add(Part("pgbouncer", [program("pgbouncer"), str(home / "pgbouncer.ini")], home))
        self.until(lambda: self._answers(self.pooler_port), "PgBouncer")

    def _web(self, say: Callable[[str], object]) -> None:
        home = self._folder("web")
        is_ours = not is_readable(unprivileged())
        if is_ours:
            say(f"{UNPRIVILEGED} may not read {PYTHON}: the web processes and the worker run as you.")
        for number, port in enumerate(self.web_ports, 1):
            words = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
            size = ["--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws"]
            command = [str(PYTHON), *words, *size, "--log-level", "warning", "partnercenter.wsgi:application"]
            self._add(Part(f"web{number}", command, home, self.environment, is_ours=is_ours))
        worker = [str(PYTHON), "manage.py", "work"]
        self._add(Part("worker", worker, home, self.environment, is_ours=is_ours))

    # Small things ------------------------------------------------------------------------------------------------

    def _add(self, part: Part) -> None:
        part.start()
        self.parts.append(part)

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            for part in list(self.parts):
                part.watch()

    def stop(self) -> None:
        self._over.set()
        for part in reversed(self.parts):
            part.is_wanted = False
        for part in reversed(self.parts):
            part.stop(signal.SIGINT if part.name == "pgbouncer" else signal.SIGTERM)
        for node in self.nodes:
            with suppress(OSError, ValueError, IndexError):
                os.kill(node.postmaster(), signal.SIGQUIT)  # one whose Patroni was killed

    def _answers(self, port: int) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    def _folder(self, name: str) -> Path:
        folder = self.home / name
        folder.mkdir(mode=0o700)
        self._own(folder)
        return folder

    def _write(self, path: Path, template: str, **values: object) -> None:
        text = Template((HERE / "config" / template).read_text(encoding="utf-8")).substitute(values)
        self._put(path, text)

    def _put(self, path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        self._own(path)

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, UNPRIVILEGED, "nogroup")


def _indented(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)


@contextmanager
def running(*, nodes: int = 2, web: int = 2, say: Callable[[str], object] = print) -> Iterator[Cluster]:
    """Everything, until the block ends; the folder goes with it, unless KEEP=1 says otherwise."""
    for name in (*PROGRAMS, "psql"):
        program(name)
    home = Path(tempfile.mkdtemp(prefix="partnercenter-", dir="/tmp"))
    home.chmod(0o755)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that nothing outlives this process
    cluster = Cluster(home, nodes=nodes, web=web)
    try:
        cluster.start(say)
        yield cluster
    finally:
        cluster.stop()
        if os.environ.get("KEEP") != "1":
            shutil.rmtree(home, ignore_errors=True)
