"""The log of uses is only ever added to; a database trigger refuses the rest."""

from django.db import migrations

REFUSE = "create trigger licences_use_kept before update or delete on licences_use for each row execute function licences_refuse();"
UNDO = "drop trigger licences_use_kept on licences_use;"


class Migration(migrations.Migration):
    dependencies = [("licences", "0002_append_only")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
