import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def activate(apps, schema_editor):
    """What was sold before there was SaaS ran from its first day."""
    apps.get_model("licensing", "Subscription").objects.update(activated_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0005_ids_by_time"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="kind",
            field=models.CharField(
                choices=[("license", "License-based"), ("saas", "SaaS"), ("usage", "Usage-based")],
                db_default="license",
                default="license",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="publisher",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Who sells and activates it, of SaaS.",
                max_length=120,
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="activated_at",
            field=models.DateTimeField(
                blank=True, help_text="Empty: its publisher has not confirmed it.", null=True
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                help_text="The base of an add-on: status, term and renewal are taken from it.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="add_ons",
                to="licensing.subscription",
            ),
        ),
        migrations.RunPython(activate, migrations.RunPython.noop),
    ]
