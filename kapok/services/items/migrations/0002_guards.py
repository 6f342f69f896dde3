"""What no program may do: change a published version, lengthen a validity, let two validities of an item overlap."""

from typing import ClassVar

from django.db import migrations

GUARDS = """
create function items_version_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.state not in ('draft', 'returned') then
      raise exception 'items.immutable: only a draft can be deleted' using errcode = 'restrict_violation';
    end if;
    return old;
  end if;
  if old.state = 'published' then
    raise exception 'items.immutable: a published version never changes' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger items_version_guard before update or delete on items_version for each row execute function items_version_guard();

create function items_layer_guard() returns trigger language plpgsql as $$
begin
  raise exception 'items.immutable: a layer is replaced, never changed' using errcode = 'restrict_violation';
end $$;
create trigger items_layer_guard before update or delete on items_base_layer for each row execute function items_layer_guard();

create function items_validity_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.version_id <> old.version_id or new.item_id <> old.item_id
     or not (new.period <@ old.period) or (not isempty(new.period) and lower(new.period) <> lower(old.period)) then
    raise exception 'items.immutable: a validity is only ever shortened' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger items_validity_guard before update or delete on items_validity for each row execute function items_validity_guard();

alter table items_validity add constraint items_validity_no_overlap
  exclude using gist (int4range(item_id, item_id, '[]') with &&, period with &&);
create index items_comment_open on items_comment (version_id) where resolved_at is null;
"""
UNDO = """
drop index items_comment_open;
alter table items_validity drop constraint items_validity_no_overlap;
drop trigger items_validity_guard on items_validity; drop function items_validity_guard();
drop trigger items_layer_guard on items_base_layer; drop function items_layer_guard();
drop trigger items_version_guard on items_version; drop function items_version_guard();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("items", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(GUARDS, UNDO)]
