"""办件编号: 实施编码 31, day of acceptance 8, serial 4 — in the profile of Guangdong's practice.

The serial is decimal up to 9999 and goes on with a letter in front (A000, A001 … ZZZZ), so that numbers still sort as given.
"""

from dataclasses import dataclass
from datetime import date

from kapok.kernel.common.codes import item
from kapok.kernel.common.codes.text import ALPHANUMERIC, DIGITS, day, normalise, refused, written
from kapok.kernel.common.verdicts import Verdict, allow

KIND = "case"
DECIMAL = 9999
LAST = DECIMAL + 26 * 36**3


@dataclass(frozen=True)
class CaseNumber:
    """A case number taken apart; `serial` counts from 1 within the item and day."""

    text: str
    implementation: str
    accepted_on: date
    serial: int


def serial_text(serial: int) -> str:
    """Four characters of a serial; 1 is 0001, 10,000 is A000. ValueError outside 1 to 1,223,055."""
    if not 1 <= serial <= LAST:
        raise ValueError(f"no four characters for serial {serial}")
    if serial <= DECIMAL:
        return f"{serial:04d}"
    rest, places = serial - DECIMAL - 1 + 10 * 36**3, ""
    for _ in range(4):
        rest, digit = divmod(rest, 36)
        places = ALPHANUMERIC[digit] + places
    return places


def serial_value(text: str) -> int | None:
    """The count behind four characters; None where none was ever given (0000, or a letter after a leading digit)."""
    if text[0] in DIGITS:
        return int(text) or None if text.isdigit() else None
    return int(text, 36) - 10 * 36**3 + DECIMAL + 1


def check(text: str, profile: item.Profile = item.GUANGDONG) -> Verdict:
    """Causes: empty, full_width, length, alphabet, those of 实施编码, day, serial."""
    code = normalise(text)
    if not profile.structured:
        verdict = written(KIND, code, alphabet=item.FOREIGN)
        too_long = bool(verdict) and len(code) > profile.case_number
        return refused(KIND, "too_long", length=len(code), longest=profile.case_number) if too_long else verdict
    verdict = written(KIND, code, lengths=(profile.case_number,))
    verdict = verdict and item.check_implementation(code[:31], profile)
    if not verdict:
        return verdict
    if day(code[31:39]) is None:
        return refused(KIND, "day", day=code[31:39])
    if serial_value(code[39:]) is None:
        return refused(KIND, "serial", serial=code[39:])
    return allow()


def make(implementation: str, accepted_on: date, serial: int) -> str:
    return f"{implementation}{accepted_on:%Y%m%d}{serial_text(serial)}"


def parse(text: str) -> CaseNumber:
    check(text).or_raise()
    code = normalise(text)
    accepted = date(int(code[31:35]), int(code[35:37]), int(code[37:39]))
    return CaseNumber(code, code[:31], accepted, serial_value(code[39:]) or 0)
