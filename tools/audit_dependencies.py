"""Look for packages with known holes: `make audit`.

Fails when one is found. Where the advisory service can't be reached, or knows nothing of a package, nothing was proven,
and it says so; with AUDIT_STRICT=1 that fails too.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK_FILE = ROOT / "requirements" / "dev.txt"  # the others are parts of it
SECONDS = 300
MOST_NAMES = 5


@dataclass(frozen=True)
class Verdict:
    holes: tuple[str, ...] = ()
    audited: int = 0
    unknown: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def is_proof(self) -> bool:
        """Whether every package was looked up."""
        return not self.trouble and not self.unknown and self.audited > 0

    def said(self) -> str:
        if self.holes:
            return "\n".join(["Packages with known holes:", *self.holes])
        if self.trouble:
            return f"NOT AUDITED: the advisory service gave no answer: {self.trouble}"
        if self.unknown:
            known = f"{self.audited} packages have no known hole" if self.audited else "not one package was looked up"
            names = ", ".join(self.unknown[:MOST_NAMES]) + (", ..." if len(self.unknown) > MOST_NAMES else "")
            return (
                f"NOT AUDITED: the advisory service knows nothing of {len(self.unknown)} packages ({names}); {known}."
            )
        return f"{self.audited} packages have no known hole."

    def status(self, *, strict: bool) -> int:
        return 1 if self.holes or (strict and not self.is_proof) else 0


def judged(report: str, errors: str) -> Verdict:
    """What pip-audit's JSON says. Without any there was no answer."""
    try:
        packages: Sequence[Mapping[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        lines = errors.strip().splitlines()
        return Verdict(trouble=lines[-1][:300] if lines else "pip-audit said nothing.")
    holes = tuple(
        f"  {package['name']} {package['version']}: {hole['id']}, repaired in {', '.join(hole['fix_versions']) or '-'}"
        for package in packages
        for hole in package.get("vulns", ())
    )
    unknown = tuple(package["name"] for package in packages if "skip_reason" in package)
    return Verdict(holes=holes, audited=len(packages) - len(unknown), unknown=unknown)


def audited() -> Verdict:
    options = ["--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK_FILE), *options, *sys.argv[1:]]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return Verdict(trouble=f"none within {SECONDS} seconds.")
    return judged(done.stdout, done.stderr)


if __name__ == "__main__":
    verdict = audited()
    print(verdict.said())
    sys.exit(verdict.status(strict=os.environ.get("AUDIT_STRICT", "") not in ("", "0")))
