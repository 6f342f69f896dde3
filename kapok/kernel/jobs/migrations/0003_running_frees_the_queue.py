"""A job that runs no longer holds the place in which one of its kind waits.

Else it could not go back to waiting (a failed try, a killed worker) while another waits, and would stand between, and in the
other's way, for ever.
"""

from django.db import migrations

FREE = """
create function jobs_free_queueing_lock() returns trigger language plpgsql as $$
begin
  new.queueing_lock := null;
  return new;
end $$;
create trigger jobs_free_queueing_lock before update of status on procrastinate_jobs
  for each row when (new.status = 'doing') execute function jobs_free_queueing_lock();
update procrastinate_jobs set queueing_lock = null where status in ('doing', 'failed');
"""
KEEP = "drop trigger jobs_free_queueing_lock on procrastinate_jobs; drop function jobs_free_queueing_lock();"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_failures")]

    operations = [migrations.RunSQL(FREE, KEEP)]
