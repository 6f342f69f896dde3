"""What people see of a rehearsal: its result on the annex board, by the journal like every other deed."""

from kapok.site.backup.rehearsing import Result
from kapok.site.cli.screen import django_ready


def keep_for_the_board(result: Result) -> None:
    """Record a rehearsal that was run at the command line."""
    django_ready()
    from kapok.kernel.access.public import system_actor
    from kapok.kernel.annex.public import record_rehearsal

    differing = (*result.differing, *(() if result.files_equal else ("files",)))
    by = system_actor("kapok backup rehearse")
    record_rehearsal(result.backup, differing=differing, tables=result.tables, seconds=result.seconds, by=by)
