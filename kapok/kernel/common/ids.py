"""UUIDv7 (RFC 9562, section 5.7) with twelve sub-millisecond bits, so that ids made in one process sort as made."""

import os
import threading
import time
from datetime import datetime
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7(at: datetime | None = None) -> UUID:
    """A new id; `at` gives seeded history the time it happened instead of machine time."""
    global _last
    nanoseconds = time.time_ns() if at is None else round(at.timestamp() * 1_000_000) * 1000
    ticks = nanoseconds // 1_000_000 << 12 | (nanoseconds % 1_000_000) * 4096 // 1_000_000
    if at is None:
        with _lock:
            ticks = _last = max(ticks, _last + 1)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62 | random)


def uuid7_floor(at: datetime) -> UUID:
    """The smallest id of a moment: the bound of a range over ids."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62)


def moment_of(value: UUID) -> float:
    """The moment in a UUIDv7, in seconds since 1970."""
    return (value.int >> 80) / 1000


def as_uuid(text: object) -> UUID | None:
    """The id that a text spells; None where it is none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
