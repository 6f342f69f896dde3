"""政务服务事项 codes: 基本编码 12, 实施编码 31, 业务办理项编码 33 — in the profile of Guangdong's practice.

The standards disagree on lengths (GB/T 39046: 10/24/50; national tables: 12/36/50; practice: 12/31/33), and other provinces
have their own structure: a code is stored in 64 characters and checked by the profile of where it comes from.
"""

from dataclasses import dataclass

from kapok.kernel.common.codes import uscc
from kapok.kernel.common.codes.text import ALPHANUMERIC, DIGITS, PROVINCES, normalise, refused, written
from kapok.kernel.common.verdicts import Verdict

KIND = "item"
LEVELS = {"1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "镇(街)级", "6": "村(社区)级"}


@dataclass(frozen=True)
class Profile:
    """How one issuer writes codes. `structured`: lengths are exact and the parts are checked; else lengths are the most allowed."""

    key: str
    base: int
    implementation: int
    handling: int
    case_number: int
    structured: bool


GUANGDONG = Profile("guangdong", 12, 31, 33, 43, structured=True)
NATIONAL = Profile("national", 12, 36, 50, 50, structured=False)
GBT39046 = Profile("gbt39046", 10, 24, 50, 50, structured=False)
PROFILES = {profile.key: profile for profile in (GUANGDONG, NATIONAL, GBT39046)}
FOREIGN = ALPHANUMERIC + "-_."


@dataclass(frozen=True)
class BaseCode:
    """基本编码: region 2 (00 national), type 2 (GB/T 39046 A.1), department 2, main item 3, sub-item 3 (000: none)."""

    text: str
    region: str
    type: str
    department: str
    main: str
    sub: str


@dataclass(frozen=True)
class ItemCode:
    """实施编码, with the handling suffix where one was given."""

    text: str
    implementation: str
    uscc: str
    level: str
    base: BaseCode
    handling: str = ""


def check_base(text: str, profile: Profile = GUANGDONG) -> Verdict:
    """Causes: empty, full_width, length, alphabet, region."""
    code = normalise(text)
    if not profile.structured:
        return _foreign(code, profile.base)
    verdict = written(KIND, code, lengths=(profile.base,), alphabet=DIGITS)
    if verdict and code[:2] != "00" and code[:2] not in PROVINCES:
        return refused(KIND, "region", region=code[:2])
    return verdict


def check_implementation(text: str, profile: Profile = GUANGDONG) -> Verdict:
    """Causes: as the base code and the credit code within it (`codes.uscc.…`), and level."""
    code = normalise(text)
    if not profile.structured:
        return _foreign(code, profile.implementation)
    verdict = written(KIND, code, lengths=(profile.implementation,))
    verdict = verdict and uscc.check(code[:18])
    if verdict and code[18] not in LEVELS:
        return refused(KIND, "level", level=code[18])
    return verdict and check_base(code[19:31], profile)


def check_handling(text: str, profile: Profile = GUANGDONG) -> Verdict:
    """Causes: as 实施编码; the two last characters are free."""
    code = normalise(text)
    if not profile.structured:
        return _foreign(code, profile.handling)
    verdict = written(KIND, code, lengths=(profile.handling,))
    return verdict and check_implementation(code[: profile.implementation], profile)


def check(text: str, profile: Profile = GUANGDONG) -> Verdict:
    """Whether it is any of the three; which one, its length says."""
    code = normalise(text)
    if not profile.structured:
        return _foreign(code, max(profile.base, profile.implementation, profile.handling))
    if len(code) == profile.base:
        return check_base(code, profile)
    if len(code) == profile.handling:
        return check_handling(code, profile)
    if len(code) == profile.implementation:
        return check_implementation(code, profile)
    return written(KIND, code, lengths=(profile.base, profile.implementation, profile.handling))


def make_base(region: str, type_code: str, department: str, main: int, sub: int = 0) -> str:
    return f"{region:0>2}{type_code:0>2}{department:0>2}{main:03d}{sub:03d}"


def make(credit_code: str, level: str, base: str, handling: int | None = None) -> str:
    """实施编码, or with `handling` 业务办理项编码."""
    return f"{credit_code}{level}{base}" + ("" if handling is None else f"{handling:02d}")


def parse_base(text: str) -> BaseCode:
    check_base(text).or_raise()
    code = normalise(text)
    return BaseCode(code, code[:2], code[2:4], code[4:6], code[6:9], code[9:12])


def parse(text: str) -> ItemCode:
    """Take 实施编码 or 业务办理项编码 apart (Guangdong's profile)."""
    code = normalise(text)
    (check_handling(code) if len(code) == GUANGDONG.handling else check_implementation(code)).or_raise()
    return ItemCode(code, code[:31], code[:18], code[18], parse_base(code[19:31]), code[31:])


def _foreign(code: str, longest: int) -> Verdict:
    verdict = written(KIND, code, alphabet=FOREIGN)
    if verdict and len(code) > longest:
        return refused(KIND, "too_long", length=len(code), longest=longest)
    return verdict
