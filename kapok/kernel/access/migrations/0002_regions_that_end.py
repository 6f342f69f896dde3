"""Scopes and grants can follow a region that ended."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.AddField(
            "scope",
            "joined",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.scope"),
        ),
        migrations.RemoveConstraint("scope", "access_one_scope"),
        migrations.AddConstraint(
            "scope",
            models.UniqueConstraint(
                condition=models.Q(("joined", None)), fields=("org", "region"), name="access_one_scope_each"
            ),
        ),
        migrations.AddField(
            "grant",
            "scopes",
            django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
    ]
