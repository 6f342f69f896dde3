"""The journal's tables: the entry is partitioned by month and refuses change."""

from django.db import migrations, models

import kapok.kernel.journal.models

ENTRY = """
create table journal_entry (
  id uuid primary key,
  xid xid8 not null default pg_current_xact_id(),
  run uuid not null,
  cause uuid,
  action varchar(80) not null,
  event varchar(80) not null,
  about_kind varchar(40) not null,
  about uuid not null,
  account uuid,
  actor jsonb not null,
  occurred_at timestamptz not null,
  data jsonb not null,
  commitment bytea
) partition by range (id);
create index journal_entry_xid on journal_entry (xid);
create index journal_entry_about on journal_entry (about, id);
create function journal_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is only ever added to' using errcode = 'restrict_violation';
end $$;
create trigger journal_entry_kept before update or delete on journal_entry
  for each row execute function journal_refuse();
"""
KEPT = """
create trigger journal_place_kept before update or delete on journal_place
  for each row execute function journal_refuse();
"""
UNDO = "drop table journal_entry; drop function journal_refuse() cascade"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ENTRY, UNDO)],
            state_operations=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        (
                            "xid",
                            kapok.kernel.journal.models.TransactionId(
                                db_default=models.Func(
                                    template="pg_current_xact_id()",
                                    output_field=kapok.kernel.journal.models.TransactionId(),
                                )
                            ),
                        ),
                        ("run", models.UUIDField()),
                        ("cause", models.UUIDField(null=True)),
                        ("action", models.CharField(max_length=80)),
                        ("event", models.CharField(max_length=80)),
                        ("about_kind", models.CharField(max_length=40)),
                        ("about", models.UUIDField()),
                        ("account", models.UUIDField(null=True)),
                        ("actor", models.JSONField()),
                        ("occurred_at", models.DateTimeField()),
                        ("data", models.JSONField()),
                        ("commitment", models.BinaryField(null=True)),
                    ],
                    options={"db_table": "journal_entry", "managed": True},
                )
            ],
        ),
        migrations.CreateModel(
            name="Side",
            fields=[
                ("entry", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField()),
                ("sealed", models.BinaryField()),
            ],
            options={"db_table": "journal_side"},
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.UUIDField(unique=True)),
                ("link", models.BinaryField()),
            ],
            options={"db_table": "journal_place"},
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("cluster", models.CharField(max_length=40)),
                ("snapshot", models.TextField()),
                ("seq", models.BigIntegerField(default=0)),
                ("link", models.BinaryField()),
            ],
            options={"db_table": "journal_head"},
        ),
        migrations.CreateModel(
            name="Root",
            fields=[
                ("last", models.BigIntegerField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("link", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={"db_table": "journal_root"},
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("tries", models.IntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
                ("error", models.TextField(default="")),
            ],
            options={"db_table": "journal_follower"},
        ),
        migrations.CreateModel(
            name="DeadLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("follower", models.CharField(max_length=80)),
                ("seq", models.BigIntegerField()),
                ("entry", models.UUIDField()),
                ("error", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "journal_dead_letter"},
        ),
        migrations.RunSQL(KEPT, "drop trigger journal_place_kept on journal_place"),
    ]
