"""Acts are partitioned by month over the case's id, so that a case's acts lie together and its sequence is unique."""

from django.db import migrations

SQL = """
drop table intake_act;
create table intake_act (
  case_id uuid not null,
  sequence integer not null,
  act varchar(24) not null,
  outcome varchar(16) not null,
  step varchar(40) not null,
  state_to varchar(16) not null,
  account uuid,
  doer varchar(100) not null,
  org integer,
  occurred_at timestamptz not null,
  data jsonb not null,
  document varchar(40) not null,
  primary key (case_id, sequence)
) partition by range (case_id);
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("jobs", "0001_initial"), ("api", "0001_initial"), ("journal", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
