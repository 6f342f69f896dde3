"""What must not come in by the door of intake: files (those of `kernel.files`) and what is typed, each with the field it is said at."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kapok.kernel.common.codes import citizen, uscc
from kapok.kernel.files.tests import made
from kapok.kernel.files.tests.corpus import ALLOWED, BadFile, bad_files

__all__ = ["ALLOWED", "FORM", "GOOD", "bad_answers", "bad_papers", "bad_persons", "bad_uploads"]

LIMIT = 10 * 1024 * 1024
"""The size a material may have unless its item says otherwise."""

FORM: list[dict[str, Any]] = [
    {"key": "name", "label": "姓名", "prefill": "party.name", "required": False},
    {"key": "place", "label": "场所地址", "max_length": 50},
    {"key": "note", "label": "说明", "type": "textarea", "required": False, "max_length": 500},
    {"key": "area", "label": "面积", "type": "number", "required": False, "minimum": "1", "maximum": "100000"},
    {"key": "capital", "label": "投资金额", "type": "amount", "required": False, "minimum": "0"},
    {"key": "opened", "label": "开业日期", "type": "date", "required": False, "minimum": "1990-01-01"},
    {"key": "born", "label": "出生日期", "type": "date", "required": False, "maximum": "today"},
    {"key": "kind", "label": "经营类别", "type": "choice", "required": False, "options": [["a", "餐饮"], ["b", "住宿"]]},
    {"key": "uses", "label": "用途", "type": "choices", "required": False, "options": [["x", "仓储"], ["y", "零售"]]},
    {"key": "own", "label": "自有场所", "type": "yesno", "required": False},
    {"key": "region", "label": "所在区划", "type": "region", "required": False},
    {"key": "phone", "label": "联系电话", "type": "phone", "required": False},
    {"key": "keeper", "label": "负责人证件号码", "type": "citizen_id", "required": False},
    {"key": "code", "label": "统一社会信用代码", "type": "uscc", "required": False},
]
GOOD = {"place": "示范路1号"}


@dataclass(frozen=True)
class BadAnswer:
    """Something typed in the form: the fault must be said at `at`."""

    title: str
    answers: dict[str, Any]
    at: str
    code: str


def bad_answers() -> list[BadAnswer]:
    typed = [*_text(), *_numbers(), *_dates(), *_codes(), *_choices()]
    return [BadAnswer(title, {**GOOD, key: value}, key[:64], code) for title, key, value, code in typed] + [
        BadAnswer("a needed answer left out", {}, "place", "form.required"),
        BadAnswer("a needed answer of spaces alone", {"place": " \u3000 "}, "place", "form.required"),
    ]


Typed = tuple[str, str, Any, str]


def _text() -> list[Typed]:
    return [
        ("a formula", "place", '=HYPERLINK("http://x")', "form.formula"),
        ("a formula by plus", "place", "+cmd|' /C calc'!A0", "form.formula"),
        ("a formula by at", "place", "@SUM(1,2)", "form.formula"),
        ("a full-width formula", "place", "＝1+1", "form.formula"),
        ("a zero byte", "place", "示范路\x001号", "form.control"),
        ("an escape", "place", "示范路\x1b[31m", "form.control"),
        ("a right-to-left mark", "place", "示范路\u202e1号", "form.control"),
        ("a line break where none belongs", "place", "示范路\n1号", "form.control"),
        ("a megabyte pasted", "place", "路" * (1024 * 1024 // 3), "form.too_long"),
        ("a megabyte pasted into the long field", "note", "长" * (1024 * 1024 // 3), "form.too_long"),
        ("one character too many", "place", "路" * 51, "form.too_long"),
        ("a question nobody asked", "admin", "1", "form.unknown_field"),
        ("a question with a hostile name", "__class__", "1", "form.unknown_field"),
    ]


def _numbers() -> list[Typed]:
    return [
        ("a negative amount", "capital", "-1", "form.amount"),
        ("an amount of three decimals", "capital", "1.005", "form.amount"),
        ("an amount in words", "capital", "一百万", "form.amount"),
        ("an amount in full-width digits", "capital", "１００", "form.full_width"),
        ("an amount beyond counting", "capital", "9" * 40, "form.amount"),
        ("not a number", "area", "NaN", "form.number"),
        ("a number written for machines", "area", "1e309", "form.number"),
        ("a negative number", "area", "-5", "form.too_small"),
        ("a number too large", "area", "100001", "form.too_large"),
    ]


def _dates() -> list[Typed]:
    return [
        ("the last day of the calendar", "opened", "9999-12-31", "form.date_placeholder"),
        ("the first day of the calendar", "opened", "0001-01-01", "form.date_placeholder"),
        ("a day that does not exist", "opened", "2026-02-30", "form.date"),
        ("a date the other way round", "opened", "23/11/2026", "form.date"),
        ("a date in full-width digits", "opened", "２０２６-01-01", "form.full_width"),
        ("a day before the earliest", "opened", "1989-12-31", "form.too_early"),
        ("a birth to come", "born", "2199-01-01", "form.too_late"),
    ]


def _wrong(code: str) -> str:
    """The same code with another check digit."""
    return code[:17] + next(digit for digit in "0123456789" if digit != code[17])


PERSON = citizen.make("440300", date(1990, 1, 1), 996)
COMPANY = uscc.make("91", "440300", "MA5TE0T0")


def _codes() -> list[Typed]:
    return [
        ("an ID number with a wrong check digit", "keeper", _wrong(PERSON), "codes.citizen.check_digit"),
        ("an ID number of fifteen digits", "keeper", "440300900101996", "codes.citizen.fifteen"),
        ("an ID number of nowhere", "keeper", "99" + PERSON[2:], "codes.citizen.region"),
        ("an ID number of a day that does not exist", "keeper", PERSON[:6] + "19900230" + PERSON[14:], "codes.citizen.birth"),
        ("an ID number of somebody not yet born", "keeper", citizen.make("440300", date(2099, 1, 1), 996), "codes.citizen.future"),
        ("an ID number in full-width digits", "keeper", "４" + PERSON[1:], "codes.citizen.full_width"),
        ("a passport where an ID number belongs", "keeper", "E12345678", "codes.citizen.length"),
        ("a credit code with a wrong check character", "code", _wrong(COMPANY), "codes.uscc.check_digit"),
        ("an ID number where a credit code belongs", "code", PERSON, "codes.uscc.region"),
        ("a credit code with letters it has not", "code", COMPANY[:10] + "IOSVZ" + COMPANY[15:], "codes.uscc.alphabet"),
        ("a phone too short", "phone", "1601234567", "form.phone"),
        ("a phone in full-width digits", "phone", "１6012345678", "form.full_width"),
        ("a region in words", "region", "深圳", "form.region"),
        ("a region of five digits", "region", "44030", "form.region"),
    ]


def _choices() -> list[Typed]:
    return [
        ("a choice not offered", "kind", "c", "form.option"),
        ("several choices, one not offered", "uses", ["x", "z"], "form.option"),
        ("neither yes nor no", "own", "maybe", "form.option"),
    ]


@dataclass(frozen=True)
class BadPerson:
    """Somebody at the window whose document does not hold."""

    title: str
    said: dict[str, str]
    at: str


def bad_persons() -> list[BadPerson]:
    return [
        BadPerson("a wrong check digit", {"number": _wrong(PERSON)}, "number"),
        BadPerson("a credit code where persons apply", {"number": COMPANY}, "number"),
        BadPerson("a number in full-width digits", {"number": "４" + PERSON[1:]}, "number"),
        BadPerson("no number", {"number": ""}, "number"),
        BadPerson("a name of one character", {"name": "甲"}, "name"),
        BadPerson("a name of a thousand", {"name": "甲" * 1000}, "name"),
        BadPerson("a phone of letters", {"phone": "1601234567x"}, "phone"),
        BadPerson("an agent without a number", {"agent_name": "测试戊"}, "agent_number"),
    ]


@dataclass(frozen=True)
class BadPapers:
    """Papers at the counter that do not add up; `material` is the one said to be wrong."""

    title: str
    said: dict[str, Any]
    material: str


def bad_papers() -> list[BadPapers]:
    return [
        BadPapers("nothing handed in", {"m-application": "", "m-plan": ""}, "application"),
        BadPapers("an original too few", {"m-application-originals": "0"}, "application"),
        BadPapers("copies below nothing", {"m-plan-copies": "-2"}, "plan"),
        BadPapers("a million copies", {"m-plan-copies": "1000000"}, "plan"),
        BadPapers("a count in words", {"m-plan-copies": "两份"}, "plan"),
        BadPapers("a material nobody asked", {"m-passport": "on"}, "passport"),
    ]


def bad_uploads() -> list[BadFile]:
    """The files, for a door that takes PDF, JPEG and PNG up to ten megabytes; one of them is good where only pictures are asked."""
    word = BadFile("a Word document where none is taken", "a.docx", made.docx(), "files.type_not_allowed")
    found = [one for one in bad_files() if one.allow == ALLOWED]
    large = {one.title: one.content.ljust(LIMIT + 1) for one in found if one.code == "files.too_large"}
    return [word, *(replace(one, content=large.get(one.title, one.content), limit=LIMIT) for one in found)]
