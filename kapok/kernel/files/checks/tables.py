"""CSV cells that a spreadsheet would run as formulas."""

import csv
import io
import re
import unicodedata

from kapok.kernel.files.checks.base import Fault, fault
from kapok.kernel.files.kinds import decoded

LONGEST_CELL = 131_072
_NUMBER = re.compile(r"[+-]?[\d ][\d .,()]*%?\Z|[+-]?\d[\d.]*[eE][+-]?\d+\Z|-+\Z")


def check_csv(content: bytes) -> Fault | None:
    """Cells beginning with = + - @ (also full width, also after blanks) are refused unless they are plain numbers."""
    text = decoded(content)
    if text is None:
        return fault("damaged", why="encoding")
    try:
        sample = text.split("\n", 1)[0]
        mark = max(",;\t", key=sample.count)
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1):
            for place, cell in enumerate(row, 1):
                if is_formula(cell):
                    return fault("formula", row=number, column=place)
    except csv.Error:
        return fault("damaged", why="csv")
    return None


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell's text as a formula."""
    plain = unicodedata.normalize("NFKC", cell.strip().strip('"').strip())
    if cell[:1] in ("\t", "\r"):
        return True
    return plain[:1] in ("=", "+", "-", "@") and not _NUMBER.match(plain)
