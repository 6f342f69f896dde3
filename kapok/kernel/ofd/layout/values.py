"""Values in a layout's texts: `{name}`, `{name|filter}`, `{name|filter:argument}`; `{{` and `}}` are braces. And conditions.

Values come in as text and stay text: nothing in them is read as layout. Dates and amounts are written the Chinese way whatever
language the reader has chosen, because the paper is one.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from kapok.kernel.common import clock

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_NAME = re.compile(r"#|[^\W\d]\w*(?:\.\w+)*")
_CONDITION = re.compile(r"\s*(!?)\s*([^\s=!]+)\s*(?:(==|!=)\s*(.*?)\s*)?")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_HAN = "〇一二三四五六七八九"
_BIG = "零壹贰叁肆伍陆柒捌玖"


@dataclass(frozen=True)
class Slot:
    """One `{name|filter:argument|…}`."""

    name: str
    filters: tuple[tuple[str, str], ...] = ()


def slots_of(text: str) -> Iterator[Slot | str]:
    """The text cut into plain stretches and slots; `ValueError` names what is not understood."""
    at = 0
    for found in _PIECE.finditer(text):
        if found.start() > at:
            yield _plain(text[at : found.start()])
        yield found[0][0] if found[1] is None else _slot(found[1])
        at = found.end()
    if at < len(text):
        yield _plain(text[at:])


def _plain(text: str) -> str:
    if "{" in text or "}" in text:
        raise ValueError(text)
    return text


def _slot(inside: str) -> Slot:
    name, *rest = (part.strip() for part in inside.split("|"))
    filters = tuple((key.strip(), argument) for key, _, argument in (part.partition(":") for part in rest))
    if not _NAME.fullmatch(name) or any(key not in FILTERS for key, _ in filters):
        raise ValueError("{" + inside + "}")
    return Slot(name, filters)


def only_slot(text: str) -> str:
    """The field's name when the text is nothing but one slot; else empty."""
    try:
        pieces = list(slots_of(text))
    except ValueError:
        return ""
    return pieces[0].name if len(pieces) == 1 and isinstance(pieces[0], Slot) else ""


class Values:
    """The data of one paper; inside a repeating row the row is asked first."""

    def __init__(self, data: Mapping[str, Any], row: Mapping[str, Any] | None = None) -> None:
        self.data, self.row = data, row or {}

    def within(self, row: Mapping[str, Any], number: int) -> "Values":
        return Values(self.data, {**row, "#": number})

    def get(self, name: str) -> Any:
        """The value, following dots into groups; None where there is none."""
        for source in (self.row, self.data):
            if name in source:
                return source[name]
        value: Any = self.data
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def fill(self, text: str) -> str:
        """The text with its slots filled; a value that is absent leaves nothing."""
        if "{" not in text and "}" not in text:
            return text
        return "".join(piece if isinstance(piece, str) else self._filled(piece) for piece in slots_of(text))

    def _filled(self, slot: Slot) -> str:
        value = self.get(slot.name)
        for key, argument in slot.filters:
            value = FILTERS[key](value, argument)
        return shown(value)

    def holds(self, condition: str) -> bool:
        """`name`, `!name`, `name == value`, `name != value`."""
        negated, name, operator, wanted = parsed_condition(condition)
        value = self.get(name)
        if operator:
            return (shown(value) == wanted) == (operator == "==")
        return _is_there(value) != bool(negated)


def parsed_condition(condition: str) -> tuple[str, str, str, str]:
    """Negation, field, operator, value; `ValueError` if it is no condition."""
    found = _CONDITION.fullmatch(condition)
    if not found or (found[1] and found[3]) or not _NAME.fullmatch(found[2]):
        raise ValueError(condition)
    return found[1], found[2], found[3] or "", (found[4] or "").strip("\"'")


def _is_there(value: Any) -> bool:
    return value not in (None, "", False) and value != [] and value != {} and value != ()


def shown(value: Any) -> str:
    """A value without a filter: dates as 2026年11月25日, lists joined by 、, yes and no as 是 and 否."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (date, datetime)):
        return _long(value, "")
    if isinstance(value, (list, tuple)):
        return "、".join(map(shown, value))
    return str(value)


def _as_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return clock.local(value).date()
    if isinstance(value, date):
        return value
    found = _DAY.match(str(value or ""))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _long(value: Any, _: str) -> Any:
    day = _as_day(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else value


def _in_han(value: Any, _: str) -> Any:
    """二〇二六年十一月二十五日: years by digit, months and days as counted."""
    day = _as_day(value)
    if not day:
        return value
    year = "".join(_HAN[int(digit)] for digit in str(day.year))
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(number: int) -> str:
    tens, ones = divmod(number, 10)
    lead = "" if not tens else "十" if tens == 1 else f"{_HAN[tens]}十"
    return lead + (_HAN[ones] if ones else "")


def _dotted(value: Any, separator: str) -> Any:
    day = _as_day(value)
    return day.strftime(f"%Y{separator or '.'}%m{separator or '.'}%d") if day else value


def _part_of_day(part: str) -> Callable[[Any, str], Any]:
    return lambda value, _: getattr(_as_day(value), part, value)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).replace(",", "").replace("¥", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _amount(value: Any, _: str) -> Any:
    number = _decimal(value)
    return value if number is None else f"¥{number:,.2f}"


def _grouped(value: Any, _: str) -> Any:
    number = _decimal(value)
    return value if number is None else f"{number:,f}"


def _in_capitals(value: Any, _: str) -> Any:
    """壹仟贰佰叁拾肆元伍角: amounts as banks and fiscal papers write them, rounded to the fen."""
    number = _decimal(value)
    if number is None or abs(number) >= Decimal(10) ** 16:
        return value
    fen = int((abs(number) * 100).to_integral_value("ROUND_HALF_UP"))
    yuan, rest = divmod(fen, 100)
    jiao, fen = divmod(rest, 10)
    words = (_capitals(yuan) + "元") if yuan or not rest else ""
    if not rest:
        words += "整"
    else:
        words += f"{_BIG[jiao]}角" if jiao else ("零" if yuan else "")
        words += f"{_BIG[fen]}分" if fen else "整"
    return ("负" if number < 0 and (yuan or rest) else "") + words


def _capitals(number: int) -> str:
    if not number:
        return "零"
    groups, unit_names = [], ("", "万", "亿", "万亿")
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            gap = True
            continue
        lead = "零" if words and (gap or group < 1000) else ""
        words += lead + _group(group) + unit_names[index]
        gap = False
    return words


def _group(group: int) -> str:
    words, zero = "", False
    for value, unit in ((group // 1000, "仟"), (group // 100 % 10, "佰"), (group // 10 % 10, "拾"), (group % 10, "")):
        if value:
            words += ("零" if zero and words else "") + _BIG[value] + unit
            zero = False
        else:
            zero = True
    return words


def _masked(value: Any, _: str) -> Any:
    """4401**********1234; names keep their last character, so that a holder knows his own."""
    text = shown(value)
    if len(text) > 8:
        return text[:4] + "*" * (len(text) - 8) + text[-4:]
    return "*" * (len(text) - 1) + text[-1:]


FILTERS: dict[str, Callable[[Any, str], Any]] = {
    "date": _long,
    "han": _in_han,
    "dots": _dotted,
    "year": _part_of_day("year"),
    "month": _part_of_day("month"),
    "day": _part_of_day("day"),
    "amount": _amount,
    "capitals": _in_capitals,
    "number": _grouped,
    "mask": _masked,
    "upper": lambda value, _: shown(value).upper(),
    "or": lambda value, instead: value if _is_there(value) else instead,
    "before": lambda value, words: words + shown(value) if _is_there(value) else "",
    "after": lambda value, words: shown(value) + words if _is_there(value) else "",
    "join": lambda value, separator: separator.join(map(shown, value)) if isinstance(value, (list, tuple)) else value,
    "lines": lambda value, _: "\n".join(map(shown, value)) if isinstance(value, (list, tuple)) else value,
}
"""What may stand behind the bar, and what it makes of a value; one that it cannot read stays as it is."""
