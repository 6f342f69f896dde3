"""XLSX read row by row without a library that loads it whole: the first sheet, shared strings, dates by their format."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from posixpath import normpath
from typing import Any
from zipfile import ZipFile

from lxml import etree

from kapok.kernel.imports.errors import Damaged
from kapok.kernel.imports.reading.zipped import measured, opened

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_DATE_WORD = re.compile(r"(?<!\\)[ymdYMD年月日]")
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_WIDEST = 1_000


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are a package with a workbook in it."""
    return content[:4] == b"PK\x03\x04" and b"xl/workbook.xml" in content


def workbook_rows(content: bytes) -> tuple[Iterator[tuple[int, list[str]]], int]:
    """The first sheet's rows with their numbers, and about how many."""
    package = opened(content)
    part = _first_sheet(package)
    return _rows(package, part, _strings(package), _date_styles(package)), _about(package, part)


def _parsed(package: ZipFile, name: str, *tags: str) -> Iterator[Any]:
    """The elements of a part as they end, forgotten once used; no entities, no network."""
    source = measured(package, name)
    try:
        for _event, element in etree.iterparse(
            source, tag=[_SHEET + tag for tag in tags], resolve_entities=False, no_network=True, load_dtd=False
        ):
            if element.getroottree().docinfo.doctype:
                raise Damaged(why="doctype")
            yield element
            element.clear()
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Damaged(why=f"{name}: {error.msg or 'xml'}"[:120]) from None


def _first_sheet(package: ZipFile) -> str:
    names = set(package.namelist())
    relation = ""
    for sheet in _parsed(package, "xl/workbook.xml", "sheet"):
        relation = relation or sheet.get(_RELATION, "")
    if "xl/_rels/workbook.xml.rels" in names:
        source = measured(package, "xl/_rels/workbook.xml.rels").read()
        try:
            root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        except etree.XMLSyntaxError:
            raise Damaged(why="workbook.xml.rels") from None
        for one in root:
            if isinstance(one.tag, str) and one.get("Id") == relation:
                target = one.get("Target", "")
                part = normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
                if part in names:
                    return part
    found = sorted(name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml"))
    if not found:
        raise Damaged(why="no sheet")
    return found[0]


def _strings(package: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in package.namelist():
        return []
    return [_text(one) for one in _parsed(package, "xl/sharedStrings.xml", "si")]


def _text(element: Any) -> str:
    """The words of a string, its pronunciation left out."""
    return "".join(t.text or "" for t in element.iter(_SHEET + "t") if t.getparent().tag != _SHEET + "rPh")


def _date_styles(package: ZipFile) -> frozenset[int]:
    """The cell formats that show a date."""
    if "xl/styles.xml" not in package.namelist():
        return frozenset()
    own: dict[int, str] = {}
    found: set[int] = set()
    for element in _parsed(package, "xl/styles.xml", "numFmt", "cellXfs"):
        if element.tag == _SHEET + "numFmt":
            own[_whole(element.get("numFmtId"))] = element.get("formatCode", "")
        else:
            for index, style in enumerate(element):
                number = _whole(style.get("numFmtId"))
                if number in _DATES or (number in own and _DATE_WORD.search(_QUOTED.sub("", own[number]))):
                    found.add(index)
    return frozenset(found)


def _about(package: ZipFile, part: str) -> int:
    head = measured(package, part).read(4_000)
    found = re.search(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"', head)
    return int(found[1]) if found else 0


def _rows(package: ZipFile, part: str, strings: list[str], dates: frozenset[int]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for row in _parsed(package, part, "row"):
        number = _whole(row.get("r"), number + 1)
        cells: list[str] = []
        for cell in row:
            if cell.tag == _SHEET + "c":
                place = _PLACE.fullmatch(cell.get("r", ""))
                at = _column(place[1]) if place else len(cells)
                if at < _WIDEST:
                    cells += [""] * (at + 1 - len(cells))
                    cells[at] = _value(cell, strings, dates)
        yield number, cells


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _column(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value - 1


def _value(cell: Any, strings: list[str], dates: frozenset[int]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    text = cell.findtext(_SHEET + "v") or ""
    if kind == "s":
        return strings[_whole(text)] if _whole(text, len(strings)) < len(strings) else ""
    if kind == "b":
        return "是" if text == "1" else "否"
    if kind == "n" and text and _whole(cell.get("s")) in dates:
        return _day(text)
    return _number(text) if kind == "n" else text


def _number(text: str) -> str:
    """12 for 12.0; what was kept as a power of ten stays, so that lost digits are noticed."""
    return text[:-2] if text.endswith(".0") else text


def _day(text: str) -> str:
    try:
        moment = datetime(1899, 12, 30) + timedelta(days=float(text))
    except (ValueError, OverflowError):
        return text
    return moment.strftime("%Y-%m-%d" if moment.hour == moment.minute == 0 else "%Y-%m-%d %H:%M")
