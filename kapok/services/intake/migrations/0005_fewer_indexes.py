"""Indexes that no query uses are not written: every act moves a due date, and so writes every index of its case anew."""

import django.db.models.deletion
from django.db import migrations, models

# A unique character column brings a second index for LIKE 'x%'; serial and number are looked up whole.
SQL = """
do $$
declare it text;
begin
  for it in
    select indexname from pg_indexes
     where schemaname = current_schema() and tablename = 'intake_case' and indexname like '%\\_like'
  loop
    execute format('drop index %I', it);
  end loop;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_setup_and_drafts")]
    operations = [
        migrations.AlterField(
            "case",
            "applicant",
            models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.party"),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
