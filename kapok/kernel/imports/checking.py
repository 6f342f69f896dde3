"""What every kind's rows are checked for before the kind itself is asked: filled in, short enough, a date, a number, a choice."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.imports.kinds import Column, ImportKind, Row, RowFault

SAYS: dict[str, Any] = {
    "imports.missing": _("没有填写“{title}”。"),
    "imports.too_long": _("“{title}”超过 {longest} 个字。"),
    "imports.not_a_date": _("“{title}”不是日期，应如 2026-11-25。"),
    "imports.not_a_number": _("“{title}”不是数字。"),
    "imports.not_a_choice": _("“{title}”应为：{choices}。"),
    "imports.digits_lost": _("“{title}”是科学计数法，末尾数字可能已丢失：请在表格里把这一列设为文本后重新导出。"),
    "imports.control": _("“{title}”含有不可见的控制字符。"),
    "imports.twice": _("与第 {first} 行重复。"),
    "imports.differs": _("已经导入过，但内容不同：请核对后通过变更办理。"),
    "imports.unreadable": _("压缩包里的文件“{file}”无法读取（{code}）。"),
    "imports.not_taken": _("这一行没能导入：与已有的数据冲突，或内容超出系统能保存的范围。请核对后重新上传。"),
    "imports.too_wide": _("这一行比表头多出 {more} 列。"),
}
"""Sentences of the codes that are common to all kinds."""

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
_INTEGER = re.compile(r"[+-]?\d{1,18}(?:\.0+)?")
_AMOUNT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|[+-]?\d{1,18}(?:\.\d{1,4})?")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def normalised(kind: ImportKind, values: Mapping[str, str]) -> dict[str, str]:
    """Outer blanks gone, dates and numbers in one form; what does not fit stays for `faults_of` to name."""
    made = {}
    for column in kind.columns:
        text = values.get(column.name, "").strip().strip("\u3000\ufeff")
        made[column.name] = _formed(column, text) if text else ""
    return made


def _formed(column: Column, text: str) -> str:
    if column.form == "date":
        return _as_day(text) or text
    if column.form == "integer" and _INTEGER.fullmatch(text):
        return str(int(text.partition(".")[0]))
    if column.form == "amount" and _AMOUNT.fullmatch(text):
        return text.replace(",", "")
    return text


def _as_day(text: str) -> str:
    found = _DAY.fullmatch(text)
    if not found:
        return ""
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def faults_of(kind: ImportKind, row: Row) -> Iterator[RowFault]:
    """Every fault of a row's form; each column is named once."""
    for column in kind.columns:
        value = row.values[column.name]
        code, data = _fault(column, value)
        if code:
            yield RowFault(row.number, column.name, code, data)


def _fault(column: Column, value: str) -> tuple[str, dict[str, Any]]:
    if not value:
        return ("imports.missing", {}) if column.required else ("", {})
    if _CONTROL.search(value):
        return "imports.control", {}
    if len(value) > column.longest:
        return "imports.too_long", {"longest": column.longest}
    if column.form == "date" and not _as_day(value):
        return "imports.not_a_date", {}
    if (column.form == "integer" and not _INTEGER.fullmatch(value)) or (column.form == "amount" and not _AMOUNT.fullmatch(value)):
        return "imports.not_a_number", {}
    if column.form == "text" and _SCIENTIFIC.fullmatch(value):
        return "imports.digits_lost", {}
    if column.choices and value not in column.choices:
        return "imports.not_a_choice", {"choices": "、".join(column.choices)}
    code = column.check(value) if column.check else ""
    return code, {}


def sentence(kind: ImportKind, column: str, code: str, data: Mapping[str, Any]) -> str:
    """What a fault says to a person; an unknown code stands for itself."""
    found = kind.column(column)
    said = kind.says.get(code) or SAYS.get(code)
    if said is None:
        return code
    try:
        return str(said).format(**{"title": found.title if found else column, "example": found.example if found else "", **data})
    except (KeyError, IndexError):
        return str(said)
