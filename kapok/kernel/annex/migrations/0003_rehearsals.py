"""Rehearsals of backups."""

from django.db import migrations, models

import kapok.kernel.common.ids


class Migration(migrations.Migration):
    dependencies = [("annex", "0002_recount_by_job")]

    operations = [
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                ("id", models.UUIDField(default=kapok.kernel.common.ids.uuid7, primary_key=True, serialize=False)),
                ("backup", models.CharField(max_length=40)),
                ("at", models.DateTimeField(help_text="machine time at its end")),
                ("good", models.BooleanField()),
                ("tables", models.IntegerField()),
                ("differing", models.JSONField(default=list, help_text="names of tables that were not equal, or `files`")),
                ("seconds", models.FloatField()),
            ],
            options={
                "db_table": "annex_rehearsal",
                "indexes": [models.Index(fields=["good", "-at"], name="annex_rehearsal_last")],
            },
        ),
    ]
