"""The check of migrations: what it refuses, what it lets pass, and that what is there passes it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState

from partnercenter.schema import AddIndexOnline

pytestmark = pytest.mark.once
SCRIPT = Path(settings.BASE_DIR) / "tools" / "check_migrations.py"


@pytest.fixture(scope="module")
def check():
    found = importlib.util.spec_from_file_location("check_migrations", SCRIPT)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def rules(check, *steps, atomic=True) -> list[str]:
    """What is refused about these steps at a table that is in use."""
    migration = migrations.Migration("0002", "shop")
    migration.operations, migration.atomic = list(steps), atomic
    before = ProjectState()
    fields = [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=20))]
    before.add_model(ModelState("shop", "Thing", fields))
    return [rule for rule, _ in check.judged(migration, before)]


INDEX = models.Index(fields=["name"], name="by_name")


def test_what_endangers_the_version_that_runs_is_refused(check):
    positive = models.CheckConstraint(condition=models.Q(id__gt=0), name="positive")
    found = {
        "add-field": migrations.AddField("thing", "color", models.CharField(max_length=9, default="red")),
        "alter-field": migrations.AlterField("thing", "name", models.TextField()),
        "remove-field": migrations.RemoveField("thing", "name"),
        "rename": migrations.RenameField("thing", "name", "title"),
        "delete-model": migrations.DeleteModel("Thing"),
        "add-index": migrations.AddIndex("thing", INDEX),
        "add-constraint": migrations.AddConstraint("thing", positive),
        "not-reversible": migrations.RunPython(lambda apps, editor: None),
    }
    assert {rule: rules(check, step) for rule, step in found.items()} == {rule: [rule] for rule in found}
    assert rules(check, migrations.RenameModel("Thing", "Item")) == ["rename"]
    assert rules(check, migrations.RunSQL("SELECT 1")) == ["not-reversible"]
    assert rules(check, AddIndexOnline("thing", INDEX)) == ["add-index"]
    shorter = migrations.AlterField("thing", "name", models.CharField(max_length=10))
    assert rules(check, shorter) == ["alter-field"]


def test_what_both_versions_can_live_with_passes(check):
    harmless = [
        migrations.AddField("thing", "color", models.CharField(max_length=9, null=True)),
        migrations.AddField("thing", "size", models.IntegerField(default=1, db_default=1)),
        migrations.AlterField("thing", "name", models.CharField(max_length=40, choices=[("a", "A")], help_text="?")),
        migrations.AlterField("thing", "name", models.CharField(max_length=20, null=True)),
        migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop),
    ]
    assert rules(check, *harmless) == []
    assert rules(check, AddIndexOnline("thing", INDEX), atomic=False) == []
    new = migrations.CreateModel("Other", [("id", models.AutoField(primary_key=True))])
    assert rules(check, new, migrations.AddIndex("other", models.Index(fields=["id"], name="by_id"))) == []


def test_the_migrations_of_the_product_pass():
    environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR)}
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False, env=environment)
    assert (done.stdout, done.returncode) == ("", 0), done.stderr
