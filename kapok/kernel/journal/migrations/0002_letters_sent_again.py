"""A dead letter may be sent again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="deadletter",
            name="again",
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
