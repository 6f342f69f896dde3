"""A seat knows the due date of its case, so that a work list reads seats in order too.

The copy is kept by the database: whatever writes a case - an act, a recomputation of a million - keeps its seats right.
"""

from django.db import migrations, models

TRIGGERS = """
create function intake_seat_of_case() returns trigger language plpgsql as $$
begin
  select c.open, c.due_at into new.open, new.due_at from intake_case c where c.id = new.case_id for share;
  return new;
end $$;
create trigger intake_seat_made before insert on intake_seat for each row execute function intake_seat_of_case();

create function intake_case_to_seats() returns trigger language plpgsql as $$
begin
  update intake_seat set open = new.open, due_at = new.due_at where case_id = new.id;
  return null;
end $$;
create trigger intake_case_moved after update of open, due_at on intake_case for each row
  when (old.open is distinct from new.open or old.due_at is distinct from new.due_at) execute function intake_case_to_seats();

update intake_seat s set open = c.open, due_at = c.due_at from intake_case c where c.id = s.case_id;
"""
BACK = """
drop trigger intake_seat_made on intake_seat;
drop function intake_seat_of_case();
drop trigger intake_case_moved on intake_case;
drop function intake_case_to_seats();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_acts")]
    operations = [
        migrations.AddField("seat", "open", models.BooleanField(db_default=True, default=True)),
        migrations.AddField("seat", "due_at", models.DateTimeField(null=True)),
        migrations.RunSQL(TRIGGERS, BACK),
        migrations.RemoveIndex("case", "intake_open_due"),
        migrations.AddIndex(
            "case",
            models.Index(fields=["due_at", "id"], include=["scope", "lane"], condition=models.Q(open=True), name="intake_open_due"),
        ),
        migrations.AddIndex(
            "seat",
            models.Index(fields=["due_at", "case"], include=["scope", "lane"], condition=models.Q(open=True), name="intake_open_seat_due"),
        ),
        migrations.AddIndex(
            "seat", models.Index(fields=["scope", "due_at", "case"], condition=models.Q(open=True), name="intake_open_seat_scope")
        ),
        migrations.AddIndex(
            "seat", models.Index(fields=["lane", "due_at", "case"], condition=models.Q(open=True), name="intake_open_seat_lane")
        ),
    ]
