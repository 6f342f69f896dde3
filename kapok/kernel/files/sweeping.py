"""Left-over objects: bytes written by transactions that never committed."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from kapok.kernel.common import clock
from kapok.kernel.files.models import StoredFile
from kapok.kernel.files.stores import FolderStore

_BATCH = 500


def sweep(older_than_hours: int = 24) -> int:
    """Remove objects of the folder store that no row names and that are older than any open transaction; how many."""
    folder, before, gone = FolderStore(), clock.wall().timestamp() - older_than_hours * 3600, 0
    for batch in _batches(Path(settings.KAPOK_FILES), before):
        known = set(StoredFile.objects.filter(address__in=batch).values_list("address", flat=True))
        for address in batch:
            if address not in known:
                folder.drop(address)
                gone += 1
    return gone


def _batches(root: Path, before: float) -> Iterator[list[str]]:
    batch: list[str] = []
    for path in root.glob("??/??/*"):
        if len(path.name) == 64 and path.stat().st_mtime < before:
            batch.append(path.name)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    if batch:
        yield batch
