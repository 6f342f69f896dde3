"""申办流水号, our own: region 6, day 8, six random digits, check digit (ISO 7064 MOD 11,10). Unique, not gapless."""

import secrets
from dataclasses import dataclass
from datetime import date

from kapok.kernel.common.codes import mod_11_10
from kapok.kernel.common.codes.text import DIGITS, day, normalise, refused, region, written
from kapok.kernel.common.verdicts import Verdict, allow

KIND = "serial"


@dataclass(frozen=True)
class Serial:
    """An application's number taken apart."""

    text: str
    region: str
    applied_on: date


def check(text: str) -> Verdict:
    """Causes: empty, full_width, length, alphabet, region, day, check_digit."""
    code = normalise(text)
    verdict = written(KIND, code, lengths=(21,), alphabet=DIGITS)
    if not verdict:
        return verdict
    if not region(code[:6]):
        return refused(KIND, "region", region=code[:6])
    if day(code[6:14]) is None:
        return refused(KIND, "day", day=code[6:14])
    return allow() if mod_11_10.holds(code) else refused(KIND, "check_digit", given=code[20])


def make(region_code: str, applied_on: date, number: int | None = None) -> str:
    """A number for a region (its first six digits are used) and day; `number` 0–999,999 instead of a random one."""
    drawn = secrets.randbelow(1_000_000) if number is None else number
    body = f"{region_code[:6]}{applied_on:%Y%m%d}{drawn:06d}"
    return body + mod_11_10.check_digit(body)


def parse(text: str) -> Serial:
    check(text).or_raise()
    code = normalise(text)
    return Serial(code, code[:6], date(int(code[6:10]), int(code[10:12]), int(code[12:14])))
