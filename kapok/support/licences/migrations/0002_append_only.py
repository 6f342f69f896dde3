"""The history of a licence and what a version of a type said are only ever added to; a database trigger refuses the rest."""

from django.db import migrations

REFUSE = """
create function licences_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'this table is only ever added to' using errcode = 'restrict_violation';
end $$;
create trigger licences_status_kept before update or delete on licences_status for each row execute function licences_refuse();
create function licences_type_frozen() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.state not in ('draft', 'review') then
    raise exception 'a published version is never deleted' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'UPDATE' and old.state not in ('draft', 'review') and (new.spec, new.layout, new.number, new.type_id)
     is distinct from (old.spec, old.layout, old.number, old.type_id) then
    raise exception 'a published version says what it says' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger licences_type_kept before update or delete on licences_type_version for each row execute function licences_type_frozen();
"""
UNDO = """
drop trigger licences_type_kept on licences_type_version;
drop function licences_type_frozen();
drop trigger licences_status_kept on licences_status;
drop function licences_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("licences", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, UNDO)]
