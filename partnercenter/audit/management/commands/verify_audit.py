"""`manage.py verify_audit`: prove that the audit records are those that were written."""

import json
import sys
import uuid
from argparse import ArgumentParser
from itertools import islice
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from partnercenter.audit import heads
from partnercenter.audit.models import AuditChain, AuditRecord
from partnercenter.audit.verification import findings, snapshot

MOST_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Compare every audit record with the chain of hashes and name the first that was changed, taken out, put in or "
        "reordered; exits with 1 when there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chain", type=uuid.UUID, help="look at one chain only: the id of a customer or a partner")
        parser.add_argument(
            "--save-heads", type=Path, metavar="FILE", help="write the ends of the chains, to be kept elsewhere"
        )
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help="compare with the ends that were saved earlier, too"
        )

    def handle(self, *, chain: uuid.UUID | None, save_heads: Path | None, against: Path | None, **_: object) -> None:
        known = _read(against) if against else {}
        with snapshot():
            found = list(islice((*heads.findings(known), *findings(chain)), MOST_SHOWN + 1))
            records, chains = AuditRecord.objects.count(), AuditChain.objects.count()
            saved = heads.current()
        for finding in found[:MOST_SHOWN]:
            self.stderr.write(f"{finding} [chain {finding.chain}]" if finding.chain else str(finding))
        if len(found) > MOST_SHOWN:
            self.stderr.write(f"There is more: only the first {MOST_SHOWN} are shown.")
        if found:
            sys.exit(1)
        if save_heads:
            save_heads.write_text(json.dumps(saved, indent=1) + "\n")
        self.stdout.write(f"All {records:,} audit records in {chains:,} chains are as they were written.")


def _read(path: Path) -> dict[str, heads.Head]:
    try:
        return heads.read(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} holds no ends of chains as --save-heads writes them: {error}") from error
