"""From the start of a server to its first answer, beside moto's.

    make bench ARGS="start --on sqlite"

The product with its database ready, and from nothing: migrations, catalogs, demo world, static files.
"""

import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import harness
import peers
import servers
from clients import Request, first_answer
from harness import Goal, Sample
from servers import running

FIRST = Request(method="GET", path="/v1/customers", status=401)  # an answer of the API, if only that a token is missing


def visit(
    name: str, command: Callable[[int], Sequence[str]], request: Request, environment: Mapping[str, str] | None = None
) -> Sample:
    start = time.perf_counter()
    with running(name, command, environment=environment) as server:
        first_answer(server.port, request, seconds=300)
        return Sample(time.perf_counter() - start, server.cpu())


def from_nothing() -> Sample:
    address = servers.fresh_sqlite("start-empty")
    return visit("product from nothing", servers.product_command, FIRST, {"DATABASE_URL": address})


def ready() -> str:
    """The address of a database that a first start has prepared."""
    address = servers.fresh_sqlite("start-ready")
    visit("product", servers.product_command, FIRST, {"DATABASE_URL": address})
    return address


def main() -> int:
    options = harness.options(__doc__ or "")
    if shutil.which("node") is None:
        print("json-server needs Node; the others need nothing.")
    peers.install()
    address = ready()
    listing = peers.cognito("ListUserPools", {"MaxResults": 1})
    found = harness.alternate(
        {
            "moto": lambda: visit("moto", peers.moto_command, listing),
            "product": lambda: visit("product", servers.product_command, FIRST, {"DATABASE_URL": address}),
            "product from nothing": from_nothing,
        },
        options.rounds,
    )
    report = harness.Report("start")
    report.speeds(found)
    warm, cold = harness.ratio(found, "moto", "product"), harness.ratio(found, "moto", "product from nothing")
    name = "start to first answer / moto"
    report.goal(Goal(number=1, name=f"{name}, ready", found=warm.wall, must=1.5, aim=1.1, at_most=True, more=str(warm)))
    name = f"{name}, from nothing"
    report.goal(Goal(number=2, name=name, found=cold.wall, must=3, aim=1.5, at_most=True, more=str(cold)))
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
