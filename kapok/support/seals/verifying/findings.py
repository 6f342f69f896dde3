"""How a step is taken: by a small function that gives a finding, timed, and never allowed to end the report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any

import structlog

from kapok.support.seals.verifying.data import FAIL, PASS, SKIPPED, UNKNOWN, Outcome, Step, Warned
from kapok.support.seals.verifying.words import step

_log = structlog.get_logger("kapok.seals.verifying")


@dataclass(frozen=True)
class Finding:
    """What one step found, before it is put into words."""

    outcome: Outcome
    code: str
    data: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()


def passed(code: str = "ok", *warnings: Warned, **data: Any) -> Finding:
    return Finding(PASS, code, data, warnings)


def failed(code: str, *warnings: Warned, **data: Any) -> Finding:
    return Finding(FAIL, code, data, warnings)


def undecided(code: str, *warnings: Warned, **data: Any) -> Finding:
    return Finding(UNKNOWN, code, data, warnings)


def not_asked(code: str, **data: Any) -> Finding:
    return Finding(SKIPPED, code, data)


NOT_POSSIBLE = Finding(UNKNOWN, "step.not_possible")


@dataclass
class Steps:
    """The steps of one signature as they are taken, in whatever order; each key once."""

    at: datetime
    taken: dict[str, Step] = field(default_factory=dict)
    warnings: list[Warned] = field(default_factory=list)

    def take(self, key: str, look: Callable[[], Finding]) -> Finding:
        """Take a step. A fault of ours leaves it undecided, and says so in the log, never passed."""
        started = perf_counter()
        try:
            found = look()
        except Exception as error:
            _log.warning("verification step failed", step=key, exc_info=error)
            found = undecided("step.failed", why=type(error).__name__)
        took = (perf_counter() - started) * 1000
        self.taken[key] = step(key, found.code, found.outcome, self.at, took_ms=round(took, 3), **found.data)
        self.warnings += found.warnings
        return found

    def in_order(self, keys: tuple[str, ...]) -> tuple[Step, ...]:
        """All ten; one that nobody took could not be taken."""
        for key in keys:
            if key not in self.taken:
                self.take(key, lambda: NOT_POSSIBLE)
        return tuple(self.taken[key] for key in keys)
