"""公民身份号码, GB 11643-1999: 行政区划 6, 出生日期 8, 顺序码 3 (odd: male), 校验码 1 (ISO 7064 MOD 11-2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kapok.kernel.common.codes.text import DIGITS, day, normalise, refused, region, written
from kapok.kernel.common.verdicts import Verdict, allow

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
KIND = "citizen"
EARLIEST = date(1850, 1, 1)


@dataclass(frozen=True)
class CitizenNumber:
    """An identity number taken apart; sex is male or female."""

    text: str
    region: str
    born: date
    sex: str

    def age_on(self, when: date) -> int:
        """Full years on a day (周岁)."""
        return when.year - self.born.year - ((when.month, when.day) < (self.born.month, self.born.day))


def check_character(body: str) -> str:
    """The eighteenth character of seventeen digits."""
    return CHECKS[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def check(text: str, *, today: date | None = None, known_region: Callable[[str], bool] = region) -> Verdict:
    """Causes: empty, full_width, fifteen, length, alphabet, region, birth, future, check_digit.

    `known_region` must know retired codes too: a number keeps the code of the day it was given. `today` adds the check
    that the birth is not to come.
    """
    code = normalise(text)
    if len(code) == 15 and code.isascii() and code.isdigit():
        return refused(KIND, "fifteen")
    verdict = written(KIND, code, lengths=(18,), alphabet=DIGITS + "X")
    if verdict and "X" in code[:17]:
        verdict = refused(KIND, "alphabet", position=code.index("X") + 1, character="X")
    if not verdict:
        return verdict
    if not known_region(code[:6]):
        return refused(KIND, "region", region=code[:6])
    born = day(code[6:14])
    if born is None or born < EARLIEST:
        return refused(KIND, "birth", born=code[6:14])
    if today is not None and born > today:
        return refused(KIND, "future", born=code[6:14])
    if check_character(code[:17]) != code[17]:
        return refused(KIND, "check_digit", given=code[17])
    return allow()


def make(region_code: str, born: date, sequence: int) -> str:
    """A number from region (six digits), birthday and sequence 0–999 (odd: male)."""
    body = f"{region_code[:6]}{born:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


def parse(text: str) -> CitizenNumber:
    check(text).or_raise()
    code = normalise(text)
    born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    return CitizenNumber(code, code[:6], born, "male" if int(code[16]) % 2 else "female")
