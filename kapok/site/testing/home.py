"""A folder for each pytest process, below the one that holds the shared test cluster."""

import os
import shutil
from collections.abc import Mapping

from kapok.site import places

SHARED = places.ROOT / ".kapok" / "test"
KEPT = {
    "KAPOK_DATABASE_URL", "KAPOK_POSTGRES_BIN", "KAPOK_DB_USER", "KAPOK_NO_SKIP", "KAPOK_FULL", "KAPOK_LOOK", "KAPOK_FONTS",
    "KAPOK_LOG_LEVEL",
}  # fmt: skip


def environment_for_tests(environment: Mapping[str, str]) -> dict[str, str]:
    """What every test process sets: its own home, the ordinary node, a quiet log."""
    return {
        "DJANGO_SETTINGS_MODULE": "kapok.site.settings",
        "KAPOK_HOME": str(SHARED / f"run-{os.getpid()}"),
        "KAPOK_SECRET_KEY": "only for tests",
        "KAPOK_LOG_LEVEL": environment.get("KAPOK_LOG_LEVEL", "ERROR"),
    }


def foreign_names(environment: Mapping[str, str]) -> list[str]:
    """Variables of the caller that would make tests depend on how they were called."""
    ours = environment_for_tests(environment)
    return [name for name in environment if name.startswith("KAPOK_") and name not in KEPT and name not in ours]


def clean() -> None:
    """Remove this process's folder, and those of processes that were killed."""
    for folder in SHARED.glob("run-*"):
        pid = folder.name.rpartition("-")[2]
        if pid == str(os.getpid()) or not os.path.exists(f"/proc/{pid}"):
            shutil.rmtree(folder, ignore_errors=True)
