"""Where backups lie, what each holds, and the manifest that says so."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from kapok.site import environment, places
from kapok.site.backup.sealed import Damaged

DATABASE, FILES, MANIFEST = "database.sealed", "files.sealed", "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """A backup as it was made. `first_wal` is the oldest piece of log a restore of it needs."""

    name: str
    made_at: str
    node: str
    system: str
    version: int
    first_wal: str
    digests: dict[str, str]


def key() -> str:
    """The backup key: KAPOK_BACKUP_KEY's file, else made once among the secrets."""
    given = environment.read("KAPOK_BACKUP_KEY")
    return Path(given).read_text().strip() if given else places.secret("backup.key").strip()


def folder() -> Path:
    return places.backups_folder()


def wal_folder() -> Path:
    return folder() / "wal"


def files_folder() -> Path:
    """Files that came after the oldest backup, each sealed by itself: a file never changes once it is stored."""
    return folder() / "files"


def files_below(root: Path) -> list[Path]:
    """Files of a folder, in order, so that equal folders give equal archives. A dot at the head of a name: still being written."""
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))


def keys_file(name: str) -> Path:
    """The node's keys lie apart from the data they open, so that the two can be carried to different places."""
    return folder() / "keys" / f"{name}.sealed"


def names() -> list[str]:
    """Whole backups, oldest first; one without a manifest was never finished."""
    return sorted(path.parent.name for path in folder().glob(f"*/{MANIFEST}"))


def digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_manifest(manifest: Manifest) -> None:
    """Last of all: a backup counts from here on. The code over it needs the key, so nobody else can vouch for parts."""
    body = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    target = folder() / manifest.name / MANIFEST
    target.with_suffix(".new").write_text(json.dumps({"manifest": body, "code": _code(body)}, ensure_ascii=False))
    target.with_suffix(".new").replace(target)


def read_manifest(name: str) -> Manifest:
    """The manifest, if the key vouches for it and every part is as it was written; Damaged names the part that is not."""
    try:
        kept = json.loads((folder() / name / MANIFEST).read_text())
        body, code = kept["manifest"], kept["code"]
    except (OSError, ValueError, KeyError) as error:
        raise Damaged(part=MANIFEST) from error
    if not hmac.compare_digest(code, _code(body)):
        raise Damaged(part=MANIFEST)
    manifest = Manifest(**json.loads(body))
    for part, value in manifest.digests.items():
        if not (folder() / name / part).is_file() or digest_of(folder() / name / part) != value:
            raise Damaged(part=part)
    return manifest


def _code(body: str) -> str:
    return hmac.digest(key().encode(), body.encode(), "sha256").hex()
