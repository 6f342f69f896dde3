"""Why a background job failed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.CreateModel(
            name="Failure",
            fields=[
                ("job", models.BigIntegerField(primary_key=True, serialize=False)),
                ("task", models.CharField(max_length=128)),
                ("tries", models.SmallIntegerField()),
                ("error", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "jobs_failure"},
        ),
    ]
