from django.db import migrations, models

from partnercenter.schema import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("customers", "0009_ids_by_time"),
    ]

    operations = [
        AddIndexOnline(
            model_name="customer",
            index=models.Index(fields=["primary_domain", "id"], name="customer_by_domain"),
        ),
    ]
