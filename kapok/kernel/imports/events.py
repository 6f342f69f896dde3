"""What is announced about batches; never what stood in a row."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class BatchUploaded:
    """A file waits to be checked."""

    name: ClassVar[str] = "imports.uploaded"
    kind: str
    size: int


@dataclass(frozen=True)
class BatchApproved:
    """Somebody read the report and has the good rows taken."""

    name: ClassVar[str] = "imports.approved"
    kind: str
    rows: int


@dataclass(frozen=True)
class RowsTaken:
    """A part of a batch was taken."""

    name: ClassVar[str] = "imports.taken"
    kind: str
    added: int
    same: int
    refused: int


@dataclass(frozen=True)
class BatchStopped:
    """Somebody had it stop; what was taken stays."""

    name: ClassVar[str] = "imports.stopped"
    kind: str
    done: int


@dataclass(frozen=True)
class FaultsHandedOut:
    """Somebody downloaded the rows with faults, which hold personal data."""

    name: ClassVar[str] = "imports.faults_handed_out"
    kind: str
    rows: int
    form: str
