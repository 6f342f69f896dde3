"""Measures are recounted by a background job; the timer that did it goes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annex", "0001_initial"), ("jobs", "0002_failures")]

    operations = [migrations.RunSQL("delete from jobs_timer where kind = 'annex.recount'", migrations.RunSQL.noop)]
