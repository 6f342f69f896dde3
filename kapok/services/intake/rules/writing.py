"""Faults of writing that any text may have: characters no person types, and text that a spreadsheet would run."""

import re
import unicodedata

_FORMULA = frozenset("=+-@＝＋－＠\t\r")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*|\+[0-9][0-9 ]*")
_UNSEEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")


def writing_fault(text: str, *, lines: bool, formula: bool = True) -> str:
    """control, formula, or empty when nothing is wrong. `lines`: line breaks are welcome."""
    for character in text:
        if character == "\n" and lines:
            continue
        if character in _UNSEEN or unicodedata.category(character) in ("Cc", "Cs", "Cn"):
            return "control"
    if formula and text[:1] in _FORMULA and not _NUMBER.fullmatch(text):
        return "formula"
    return ""


def full_width(text: str) -> str:
    """The first full-width digit or letter, or an empty string: numbers and codes are kept as they are seen."""
    return next((c for c in text if "！" <= c <= "～" or c == "\u3000" or (c.isdigit() and not c.isascii())), "")
