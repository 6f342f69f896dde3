"""Roots bear the node's signature, its moment, and the certificates it is verified by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_letters_sent_again")]
    operations = [
        migrations.AddField("root", "signature", models.BinaryField(null=True)),
        migrations.AddField("root", "signed_at", models.DateTimeField(null=True)),
        migrations.AddField("root", "chain", models.JSONField(default=list, db_default=[])),
    ]
