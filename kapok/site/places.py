"""Where things are: the clone, and the folder a node keeps its own things in."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from kapok.site import environment

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"


def home() -> Path:
    """The node's folder; not made here, since looking must not leave traces."""
    given = environment.read("KAPOK_HOME")
    if given:
        return Path(given).absolute()
    if (ROOT / "pyproject.toml").exists():
        return ROOT / ".kapok"
    return Path.home() / ".local" / "share" / "kapok"


def _below_home(variable: str, name: str) -> Path:
    given = environment.read(variable)
    return Path(given).absolute() if given else home() / name


def secrets_folder() -> Path:
    return _below_home("KAPOK_SECRETS", "secrets")


def files_folder() -> Path:
    return _below_home("KAPOK_FILES", "files")


def backups_folder() -> Path:
    return _below_home("KAPOK_BACKUPS", "backups")


def fonts_folder() -> Path:
    given = environment.read("KAPOK_FONTS")
    return Path(given).absolute() if given else BUILD / "fonts"


def regions_folder() -> Path:
    given = environment.read("KAPOK_REGIONS")
    return Path(given).absolute() if given else BUILD / "regions"


def run_folder() -> Path:
    """Pid files and what processes tell one another; worthless after a restart of the machine."""
    return home() / "run"


def secret(name: str) -> str:
    """A secret kept in a file that only this user reads; made at first use, by one process only."""
    path = secrets_folder() / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{name}.{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
