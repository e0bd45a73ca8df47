"""What the image holds is enough to serve, and serving writes nothing into it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
HOST = "portal.example.com"
SECONDS = 120


@pytest.fixture
def image(tmp_path):
    """The tree of the image, made by the COPY lines of the Dockerfile."""
    home = tmp_path / "srv"
    home.mkdir()
    lines = re.findall(r"^COPY (?!--)(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for line in lines:
        *sources, target = line.split()
        for source in sources:
            _copy(ROOT / source, home / target if source.endswith("/") else home / target / Path(source).name)
    (home / "var").mkdir()
    return home


def _copy(source, target):
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


@pytest.fixture
def environment(tmp_path, free_port):
    """As deploy/docker/compose.yaml sets it, with a database in another folder."""
    temporary, data = tmp_path / "tmp", tmp_path / "data"
    temporary.mkdir()
    data.mkdir()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return kept | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(temporary),
        "DATABASE_URL": f"sqlite:///{data / 'portal.sqlite3'}",
        "CACHE_URL": "dbcache://partnercenter_cache",
        "DEMO_MODE": "false",
        "SECRET_KEY": "s" * 60,
        "ALLOWED_HOSTS": HOST,
        "BEHIND_PROXY": "true",
        "LOG_FORMAT": "json",
        "HOST": "127.0.0.1",
        "PORT": str(free_port),
    }


def tree_of(home):
    return {str(path.relative_to(home)): path.stat().st_mtime_ns for path in home.rglob("*")}


def manage(home, environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=home, env=environment, check=True, capture_output=True, timeout=SECONDS)


def get(environment, path):
    request = urllib.request.Request(
        f"http://127.0.0.1:{environment['PORT']}{path}", headers={"Host": HOST, "X-Forwarded-Proto": "https"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  our own address
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_for(environment, server):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            return get(environment, "/healthz")
        except OSError:
            time.sleep(0.1)
    return None


@pytest.mark.slow
@pytest.mark.once
def test_the_image_serves_without_writing_anything_but_temporary_files(image, environment, tmp_path):
    manage(image, environment | {"DATABASE_URL": "sqlite://:memory:"}, "collectstatic", "--no-input")
    built = tree_of(image)
    manage(image, environment, "prepare", "--database-only")
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--only-answer", "--workers", "1"],
            cwd=image, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        assert wait_for(environment, server) == (200, '{"status": "ok"}'), (tmp_path / "log").read_text()
        status, page = get(environment, "/sign-in/")
        (style, *_) = re.findall(r'href="(/static/[^"]+\.css)"', page)
        assert (status, get(environment, style)[0], get(environment, "/metrics")[0]) == (200, 200, 404)
        assert "No background worker was ever seen" in get(environment, "/readyz")[1]
        check = [sys.executable, "deploy/docker/healthcheck.py"]
        assert subprocess.run(check, cwd=image, env=environment, check=False).returncode == 0
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    finally:
        server.kill()
        server.wait()
    assert subprocess.run(check, cwd=image, env=environment, check=False, capture_output=True).returncode == 1
    changed = {name for name, seen in tree_of(image).items() if built.get(name) != seen}
    assert changed <= {"var", "var/serve.json"}  # what `prepare` remembers where it can write
    assert list((tmp_path / "tmp").iterdir()) == []
    assert '"door": "portal", "route": "sign-in/"' in (tmp_path / "log").read_text().replace('":', '": ').replace(
        ',"', ', "'
    )
