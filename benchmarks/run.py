"""All benchmarks, or those named, on SQLite and on PostgreSQL, each with a database of its own.

    .venv/bin/python benchmarks/run.py [--on sqlite|postgresql] [--rounds 9] [name ...]

One that fails does not keep the others from running. What was found lies in var/bench, one file each; the last lines
say what is not met. The exit code is 1 if anything was not.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from harness import RESULTS, ROOT

NAMES = ("bulk_licenses", "lists", "growth", "rights", "contention", "http_routes", "start")
DATABASES = ("sqlite", "postgresql")
HERE = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=NAMES, help=", ".join(NAMES))
    parser.add_argument("--on", choices=DATABASES, action="append", help="both, if not said")
    options, more = parser.parse_known_args()
    failed = []
    for name in options.names or NAMES:
        for database in options.on or DATABASES:
            print(f"\n== {name} on {database}", flush=True)
            if _run(name, database, more) != 0:
                failed.append(f"{name} on {database}")
    _summary()
    print(f"FAIL: {', '.join(failed)}" if failed else "PASS")
    return 1 if failed else 0


def _run(name: str, database: str, more: list[str]) -> int:
    command = [sys.executable, str(HERE / f"{name}.py"), *more]
    environment = dict(os.environ)
    if database == "postgresql":
        command = [sys.executable, str(ROOT / "tools" / "with_postgres.py"), *command]
    else:
        RESULTS.mkdir(parents=True, exist_ok=True)
        for old in RESULTS.glob(f"{name}.sqlite3*"):
            old.unlink()
        environment["DATABASE_URL"] = f"sqlite:///{RESULTS / name}.sqlite3"
    return subprocess.run(command, env=environment, check=False).returncode


def _summary() -> None:
    """Every goal of which something was found, also in runs before this one."""
    print("\n== every bound")
    for file in sorted(RESULTS.glob("*.json")):
        kept = json.loads(file.read_text())
        for goal in kept["goals"]:
            word = "ok  " if goal["met"] else "FAIL"
            print(f"{word} {goal['number'] or '':>2} {kept['name']:26} {goal['name']:62} {goal['found']:.3g}")


if __name__ == "__main__":
    sys.exit(main())
