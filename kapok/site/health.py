"""`/health/live`: the process answers. `/health/ready`: it can do its work.

What ready means is Django's own checks under the tag `ready`; any app registers more
(`@checks.register("ready", checks.Tags.database)`), for example a missing partition.
"""

from typing import Any

from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from kapok.site import places
from kapok.site.supervisor import room


def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("live\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """503 with the reasons when something needed is missing; reasons are codes and hints, never data."""
    found = failures()
    return JsonResponse({"ready": not found, "failures": found}, status=503 if found else 200)


def failures() -> list[dict[str, str]]:
    """Every error of the ready checks; a check that fails to run is itself one."""
    try:
        messages = checks.run_checks(tags=["ready"], databases=["default"])
    except Exception as error:
        return [{"code": "site.check_failed", "says": type(error).__name__}]
    return [{"code": str(m.id or ""), "says": str(m.msg)} for m in messages if m.level >= checks.ERROR]


@checks.register("ready", checks.Tags.database)
def database_answers(app_configs: Any, databases: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """The server answers, and its tables are those this code was written for."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        return _pending()
    except DatabaseError as error:
        return [checks.Error(f"the database does not answer ({type(error).__name__})", id="site.database")]


@checks.register("ready")
def disk_has_room(app_configs: Any, databases: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A node that is about to fill its disk is taken out of service before the database stops by itself."""
    free = room.free_mib(places.home())
    if free >= room.TIGHT:
        return []
    return [checks.Error(f"{free} MiB free on the node's disk: make room", id="site.disk")]


_migrated = False


def _pending() -> list[checks.CheckMessage]:
    """Looks once: tables do not lose migrations while a process runs."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return [checks.Error("migrations are not applied: run `kapok db migrate`", id="site.migrations")]
        _migrated = True
    return []
