"""Sheets to download: the faulty rows with what is wrong, the reconciliation, the empty form of a kind."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from kapok.kernel.files.public import is_formula
from kapok.kernel.imports.kinds import ImportKind
from kapok.kernel.imports.models import Batch
from kapok.kernel.imports.queries import faulty_rows, group_counts

Line = Sequence[str | int]
_MOST_IN_A_SHEET = 100_000
"""Workbooks are made in memory, so that no temporary file holds what is sealed; longer lists are for CSV."""


def fault_lines(batch: Batch, kind: ImportKind) -> Iterable[Line]:
    """A head, then each faulty row as it came, with its codes and what they say: mended, the same sheet can be handed in again."""
    yield [*(str(column.title) for column in kind.columns), _("原行号"), _("错误代码"), _("错误说明")]
    for row in faulty_rows(batch, kind):
        values = [row.values.get(column.name, "") for column in kind.columns]
        yield [
            *values,
            row.number,
            "；".join(code for _column, code, _words in row.faults),
            " ".join(words for *_rest, words in row.faults),
        ]


def group_lines(batch: Batch) -> Iterable[Line]:
    """The reconciliation, with the sum below."""
    yield [_("分组"), _("总行数"), _("合格"), _("新增"), _("已有"), _("有误")]
    groups = group_counts(batch, limit=100_000)
    for one in groups:
        yield [one.group or "—", one.rows, one.sound, one.added, one.same, one.faulty]
    sums = [sum(getattr(one, name) for one in groups) for name in ("rows", "sound", "added", "same", "faulty")]
    yield [_("合计"), *sums]


def form_lines(kind: ImportKind) -> Iterable[Line]:
    """The head of a kind's table, required columns marked, and an example where every column has one."""
    yield [f"{column.title}{'*' if column.required else ''}" for column in kind.columns]
    if all(column.example for column in kind.columns if column.required):
        yield [column.example for column in kind.columns]


def as_csv(lines: Iterable[Line]) -> bytes:
    """UTF-8 with a mark; a cell a spreadsheet would run is made text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([_inert(cell) if isinstance(cell, str) else cell for cell in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _inert(cell: str) -> str:
    return f"'{cell}" if is_formula(cell) else cell


def as_xlsx(lines: Iterable[Line], name: str) -> bytes:
    """A workbook whose cells are all text, so that long numbers keep their digits and nothing is run."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
    sheet = book.add_worksheet(name[:31])
    sheet.set_column(0, 40, 18, text)
    sheet.freeze_panes(1, 0)
    for number, line in enumerate(lines):
        if number >= _MOST_IN_A_SHEET:
            sheet.write_string(number, 0, _("其余的行请下载 CSV。"), head)
            break
        for place, cell in enumerate(line):
            if isinstance(cell, int):
                sheet.write_number(number, place, cell)
            else:
                sheet.write_string(number, place, cell[:32_000], head if number == 0 else text)
    book.close()
    return out.getvalue()
