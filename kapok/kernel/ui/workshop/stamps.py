"""A step is done again only when what it is made from changed."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from kapok.kernel.ui.workshop.places import MADE

STAMPS = MADE / "stamps.json"


def digest(inputs: Iterable[Path]) -> str:
    """One value for the names and contents of many files; large ones by size and time."""
    whole = hashlib.sha256()
    for path in sorted(inputs):
        state = path.stat()
        whole.update(path.name.encode())
        whole.update(path.read_bytes() if state.st_size < 1_000_000 else f"{state.st_size} {state.st_mtime_ns}".encode())
    return whole.hexdigest()


def fresh(step: str, value: str, outputs: Iterable[Path]) -> bool:
    return _known().get(step) == value and all(path.exists() for path in outputs)


def keep(step: str, value: str) -> None:
    MADE.mkdir(parents=True, exist_ok=True)
    STAMPS.write_text(json.dumps(_known() | {step: value}, indent=1))


def _known() -> dict[str, str]:
    try:
        return dict(json.loads(STAMPS.read_text()))
    except (OSError, ValueError):
        return {}
