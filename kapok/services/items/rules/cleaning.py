"""Turn what a clerk, a file or another system gives into elements as they are stored, or name every fault at its place.

Nothing is repaired silently: full-width digits, pasted HTML and invisible characters are refused with the place named.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kapok.kernel.common.errors import FieldFault
from kapok.services.items.errors import fault
from kapok.services.items.rules.table import Column, Element, code_of, table

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_HTML = re.compile(r"<[a-zA-Z/!?][^<>]{0,200}>?|&(?:nbsp|lt|gt|amp|quot|#\d+);", re.IGNORECASE)
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)")
_PHONE = re.compile(
    r"(\(0\d{2,3}\)|0\d{2,3}-)?\d{7,8}((-|转)\d{1,6})?|1\d{10}|[48]00-?\d{3,4}-?\d{3,4}|(0\d{2,3}-)?(\d{5}|\d{3})((-|转)\d{1,6})?"
)
_YES = {True: True, "true": True, "yes": True, "on": True, "1": True, "是": True, "必要": True, "支持": True}
_NO = {
    False: False,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
    "否": False,
    "非必要": False,
    "不支持": False,
    "": False,
}

Slot = Element | Column
Faults = list[FieldFault]


def clean(given: Mapping[str, Any]) -> tuple[dict[str, Any], Faults]:
    """Elements in stored form, and every fault. An empty value removes the element."""
    known = table().elements
    done: dict[str, Any] = {}
    faults: Faults = []
    for key, value in given.items():
        if key not in known:
            faults.append(fault(key, "items.unknown_element", key=key))
            continue
        result = clean_element(known[key], value, faults)
        if result not in (None, "", [], {}):
            done[key] = result
    return done, faults


def clean_element(element: Element, value: Any, faults: Faults) -> Any:
    """One element in stored form; None if it is empty or wrong."""
    if value is None:
        return None
    return _CLEANERS[element.kind](element, value, element.key, faults)


def text(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    if not isinstance(value, str):
        faults.append(fault(path, "items.wrong_type", title=slot.title))
        return None
    # Length first: a pasted megabyte is not searched.
    if len(value) > slot.max + 200 or len(value.strip()) > slot.max:
        faults.append(fault(path, "items.too_long", title=slot.title, most=slot.max, length=len(value.strip())))
        return None
    plain = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    for place, character in enumerate(plain, 1):
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") and character not in "\n\t":
            faults.append(fault(path, "items.control", title=slot.title, position=place))
            return None
    if found := _HTML.search(plain):
        faults.append(fault(path, "items.html", title=slot.title, found=found[0][:30]))
        return None
    if found := _WIDE.search(plain):
        faults.append(fault(path, "items.full_width", title=slot.title, found=found[0]))
        return None
    return plain


def _line(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    plain = text(slot, value, path, faults)
    return " ".join(plain.split()) if plain else plain


def _lines(slot: Slot, value: Any, path: str, faults: Faults) -> list[str]:
    rows = _list(slot, value, path, faults)
    done = [row for i, v in enumerate(rows) if (row := _line(slot, v, f"{path}.{i}", faults))]
    for twice in {row for row in done if done.count(row) > 1}:
        faults.append(fault(path, "items.duplicate", title=slot.title, found=twice[:40]))
    return done


def _list(slot: Slot, value: Any, path: str, faults: Faults) -> list[Any]:
    if isinstance(value, str):
        if len(value) > (slot.max + 1) * slot.rows:
            faults.append(fault(path, "items.too_long", title=slot.title, most=slot.max * slot.rows, length=len(value)))
            return []
        value = [line for line in value.splitlines() if line.strip()]
    if not isinstance(value, (list, tuple)):
        faults.append(fault(path, "items.wrong_type", title=slot.title))
        return []
    if len(value) > slot.rows:
        faults.append(fault(path, "items.too_many", title=slot.title, most=slot.rows, length=len(value)))
        return []
    return list(value)


def _int(slot: Slot, value: Any, path: str, faults: Faults) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        plain = value.strip()
        if found := _WIDE.search(plain):
            faults.append(fault(path, "items.full_width", title=slot.title, found=found[0]))
            return None
        value = int(plain) if re.fullmatch(r"-?[0-9]{1,15}", plain) else plain
    if not isinstance(value, int) or isinstance(value, bool):
        faults.append(fault(path, "items.not_a_number", title=slot.title, found=str(value)[:40]))
        return None
    if not slot.low <= value <= slot.high:
        faults.append(fault(path, "items.out_of_range", title=slot.title, low=slot.low, high=slot.high, found=value))
        return None
    return value


def _yesno(slot: Slot, value: Any, path: str, faults: Faults) -> bool | None:
    key = value.strip().lower() if isinstance(value, str) else value
    if isinstance(key, (str, bool, int)):
        if key in _YES:
            return True
        if key in _NO:
            return False
    faults.append(fault(path, "items.not_yes_or_no", title=slot.title, found=str(value)[:20]))
    return None


def _code(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    if value == "":
        return None
    found = code_of(slot.codes, str(value)) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
    if found is None:
        faults.append(fault(path, "items.unknown_code", title=slot.title, found=str(value)[:40]))
    return found


def _number_code(slot: Slot, value: Any, path: str, faults: Faults) -> int | None:
    found = _code(slot, value, path, faults)
    return int(found) if found else None


def _codes(slot: Slot, value: Any, path: str, faults: Faults) -> list[str]:
    rows = _list(slot, value, path, faults)
    return sorted({c for i, v in enumerate(rows) if (c := _code(slot, v, f"{path}.{i}", faults))})


def _key(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    if isinstance(value, str) and KEY.fullmatch(value.strip()):
        return value.strip()
    faults.append(fault(path, "items.bad_key", title=slot.title, found=str(value)[:40]))
    return None


def _suffix(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{2}", value.strip()):
        return value.strip()
    faults.append(fault(path, "items.bad_suffix", title=slot.title, found=str(value)[:40]))
    return None


def _phone(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    plain = _line(slot, value, path, faults)
    if not plain:
        return plain
    parts = [p.replace(" ", "").replace("（", "(").replace("）", ")") for p in re.split(r"[、，,;；/]", plain)]
    for part in parts:
        if not _PHONE.fullmatch(part):
            faults.append(fault(path, "items.bad_phone", title=slot.title, found=part[:40]))
            return None
    return "、".join(parts)


def _hours(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    plain = _line(slot, value, path, faults)
    if not plain:
        return plain
    times = _CLOCK.findall(plain)
    for hour, minute in times:
        if int(hour) > 24 or int(minute) > 59:
            faults.append(fault(path, "items.bad_clock", title=slot.title, found=f"{hour}:{minute}"))
            return None
    if len(times) < 2 and "24小时" not in plain:
        faults.append(fault(path, "items.bad_hours", title=slot.title))
        return None
    return plain


def _url(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    plain = text(slot, value, path, faults)
    if plain and not re.fullmatch(r"https?://[^\s/]+\S*|/\S*", plain):
        faults.append(fault(path, "items.bad_url", title=slot.title, found=plain[:60]))
        return None
    return plain


def _date(slot: Slot, value: Any, path: str, faults: Faults) -> str | None:
    if isinstance(value, date):
        return value.isoformat()[:10]
    if value == "":
        return None
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except (ValueError, AttributeError, TypeError):
        faults.append(fault(path, "items.bad_date", title=slot.title, found=str(value)[:40]))
        return None


def _limit(slot: Slot, value: Any, path: str, faults: Faults) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        faults.append(fault(path, "items.wrong_type", title=slot.title))
        return None
    for key in value.keys() - {"value", "unit", "note"}:
        faults.append(fault(f"{path}.{key}", "items.unknown_column", key=key))
    if value.get("value") in (None, ""):
        return None
    number = _int(Column("value", slot.title, "int", high=3650), value["value"], f"{path}.value", faults)
    unit = _code(Column("unit", slot.title, "code", codes="unit"), value.get("unit") or "work_day", f"{path}.unit", faults)
    note = _line(Column("note", slot.title, "text", max=500), value.get("note", ""), f"{path}.note", faults)
    return None if number is None or unit is None or note is None else {"value": number, "unit": unit, "note": note}


def _pairs(slot: Slot, value: Any, path: str, faults: Faults) -> list[list[str]]:
    if isinstance(value, Mapping):
        value = [list(pair) for pair in value.items()]
    elif isinstance(value, str):
        value = [line.split("=", 1) for line in re.split(r"[\n,，;；]", value) if line.strip()]
    done = []
    for i, pair in enumerate(value if isinstance(value, (list, tuple)) else [value]):
        if not (isinstance(pair, (list, tuple)) and len(pair) == 2 and all(isinstance(p, str) and p.strip() for p in pair)):
            faults.append(fault(f"{path}.{i}", "items.bad_pair", title=slot.title, found=str(pair)[:40]))
        else:
            done.append([_part(slot, p, f"{path}.{i}", faults) for p in pair])
    return done


def _part(slot: Slot, value: str, path: str, faults: Faults) -> str:
    return _line(Column(slot.key, slot.title, "text", max=100), value, path, faults) or ""


def _options(slot: Slot, value: Any, path: str, faults: Faults) -> list[list[str]]:
    if isinstance(value, str):
        value = [line for line in value.splitlines() if line.strip()]
    done: list[list[str]] = []
    for i, entry in enumerate(value if isinstance(value, (list, tuple)) else [value]):
        if isinstance(entry, str):
            key, _, label = entry.partition("=")
            pair: Any = (key, label or key)
        elif isinstance(entry, Mapping):
            pair = (entry.get("key"), entry.get("text"))
        else:
            pair = entry
        if not (isinstance(pair, (list, tuple)) and len(pair) == 2 and all(isinstance(p, str) and p.strip() for p in pair)):
            faults.append(fault(f"{path}.{i}", "items.bad_pair", title=slot.title, found=str(entry)[:40]))
            continue
        done.append([_part(slot, p, f"{path}.{i}", faults) for p in pair])
    keys = [key for key, _ in done]
    for twice in sorted({k for k in keys if keys.count(k) > 1}):
        faults.append(fault(path, "items.duplicate", title=slot.title, found=twice))
    return done


def _choices(slot: Slot, value: Any, path: str, faults: Faults) -> list[dict[str, str]]:
    pairs = _options(slot, value, path, faults)
    if len(pairs) < 2:
        faults.append(fault(path, "items.too_few_choices", title=slot.title))
    return [{"key": key, "text": label} for key, label in pairs]


def _rows(element: Slot, value: Any, path: str, faults: Faults) -> list[dict[str, Any]]:
    assert isinstance(element, Element)
    if not isinstance(value, (list, tuple)):
        faults.append(fault(path, "items.wrong_type", title=element.title))
        return []
    if len(value) > element.rows:
        faults.append(fault(path, "items.too_many", title=element.title, most=element.rows, length=len(value)))
        return []
    done = [row for i, v in enumerate(value) if (row := _row(element, v, f"{path}.{i}", faults)) is not None]
    names = [row[k] for row in done for k in ("key", "code") if k in row]
    for twice in sorted({n for n in names if n and names.count(n) > 1}):
        faults.append(fault(path, "items.duplicate", title=element.title, found=twice))
    return done


def _row(element: Element, value: Any, path: str, faults: Faults) -> dict[str, Any] | None:
    if not isinstance(value, Mapping):
        faults.append(fault(path, "items.wrong_type", title=element.title))
        return None
    for key in value.keys() - {column.key for column in element.fields}:
        faults.append(fault(f"{path}.{key}", "items.unknown_column", key=str(key)[:40]))
    row: dict[str, Any] = {}
    for column in element.fields:
        given, place = value.get(column.key), f"{path}.{column.key}"
        before = len(faults)
        result = None if given is None or given == "" else _CLEANERS[column.kind](column, given, place, faults)
        if result in (None, "") and column.required and len(faults) == before:
            faults.append(fault(place, "items.required", title=column.title))
        row[column.key] = (None if column.optional else column.default) if result is None else result
    return row


def _words(slot: Slot, value: Any, path: str, faults: Faults) -> dict[str, dict[str, str]]:
    """State → key → sentence; typed in the editor as `state.key=sentence` lines."""
    if isinstance(value, str):
        lines = [line for line in value.splitlines() if line.strip()]
        value = {}
        for i, line in enumerate(lines):
            name, _, sentence = line.partition("=")
            state, _, key = name.strip().partition(".")
            if not (state and key and sentence.strip()):
                faults.append(fault(f"{path}.{i}", "items.bad_pair", title=slot.title, found=line[:40]))
                continue
            value.setdefault(state, {})[key] = sentence
    done: dict[str, dict[str, str]] = {}
    if not isinstance(value, Mapping) or not all(isinstance(v, Mapping) for v in value.values()):
        faults.append(fault(path, "items.wrong_type", title=slot.title))
        return done
    for state, given in value.items():
        for key, sentence in given.items():
            done.setdefault(state, {})[key] = _part(Column(slot.key, slot.title, "text"), sentence, f"{path}.{state}.{key}", faults)
    return done


_CLEANERS: dict[str, Callable[[Any, Any, str, Faults], Any]] = {
    "text": _line, "long": text, "lines": _lines, "int": _int, "yesno": _yesno, "code": _code, "codes": _codes,
    "number_code": _number_code, "limit": _limit, "rows": _rows, "refs": _lines, "phone": _phone, "hours": _hours,
    "words": _words, "date": _date, "url": _url, "key": _key, "suffix": _suffix, "pairs": _pairs, "options": _options,
    "choices": _choices,
}  # fmt: skip
