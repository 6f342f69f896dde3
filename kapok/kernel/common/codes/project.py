"""投资项目统一代码: 24 characters with four hyphens, issued by the central platform.

New form (GB/T 40058-2021): YYMM-region-department-type-random 5 and check. Old form (2015 to 2020): YYYY-region-industry-type-serial 6.
The check digit's rule is not confirmed from the standard: it is given as `check_digit`, none by default.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from kapok.kernel.common.codes.text import DIGITS, normalise, refused, region, written
from kapok.kernel.common.verdicts import Verdict, allow

KIND = "project"
_LENGTHS = (4, 6, 2, 2, 6)
CheckDigit = Callable[[str], str]


@dataclass(frozen=True)
class ProjectCode:
    """A project code taken apart; month is None in the old form, `branch` its department or (old) industry."""

    text: str
    year: int
    month: int | None
    region: str
    branch: str
    type: str
    number: str


def check(text: str, *, check_digit: CheckDigit | None = None) -> Verdict:
    """Causes: empty, full_width, length, alphabet, shape, period, region, check_digit (only with a rule for it)."""
    code = normalise(text)
    verdict = written(KIND, code, lengths=(24,), alphabet=DIGITS + "-")
    if not verdict:
        return verdict
    parts = code.split("-")
    if tuple(map(len, parts)) != _LENGTHS:
        return refused(KIND, "shape")
    period = _period(parts[0])
    if period is None:
        return refused(KIND, "period", period=parts[0])
    if not (region(parts[1]) or parts[1] == "000000"):
        return refused(KIND, "region", region=parts[1])
    new_form = period[1] is not None
    if check_digit and new_form and check_digit("".join(parts)[:-1]) != code[-1]:
        return refused(KIND, "check_digit", given=code[-1])
    return allow()


def make(year: int, month: int, region_code: str, branch: str, type_code: str, *, check_digit: CheckDigit | None = None) -> str:
    """A simulated code for a network without the central platform, which alone issues real ones."""
    body = f"{year % 100:02d}{month:02d}{region_code[:6]}{branch:0>2}{type_code:0>2}{secrets.randbelow(100_000):05d}"
    whole = body + (check_digit(body) if check_digit else "0")
    return "-".join((whole[:4], whole[4:10], whole[10:12], whole[12:14], whole[14:]))


def parse(text: str) -> ProjectCode:
    check(text).or_raise()
    code = normalise(text)
    parts = code.split("-")
    year, month = _period(parts[0]) or (0, None)
    return ProjectCode(code, year, month, *parts[1:])


def _period(text: str) -> tuple[int, int | None] | None:
    """Year and month of the new form, year alone of the old one: 2015 to 2020 are no months of 2020."""
    if 2015 <= int(text) <= 2020:
        return int(text), None
    year, month = 2000 + int(text[:2]), int(text[2:])
    return (year, month) if year >= 2020 and 1 <= month <= 12 else None
