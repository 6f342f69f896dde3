"""One reader for each type of question: a value as it is kept, or the problem with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from kapok.kernel.common.codes import citizen, uscc
from kapok.kernel.common.codes.text import normalise
from kapok.kernel.common.verdicts import Verdict
from kapok.services.intake.rules.writing import full_width, writing_fault

if TYPE_CHECKING:
    from kapok.services.items.public import FormField

EARLIEST_YEAR, PLACEHOLDER_YEAR = 1850, 2200
"""Dates outside are nobody's: 0001-01-01 and 9999-12-31 are how other systems write "none" and "for ever"."""

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,8})?")
_AMOUNT = re.compile(r"[0-9]{1,14}(\.[0-9]{1,2})?")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[1-9][0-9]{6,7}(-[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REGION = re.compile(r"[1-9][0-9]{5}([0-9]{6})?")


class Problem(ValueError):
    """What is wrong with one value: a code of the catalogue and the data of its sentence."""

    def __init__(self, code: str, **data: Any) -> None:
        self.code, self.data = code, data
        super().__init__(code)


def _string(given: Any) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, (int, float, Decimal)) and not isinstance(given, bool):
        return str(given)
    raise Problem("form.type")


def _writing(text: str, *, lines: bool = False) -> None:
    wrong = writing_fault(text, lines=lines)
    if wrong:
        raise Problem(f"form.{wrong}", start=text[:1])


def _exact(given: Any) -> str:
    """A value whose every character counts: no control characters, no full-width digits."""
    text = _string(given).strip()
    if writing_fault(text, lines=False, formula=False):
        raise Problem("form.control")
    wide = full_width(text)
    if wide:
        raise Problem("form.full_width", character=wide)
    return text


def _text(field: FormField, given: Any, today: date) -> str:
    if not isinstance(given, str):
        raise Problem("form.type")
    _writing(given, lines=field.type == "textarea")
    if len(given) > field.max_length:
        raise Problem("form.too_long", longest=field.max_length, length=len(given))
    return given


def _number(field: FormField, given: Any, today: date) -> str:
    text = _exact(given).replace(",", "")
    if not _NUMBER.fullmatch(text):
        raise Problem("form.number")
    value = Decimal(text)
    _between(field, value)
    return format(value.normalize(), "f")


def _amount(field: FormField, given: Any, today: date) -> str:
    text = _exact(given).replace(",", "").removeprefix("¥").strip()
    if not _AMOUNT.fullmatch(text):
        raise Problem("form.amount")
    value = Decimal(text)
    _between(field, value)
    return format(value.quantize(Decimal("0.01")), "f")


def _between(field: FormField, value: Decimal) -> None:
    lowest, highest = _bound(field.minimum), _bound(field.maximum)
    if lowest is not None and value < lowest:
        raise Problem("form.too_small", minimum=field.minimum)
    if highest is not None and value > highest:
        raise Problem("form.too_large", maximum=field.maximum)


def _bound(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _date(field: FormField, given: Any, today: date) -> str:
    text = _exact(given)
    if not _DATE.fullmatch(text):
        raise Problem("form.date")
    if not EARLIEST_YEAR <= int(text[:4]) < PLACEHOLDER_YEAR:
        raise Problem("form.date_placeholder", given=text)
    try:
        value = date.fromisoformat(text)
    except ValueError:
        raise Problem("form.date") from None
    earliest, latest = _day(field.minimum, today), _day(field.maximum, today)
    if earliest and value < earliest:
        raise Problem("form.too_early", minimum=earliest.isoformat())
    if latest and value > latest:
        raise Problem("form.too_late", maximum=latest.isoformat())
    return value.isoformat()


def _day(text: str, today: date) -> date | None:
    """A bound: a date, or the word today."""
    if text == "today":
        return today
    return date.fromisoformat(text) if _DATE.fullmatch(text) else None


def _choice(field: FormField, given: Any, today: date) -> str:
    if not isinstance(given, str) or given not in {value for value, _ in field.options}:
        raise Problem("form.option")
    return given


def _choices(field: FormField, given: Any, today: date) -> list[str]:
    chosen = [given] if isinstance(given, str) else given
    offered = [value for value, _ in field.options]
    if not isinstance(chosen, (list, tuple)) or any(value not in offered for value in chosen):
        raise Problem("form.option")
    return [value for value in offered if value in chosen]


def _yesno(field: FormField, given: Any, today: date) -> str:
    if given in (True, "yes", "1", "是"):
        return "yes"
    if given in (False, "no", "0", "否"):
        return "no"
    raise Problem("form.option")


def _region(field: FormField, given: Any, today: date) -> str:
    text = _exact(given)
    if not _REGION.fullmatch(text):
        raise Problem("form.region")
    return text.ljust(12, "0")


def _phone(field: FormField, given: Any, today: date) -> str:
    text = _exact(given).replace(" ", "").removeprefix("+86")
    if not (_MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text)):
        raise Problem("form.phone")
    return text


def _citizen(field: FormField, given: Any, today: date) -> str:
    return _code(given, lambda text: citizen.check(text, today=today))


def _uscc(field: FormField, given: Any, today: date) -> str:
    return _code(given, uscc.check)


def _code(given: Any, check: Callable[[str], Verdict]) -> str:
    if not isinstance(given, str):
        raise Problem("form.type")
    text = normalise(given)
    verdict = check(text)
    if not verdict:
        raise Problem(verdict.code, **verdict.data)
    return text


READERS: dict[str, Callable[[FormField, Any, date], Any]] = {
    "text": _text,
    "textarea": _text,
    "number": _number,
    "amount": _amount,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yesno": _yesno,
    "region": _region,
    "phone": _phone,
    "citizen_id": _citizen,
    "uscc": _uscc,
}
