"""What operators do to failed jobs."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class JobRetried:
    """A failed job is to run again."""

    name: ClassVar[str] = "jobs.retried"
    job: int
    task: str


@dataclass(frozen=True)
class JobSetAside:
    """A failed job will not run again."""

    name: ClassVar[str] = "jobs.set_aside"
    job: int
    task: str
