"""The system user the embedded server runs as: PostgreSQL refuses root, and we add no user to the machine."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kapok.site import environment


class NoOwner(RuntimeError):
    """No user to run the database as."""


@dataclass(frozen=True)
class Owner:
    """A user to drop to; `None` ids mean: stay who we are."""

    uid: int | None = None
    gid: int | None = None
    name: str = ""

    def popen(self) -> dict[str, object]:
        """Keywords of Popen that drop to this user, with no group of root's left."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def take(self, path: Path, mode: int) -> None:
        """Make a path of ours this user's own. Never called on anything outside the data folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
        os.chmod(path, mode)

    def can(self, test: str, path: Path) -> bool:
        """Ask the system itself, as that user: `-x` enter or execute, `-w` write. Reading modes ourselves would miss ACLs and mounts."""
        return subprocess.run(["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)], cwd="/", **self.popen()).returncode == 0  # type: ignore[call-overload]  # keywords by dict


def owner() -> Owner:
    """A plain user runs the server as himself; root as KAPOK_DB_USER, else postgres, else nobody."""
    if os.geteuid() != 0:
        return Owner()
    named = environment.read("KAPOK_DB_USER")
    for name in [named] if named else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid == 0:
            raise NoOwner("KAPOK_DB_USER is root: PostgreSQL refuses to run as root")
        return Owner(entry.pw_uid, entry.pw_gid, name)
    raise NoOwner(f"no user {named or 'postgres or nobody'} to run the database as; set KAPOK_DB_USER")
