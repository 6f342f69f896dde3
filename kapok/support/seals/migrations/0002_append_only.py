"""The log of uses, the steps and the versions' bytes are only ever added to, whoever asks; the order of queued uses."""

from typing import ClassVar

from django.db import migrations

KEPT = """
create sequence seals_queue_number;

create function seals_kept() returns trigger language plpgsql as $$
begin
  raise exception 'seals.append_only: % is only ever added to', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger seals_use_kept before update or delete on seals_use for each row execute function seals_kept();
create trigger seals_use_whole before truncate on seals_use for each statement execute function seals_kept();
create trigger seals_step_kept before update or delete on seals_step for each row execute function seals_kept();
create trigger seals_step_whole before truncate on seals_step for each statement execute function seals_kept();

create function seals_version_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.der is distinct from old.der or new.certificate is distinct from old.certificate
     or new.picture is distinct from old.picture or new.number <> old.number or new.seal_id <> old.seal_id then
    raise exception 'seals.append_only: a version never changes' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger seals_version_kept before update or delete on seals_version for each row execute function seals_version_kept();
"""
UNDO = """
drop trigger seals_version_kept on seals_version; drop function seals_version_kept();
drop trigger seals_use_kept on seals_use; drop trigger seals_use_whole on seals_use;
drop trigger seals_step_kept on seals_step; drop trigger seals_step_whole on seals_step;
drop function seals_kept();
drop sequence seals_queue_number;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("seals", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(KEPT, UNDO)]
