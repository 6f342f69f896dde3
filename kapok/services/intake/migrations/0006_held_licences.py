"""A material may be a licence the applicant holds: which one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_fewer_indexes")]
    operations = [migrations.AddField("handed", "licence", models.UUIDField(null=True))]
