"""Two clocks: legal time, by which deadlines run, and machine time, by which machines trust one another.

Legal time may be moved ahead in a sandbox; machine time never is.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PROVINCE = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_offset_seen: tuple[int, timedelta] = (0, timedelta())


def wall() -> datetime:
    """Machine time (UTC): tokens, signatures' freshness, retries, leases, ids."""
    return datetime.now(UTC)


def now() -> datetime:
    """Legal time (UTC): deadlines, the moment something happened in law."""
    return _frozen.get() or wall() + _sandbox_offset()


def today() -> date:
    """Today's date in the province by legal time."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on a clock in the province."""
    return moment.astimezone(PROVINCE)


def at(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment given by the province's wall clock, in UTC."""
    return datetime.combine(day, time(hour, minute, second), PROVINCE).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last second of a day in the province: a limit that ends on a day ends then."""
    return at(day, 23, 59, 59)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold legal time still (tests, recomputation of history)."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def _sandbox_offset() -> timedelta:
    """The seconds a sandbox network is ahead, kept in the file KAPOK_CLOCK_FILE; absent in production."""
    global _offset_seen
    name = os.environ.get("KAPOK_CLOCK_FILE")
    if not name:
        return timedelta()
    try:
        stamp = os.stat(name).st_mtime_ns
    except OSError:
        return timedelta()
    if stamp != _offset_seen[0]:
        _offset_seen = (stamp, timedelta(seconds=float(Path(name).read_text() or 0)))
    return _offset_seen[1]


def move_sandbox(seconds: float) -> None:
    """Set legal time `seconds` ahead of machine time for every process of this node."""
    name = os.environ.get("KAPOK_CLOCK_FILE")
    if not name:
        raise RuntimeError("legal time cannot be moved: KAPOK_CLOCK_FILE is not set (a sandbox sets it)")
    target = Path(name)
    draft = target.with_suffix(".new")
    draft.write_text(str(seconds))
    draft.replace(target)


def sandbox_offset() -> timedelta:
    """How far legal time is ahead of machine time (zero in production)."""
    return _sandbox_offset()
