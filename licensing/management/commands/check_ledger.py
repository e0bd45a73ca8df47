"""`manage.py check_ledger`: prove that consumed units and assignments agree."""

import sys

from django.core.management.base import BaseCommand

from licensing.ledger import ledger_problems


class Command(BaseCommand):
    help = "Compare the counters of seats with the license assignments; exits with 1 when they disagree."

    def handle(self, **_: object) -> None:
        problems = ledger_problems()
        if not problems:
            self.stdout.write("Every consumed unit is an assignment, and every assignment a consumed unit.")
            return
        for problem in problems:
            self.stderr.write(problem)
        sys.exit(1)
