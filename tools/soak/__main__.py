#!/usr/bin/env python
"""Mixed real work while things break: does any acknowledged write get lost or done twice?

    make soak MINUTES=30            the same as:  python tools/soak --minutes 30

First leg: PostgreSQL, several web servers and a worker, 16 clients, while web workers and servers are killed, the
database is restarted and crashed, and connections are dropped. Second leg: SQLite on a disk that fills up (needs root,
for a file system of its own). It exits with 1 when anything was lost, done twice, answered in an undocumented body, or
did not recover by itself.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30, help="of the first leg (%(default)s); the second takes 3")
    parser.add_argument("--leg", choices=["both", "postgres", "disk"], default="both")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2, help="web workers of each server")
    options = parser.parse_args()
    legs = ["postgres", "disk"] if options.leg == "both" else [options.leg]
    return max(_run(leg, options) for leg in legs)


def _run(leg: str, options: argparse.Namespace) -> int:
    """Each leg in a process of its own: Django knows one database for the whole life of a process."""
    with tempfile.TemporaryDirectory(prefix="partnercenter-soak-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        child = os.fork()
        if not child:
            import legs

            os._exit(legs.run(leg, Path(folder), options))
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
