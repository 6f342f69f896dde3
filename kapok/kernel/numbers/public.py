"""The door of `kernel.numbers`."""

from kapok.kernel.numbers.counters import TAKE, noticed, overflowing, take, take_text
from kapok.kernel.numbers.errors import NumbersExhausted
from kapok.kernel.numbers.profiles import SERIAL4, Alarm, Profile, alarms, profiles

__all__ = [
    "SERIAL4",
    "TAKE",
    "Alarm",
    "NumbersExhausted",
    "Profile",
    "alarms",
    "noticed",
    "overflowing",
    "profiles",
    "take",
    "take_text",
]
