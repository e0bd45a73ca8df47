"""Coverage-guided inputs for everything that takes texts apart: `make fuzz RUNS=200000` (docs/fuzzing.md).

    python tools/fuzz_parsers.py v1_filter --runs 200000

An input may be refused by the parser's own error. Anything else ends the run with what was found and how to repeat it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import atheris

ROOT = Path(__file__).resolve().parent.parent
INSTRUMENTED = ["partnercenter.wire", "customers.sheet", "partnercenter.accounts.signing", "csv", "json.decoder"]
WORST_INPUT = 5000  # longer than every limit of the parsers themselves


def prepared(name: str) -> Callable:
    """The project loaded, its parsers with counters in them."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    with atheris.instrument_imports(include=INSTRUMENTED):
        import django  # noqa: PLC0415

        django.setup()
        return TARGETS[name][0]()


def v1_filter() -> Callable[[str], None]:
    """The filter of Partner Center's lists, down to the statement that a database would get."""
    from customers.api.customers import FIELDS  # noqa: PLC0415
    from customers.api.users import FILTERS  # noqa: PLC0415
    from customers.models import Customer, CustomerUser  # noqa: PLC0415
    from partnercenter.audit import api as audit  # noqa: PLC0415
    from partnercenter.audit.models import AuditRecord  # noqa: PLC0415
    from partnercenter.wire.partner_center.errors import ApiError  # noqa: PLC0415
    from partnercenter.wire.partner_center.filters import conditions, parse_filter  # noqa: PLC0415

    lists = ((Customer, FIELDS), (CustomerUser, FILTERS), (AuditRecord, audit.FILTERS))

    def ask(text: str) -> None:
        for model, fields in lists:
            try:
                found = conditions(parse_filter(text), fields)
            except ApiError:
                continue
            _stated(model, found)

    return ask


def graph_filter() -> Callable[[str], None]:
    """`$filter` of Graph, down to the statement."""
    from customers.graph.fields import USER_FIELDS  # noqa: PLC0415
    from customers.models import CustomerUser  # noqa: PLC0415
    from gdap.graph.fields import GROUP_FIELDS, RELATIONSHIP_FIELDS  # noqa: PLC0415
    from gdap.models import AdminRelationship, SecurityGroup  # noqa: PLC0415
    from partnercenter.wire.graph.errors import Refused  # noqa: PLC0415
    from partnercenter.wire.graph.filters import condition, is_advanced, parse_filter  # noqa: PLC0415
    from partnercenter.wire.graph.filters.tokens import FilterSyntaxError  # noqa: PLC0415

    of_relationships = {name: field for name, field in RELATIONSHIP_FIELDS.items() if name != "status"}
    lists = ((CustomerUser, USER_FIELDS), (SecurityGroup, GROUP_FIELDS), (AdminRelationship, of_relationships))

    def ask(text: str) -> None:
        try:
            tree = parse_filter(text)
        except FilterSyntaxError:
            return
        is_advanced(tree)
        for model, fields in lists:
            try:
                found = condition(tree, fields)
            except Refused:
                continue
            _stated(model, found)

    return ask


def graph_query() -> Callable[[str], None]:
    """The other options of a query string."""
    from django.test import RequestFactory  # noqa: PLC0415

    from partnercenter.wire.graph.errors import Refused  # noqa: PLC0415
    from partnercenter.wire.graph.query import Query  # noqa: PLC0415

    requests = RequestFactory()
    known = ("id", "displayName", "userPrincipalName")

    def ask(text: str) -> None:
        sent = text if text.isascii() and "=" in text else f"$filter={quote(text)}"
        request = requests.get("/v1.0/users", headers={"ConsistencyLevel": "eventual"})
        request.META["QUERY_STRING"] = sent
        try:
            query = Query(request)
        except Refused:
            return
        for read in (
            lambda: query.count,
            lambda: query.top(default=100, most=999),
            lambda: query.select(known, of="user"),
            lambda: query.order(known, of="user"),
            lambda: query.searched({"displayname": "sort_name"}),
            lambda: query.allow("select"),
        ):
            try:
                read()
            except Refused:
                continue
        query.with_token("next")

    return ask


def body() -> Callable[[str], None]:
    """The body of a request to either API."""
    from partnercenter.wire.partner_center.errors import ApiError  # noqa: PLC0415
    from partnercenter.wire.partner_center.members import parse_body  # noqa: PLC0415

    def ask(text: str) -> None:
        try:
            parse_body(text.encode("utf-8", "surrogatepass"))
        except ApiError:
            return

    return ask


def token() -> Callable[[str], None]:
    """A bearer token that nobody signed."""
    from partnercenter.accounts.bearer import BearerRefused, bearer_token  # noqa: PLC0415
    from partnercenter.accounts.signing import SignatureRefused, TokenMalformed  # noqa: PLC0415
    from partnercenter.accounts.signing.tokens import _header  # noqa: PLC0415

    def ask(text: str) -> None:
        try:
            _header(bearer_token(f"Bearer {text}"))
        except (BearerRefused, TokenMalformed, SignatureRefused):
            return

    return ask


def sheet() -> Callable[[bytes], None]:
    """Files that somebody calls CSV."""
    from customers.sheet import SheetError, read_sheet  # noqa: PLC0415

    def ask(data: bytes) -> None:
        try:
            found = read_sheet(data)
        except SheetError:
            return
        if not found.rows:
            raise ValueError("A sheet without rows was taken.")

    return ask


TARGETS: dict[str, tuple[Callable[[], Callable], Sequence[str]]] = {
    "v1_filter": (
        v1_filter,
        (
            json.dumps({"Field": "CompanyName", "Value": "a", "Operator": "starts_with"}),
            json.dumps({"Field": "UserStatus", "Value": "Inactive", "Operator": "equals"}),
            json.dumps({"LeftFilter": {"Field": "ResourceType", "Value": "order", "Operator": "equals"},
                        "Operator": "and",
                        "RightFilter": {"Field": "CompanyName", "Value": "x", "Operator": "substring"}}),
        ),
    ),
    "graph_filter": (
        graph_filter,
        (
            "displayName eq 'a' and (accountEnabled eq true or not startswith(givenName,'b'))",
            "assignedLicenses/any(s:s/skuId eq 6fd2c87f-b296-42f0-b197-1e91e994b900)",
            "createdDateTime ge 2026-01-01T00:00:00Z and assignedLicenses/$count ne 0",
            "id in ('a','b') and jobTitle eq null",
        ),
    ),
    "graph_query": (
        graph_query,
        (
            "$select=id,displayName&$top=5&$orderby=displayName desc&$count=true",
            '$search="displayName:ann"&$skiptoken=abc',
        ),
    ),
    "body": (body, ('{"requests":[{"id":"1","method":"GET","url":"/users"}]}', '{"a":[1,2.5e3,null,"\\u0000"]}')),
    "token": (token, ("eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJhIjoxfQ.c2ln", "a.b.c")),
    "sheet": (sheet, ("Display name,Email\nAna,a@b.example\n", 'sep=;\nname;upn\n"A;b";c\n', "name\temail\nA\tb\n")),
}  # fmt: skip


def _stated(model: type, condition: object) -> None:
    """The statement that the database would get; it is not asked."""
    from django.core.exceptions import EmptyResultSet  # noqa: PLC0415

    try:
        str(model.objects.filter(condition).query)  # type: ignore[attr-defined]
    except EmptyResultSet:
        return


def _as_text(ask: Callable[[str], None]) -> Callable[[bytes], None]:
    return lambda data: ask(data.decode("utf-8", "ignore"))


def fuzz(name: str, runs: int) -> None:
    """Never comes back: atheris ends the process, with 0 if nothing was found."""
    ask, seeds = prepared(name), TARGETS[name][1]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for number, seed in enumerate(seeds):
        (folder / str(number)).write_bytes(seed.encode())
    options = [f"-runs={runs}", f"-max_len={WORST_INPUT}", "-timeout=10", "-rss_limit_mb=2048", "-seed=20261122"]
    artifacts = f"-artifact_prefix={ROOT / 'var'}/fuzz-{name}-"
    atheris.Setup([sys.argv[0], *options, artifacts, str(folder)], ask if name == "sheet" else _as_text(ask))
    atheris.Fuzz()


def replay(name: str, path: Path) -> None:
    """One input that was found earlier, without counters and with its whole traceback."""
    ask = prepared(name)
    (ask if name == "sheet" else _as_text(ask))(path.read_bytes())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", choices=TARGETS, help="all of them, one after the other, if not given")
    parser.add_argument("--runs", type=int, default=20_000, help="inputs for each target (%(default)s)")
    parser.add_argument("--replay", type=Path, help="a file with one input")
    asked = parser.parse_args()
    if asked.target and asked.replay:
        replay(asked.target, asked.replay)
        return 0
    if asked.target:
        fuzz(asked.target, asked.runs)
    failed = 0
    for name in TARGETS:
        command = [sys.executable, __file__, name, f"--runs={asked.runs}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told = [line for line in done.stderr.splitlines() if line.startswith(("Done ", "#"))]
        print(
            f"{name:14} {'ok' if not done.returncode else 'FOUND SOMETHING':16} {told[-1] if told else ''}", flush=True
        )
        if done.returncode:
            failed = 1
            print(done.stderr[-4000:], flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
