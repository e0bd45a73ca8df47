"""`manage.py load_catalogs`: products, service plans, directory roles and countries from the data files."""

from django.core.management.base import BaseCommand

from customers.services.reference import load_reference_data
from licensing.services.catalog import load_catalog


class Command(BaseCommand):
    help = "Load products, service plans, directory roles and countries. Safe to run again."

    def handle(self, **_: object) -> None:
        counts = load_reference_data() | load_catalog()
        self.stdout.write("Loaded " + ", ".join(f"{number:,} {what}" for what, number in counts.items()) + ".")
