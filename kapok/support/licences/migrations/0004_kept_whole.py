"""Log and history cannot be emptied at one stroke either; what the catalogue was told stays; status lists are found by their body."""

from django.db import migrations, models

REFUSE = """
create trigger licences_status_whole before truncate on licences_status for each statement execute function licences_refuse();
create trigger licences_use_whole before truncate on licences_use for each statement execute function licences_refuse();
create function licences_directory_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (to_jsonb(new) - 'received_at') is distinct from (to_jsonb(old) - 'received_at') then
    raise exception 'an entry of the catalogue is only ever received' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger licences_directory_kept before update or delete on licences_directory for each row execute function licences_directory_kept();
create trigger licences_directory_whole before truncate on licences_directory for each statement execute function licences_refuse();
"""
UNDO = """
drop trigger licences_directory_whole on licences_directory;
drop trigger licences_directory_kept on licences_directory;
drop function licences_directory_kept();
drop trigger licences_use_whole on licences_use;
drop trigger licences_status_whole on licences_status;
"""


class Migration(migrations.Migration):
    dependencies = [("licences", "0003_using_append_only")]
    operations = [
        migrations.AddIndex(model_name="licence", index=models.Index(fields=["issuer_code", "state"], name="licences_of_issuer")),
        migrations.RunSQL(REFUSE, UNDO),
    ]
