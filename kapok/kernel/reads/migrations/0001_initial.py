"""The notes of readings, partitioned by month over their id."""

import kapok.kernel.common.ids
from django.db import migrations, models

CREATE = """
create table reads_note (
  id uuid primary key,
  party uuid not null,
  account uuid,
  org integer,
  reader varchar(100) not null,
  purpose varchar(200) not null,
  what varchar(40) not null,
  about uuid
) partition by range (id);
create index reads_note_party on reads_note (party, id desc);
create index reads_note_account on reads_note (account, id desc);
create function reads_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'a reading that was noted stays as it is' using errcode = 'restrict_violation';
end $$;
create trigger reads_note_kept before update or delete on reads_note for each row execute function reads_refuse();
"""
UNDO = "drop table reads_note; drop function reads_refuse()"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, UNDO)],
            state_operations=[
                migrations.CreateModel(
                    name="ReadNote",
                    fields=[
                        ("id", models.UUIDField(default=kapok.kernel.common.ids.uuid7, primary_key=True, serialize=False)),
                        ("party", models.UUIDField()),
                        ("account", models.UUIDField(null=True)),
                        ("org", models.IntegerField(null=True)),
                        ("reader", models.CharField(max_length=100)),
                        ("purpose", models.CharField(max_length=200)),
                        ("what", models.CharField(max_length=40)),
                        ("about", models.UUIDField(null=True)),
                    ],
                    options={"db_table": "reads_note"},
                )
            ],
        )
    ]
