"""Restoring a backup into another home: never over a node that is there."""

import os
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from kapok.kernel.common.errors import KapokError
from kapok.site.backup import sealed, store
from kapok.site.supervisor.binaries import bin_folder, major_version
from kapok.site.supervisor.database import DURABLE, Database, Place
from kapok.site.supervisor.owner import owner


class Occupied(KapokError):
    """There is a node where the backup should go."""

    code, status, fields = "backup.occupied", 409, ("home",)
    says = "{home} 中已有数据，恢复只写入空目录。"


class OtherVersion(KapokError):
    """The backup's data are of another major version of the database."""

    code, status, fields = "backup.other_version", 409, ("made", "runs")
    says = "备份由 PostgreSQL {made} 生成，当前程序为 {runs}，不能恢复。"


def restore(name: str, home: Path, *, until: datetime | None = None, point: str = "", keys: bool = True) -> Database:
    """Bring a backup to life in `home`, up to an instant, a named point, or the end of the shipped log.

    Everything is proved first: a damaged part is refused before a byte is written.
    """
    manifest = store.read_manifest(name)
    runs = major_version(bin_folder())
    if manifest.version != runs:
        raise OtherVersion(made=manifest.version, runs=runs)
    if home.exists() and any(home.iterdir()):
        raise Occupied(home=str(home))
    home.mkdir(parents=True, exist_ok=True, mode=0o755)
    _unseal_folder(store.folder() / name / store.FILES, home / "files", store.FILES)
    _add_files(home / "files")
    if keys:
        _unseal_folder(store.keys_file(name), home / "secrets", "keys")
    place = Place.choose(home, owner(), lambda line: None)
    _unseal_folder(store.folder() / name / store.DATABASE, place.cluster, store.DATABASE, private=True)
    _lay_log(place.folder / "log-to-replay", manifest.first_wal)
    _ask_recovery(place, until, point)
    _hand_over(place)
    database = Database(home, DURABLE)
    database.ensure_up()
    return database


def _ask_recovery(place: Place, until: datetime | None, point: str) -> None:
    wanted = [f'restore_command = \'cp "{place.folder}/log-to-replay/%f" "%p"\'', "recovery_target_action = 'promote'"]
    if point:
        wanted.append(f"recovery_target_name = '{point}'")
    elif until is not None:
        wanted.append(f"recovery_target_time = '{until.isoformat()}'")
    with (place.cluster / "postgresql.auto.conf").open("a") as settings:
        settings.write("\n".join(wanted) + "\n")
    (place.cluster / "recovery.signal").touch()
    (place.folder / "password").write_text("")


def _lay_log(target: Path, first: str) -> None:
    target.mkdir(mode=0o700)
    for path in sorted(store.wal_folder().glob("*.sealed")):
        name = path.name.removesuffix(".sealed")
        if name.endswith(".history") or name[8:] >= first[8:]:
            with path.open("rb") as content, (target / name).open("wb") as out:
                out.writelines(sealed.read(content, store.key(), name))


def _add_files(target: Path) -> None:
    """Files stored since the backup was made; those that came after the instant asked for are named by no row."""
    for path in sorted(store.files_folder().rglob("*.sealed")):
        name = path.relative_to(store.files_folder()).as_posix().removesuffix(".sealed")
        if not (target / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            with path.open("rb") as content, (target / name).open("wb") as out:
                out.writelines(sealed.read(content, store.key(), name))


def _hand_over(place: Place) -> None:
    """All below the data folder to the database's user; nothing above it."""
    for base, folders, files in os.walk(place.folder):
        for each in (Path(base), *(Path(base) / f for f in folders), *(Path(base) / f for f in files)):
            if not each.is_symlink():
                place.owner.take(each, 0o700 if each.is_dir() else 0o600)


def _unseal_folder(source: Path, target: Path, part: str, *, private: bool = False) -> None:
    """Unpack into a folder. Only what the key vouches for is unpacked; an entry that would leave the folder is refused all the same."""
    target.mkdir(mode=0o700 if private or part == "keys" else 0o755, exist_ok=True)
    with source.open("rb") as content, tempfile.TemporaryFile(dir=target.parent) as plain:
        plain.writelines(sealed.read(content, store.key(), part))
        plain.seek(0)
        with tarfile.open(fileobj=plain) as archive:
            for member in archive:
                if member.name.startswith("/") or ".." in Path(member.name).parts or not (member.isreg() or member.isdir()):
                    raise sealed.Damaged(part=part)
                archive.extract(member, target)
