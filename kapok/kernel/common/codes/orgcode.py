"""组织机构代码, GB 11714: eight characters and a check character (MOD 11, weights 3 7 9 10 5 8 4 2)."""

from dataclasses import dataclass

from kapok.kernel.common.codes.text import ALPHANUMERIC, DIGITS, normalise, refused, written
from kapok.kernel.common.verdicts import Verdict, allow

WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
KIND = "orgcode"


@dataclass(frozen=True)
class OrgCode:
    """One organisation's code, without and with its hyphen before the check character."""

    text: str

    @property
    def hyphenated(self) -> str:
        return f"{self.text[:8]}-{self.text[8]}"


def check_character(body: str) -> str:
    """The ninth character of eight."""
    rest = sum(ALPHANUMERIC.index(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11
    return (*DIGITS, "X", "0")[(11 - rest)]


def check(text: str) -> Verdict:
    """Causes: empty, full_width, length, alphabet, check_digit. The hyphen before the last character may stand or not."""
    code = _bare(text)
    verdict = written(KIND, code, lengths=(9,))
    if not verdict:
        return verdict
    expected = check_character(code[:8])
    return allow() if code[8] == expected else refused(KIND, "check_digit", given=code[8])


def make(body: str) -> str:
    """The nine characters of an eight-character body."""
    return body + check_character(body)


def parse(text: str) -> OrgCode:
    check(text).or_raise()
    return OrgCode(_bare(text))


def _bare(text: str) -> str:
    code = normalise(text)
    return code[:8] + code[9:] if len(code) == 10 and code[8] == "-" else code
