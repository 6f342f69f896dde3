from django.db import migrations

SQL = """
create function calendar_immutable() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'calendar_calendarversion' then
    if (new.id, new.number, new.effective, new.published_through, new.reason, new.published_at, new.published_by)
       is not distinct from (old.id, old.number, old.effective, old.published_through, old.reason, old.published_at, old.published_by)
       and old.recomputed_at is null then
      return new;
    end if;
  end if;
  raise exception 'a published version of the calendar is never changed (%)', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger calendar_version_immutable before update or delete on calendar_calendarversion
  for each row execute function calendar_immutable();
create trigger calendar_day_immutable before update or delete on calendar_calendarday
  for each row execute function calendar_immutable();
create trigger calendar_move_immutable before update or delete on calendar_moveddate
  for each row execute function calendar_immutable();
"""

REVERSE = """
drop trigger calendar_move_immutable on calendar_moveddate;
drop trigger calendar_day_immutable on calendar_calendarday;
drop trigger calendar_version_immutable on calendar_calendarversion;
drop function calendar_immutable();
"""


class Migration(migrations.Migration):
    """Versions, what they say and what they moved can be added, never changed."""

    dependencies = [("calendar", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
