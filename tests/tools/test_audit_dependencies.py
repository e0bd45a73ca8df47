"""`make audit` fails on a hole and never takes silence for safety."""

import json

import pytest

from tools.audit_dependencies import judged

HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["5.2.20"], "aliases": [], "description": "Bad."}
SOUND = {"name": "orjson", "version": "3.12", "vulns": []}
HOLED = {"name": "django", "version": "5.2.1", "vulns": [HOLE]}
UNKNOWN = {"name": "ours", "skip_reason": "Dependency not found on PyPI and could not be audited: ours (1.0)"}

pytestmark = pytest.mark.once


def verdict(*packages, errors=""):
    return judged(json.dumps({"dependencies": packages, "fixes": []}) if packages else "", errors)


def test_a_known_hole_fails_and_is_named_with_what_repairs_it():
    found = verdict(SOUND, HOLED, UNKNOWN)
    assert found.said() == "Packages with known holes:\n  django 5.2.1: PYSEC-2026-1, repaired in 5.2.20"
    assert [found.status(strict=strict) for strict in (False, True)] == [1, 1]


def test_packages_that_were_all_looked_up_pass():
    found = verdict(SOUND)
    assert found.said() == "1 packages have no known hole."
    assert [found.status(strict=strict) for strict in (False, True)] == [0, 0]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            verdict(UNKNOWN),
            "NOT AUDITED: the advisory service knows nothing of 1 packages (ours); not one package was looked up.",
        ),
        (
            verdict(SOUND, UNKNOWN),
            "NOT AUDITED: the advisory service knows nothing of 1 packages (ours); 1 packages have no known hole.",
        ),
        (
            verdict(errors="Traceback\nConnectionError: no route"),
            "NOT AUDITED: the advisory service gave no answer: ConnectionError: no route",
        ),
        (verdict(), "NOT AUDITED: the advisory service gave no answer: pip-audit said nothing."),
    ],
)
def test_silence_is_said_and_fails_only_where_proof_was_asked_for(found, said):
    assert found.said() == said
    assert [found.status(strict=strict) for strict in (False, True)] == [0, 1]
