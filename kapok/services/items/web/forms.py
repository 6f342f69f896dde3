"""The sectioned editor's forms: drawn from the element table, read back from what was posted. Field names are the paths of faults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kapok.kernel.common.errors import FieldFault
from kapok.kernel.inherit.public import Origin
from kapok.kernel.ui.public import ErrorLine, FieldView, Option
from kapok.services.items.rules.table import Column, Element, code_sets, table
from kapok.services.items.rules.wording import row_title, typed

SPARE = 1
"""Empty rows offered after those there are; "add" gives one more."""
RULE_WORDS = {"locked": "锁定", "overridable": "可覆盖", "extendable": "可增补"}
_TALL = ("long", "lines", "refs", "words", "options", "choices", "pairs")


@dataclass(frozen=True)
class RowView:
    """One row of a sub-entity: its place, its name, its fields and the tick that takes it away."""

    title: str
    fields: tuple[FieldView, ...]
    remove: str
    open: bool


@dataclass(frozen=True)
class ElementView:
    """One element on the screen: its questions, whose value it has and why; read-only with the reason where it is not this person's."""

    element: Element
    fields: tuple[FieldView, ...]
    rows: tuple[RowView, ...]
    why: str
    closed: str
    shown: Any = ""


def posted(section: str, data: QueryDict) -> dict[str, Any]:
    """What was typed for the elements that were open on the page (`shown`)."""
    return {e.key: _value(e, data) for e in table().of_section(section) if e.key in data.getlist("shown")}


def _value(element: Element, data: QueryDict) -> Any:
    if element.kind == "codes":
        return data.getlist(element.key)
    if element.kind == "limit":
        return {part: data.get(f"{element.key}.{part}", "") for part in ("value", "unit", "note")}
    if element.kind == "rows":
        return _rows(element, data)
    if element.kind == "yesno":
        return data.get(element.key) or None
    return data.get(element.key, "")


def _rows(element: Element, data: QueryDict) -> list[dict[str, str]]:
    """Rows in order; those ticked away or left empty are gone."""
    numbers = sorted({int(n) for name in data if name.startswith(f"{element.key}.") and (n := name.split(".")[1]).isdigit() and len(n) < 5})
    found = []
    for number in numbers:
        row = {c.key: data.get(f"{element.key}.{number}.{c.key}", "") for c in element.fields}
        said = any(value.strip() for key, value in row.items() if _speaks(element, key))
        if said and not data.get(f"{element.key}.{number}.remove"):
            found.append({k: v for k, v in row.items() if v != ""})
    return found


def _speaks(element: Element, key: str) -> bool:
    """Whether a column filled in makes a row: a preset choice does not."""
    column = next(c for c in element.fields if c.key == key)
    return column.kind not in ("yesno", "code", "int", "number_code") and column.key != "accept"


def element_view(
    element: Element,
    value: Any,
    origin: Origin | None,
    *,
    closed: str = "",
    faults: Iterable[FieldFault] = (),
    extra: int = 0,
    required: bool = False,
) -> ElementView:
    """How an element is drawn; `value` is stored or, after a refusal, as it was typed; `extra` more empty rows."""
    said: dict[str, list[Any]] = {}
    for fault in faults:
        said.setdefault(fault.field, []).append(fault.says)
    if element.kind == "rows":
        rows = () if closed else tuple(_row_views(element, value or [], said, extra))
        own = _as_field(element, said.get(element.key, ()))
        return ElementView(element, (own,) if own.errors else (), rows, why_of(origin), closed, value)
    if element.kind == "limit":
        return ElementView(element, tuple(_limit_views(element, value or {}, said)), (), why_of(origin), closed, value)
    view = _field(element, element.key, typed(element, value) if not isinstance(value, str) else value, said)
    return ElementView(element, (replace(view, required=required, source=why_of(origin)),), (), why_of(origin), closed, value)


def summary(faults: Iterable[FieldFault], views: Iterable[ElementView]) -> list[ErrorLine]:
    """Faults as lines that lead to the nearest field drawn: a line of a text, an element of several fields, else the form itself."""
    drawn = [f.name for view in views if not view.closed for f in (*view.fields, *(c for row in view.rows for c in row.fields))]
    lines = []
    for fault in faults:
        path = fault.field
        while path not in drawn and "." in path:
            path = path.rpartition(".")[0]
        place = path if path in drawn else next((name for name in drawn if name.startswith(f"{path}.")), "")
        lines.append(ErrorLine(f"id_{place}" if place else "editor", fault.says))
    return lines


def _as_field(element: Element, errors: Sequence[Any]) -> FieldView:
    return FieldView(element.key, element.title, "hidden", errors=tuple(errors), required=False)


def why_of(origin: Origin | None) -> str:
    """The line that says whose value this is."""
    if origin is None or origin.how == "absent":
        return ""
    rule = RULE_WORDS[origin.rule]
    if origin.how == "own":
        return _("本单位填写（%(rule)s）") % {"rule": rule} if origin.shadowed is None else _("本单位填写，上级为其他内容")
    if origin.how == "extended":
        return _("继承自%(owner)s，本单位增补") % {"owner": origin.owner}
    if origin.how == "kept":
        return _("%(owner)s已锁定，本单位的内容不生效") % {"owner": origin.locked_by or origin.owner}
    return _("继承自%(owner)s（%(rule)s）") % {"owner": origin.owner, "rule": rule}


def _row_views(element: Element, rows: list[Any], said: Mapping[str, list[Any]], extra: int) -> Iterable[RowView]:
    for number, row in enumerate([*rows, *({} for _i in range(SPARE + extra))]):
        path = f"{element.key}.{number}"
        fields = tuple(_column_view(c, f"{path}.{c.key}", row.get(c.key) if row else _preset(c), said) for c in element.fields)
        bad = any(f.errors for f in fields)
        yield RowView(row_title(element, row) or _("新的一项"), fields, f"{path}.remove", bad or not row)


def _preset(column: Column) -> Any:
    """A new row begins with the usual values of its choices."""
    return column.default if column.kind in ("yesno", "code", "int", "lines") and not column.optional else None


def _column_view(column: Column, path: str, value: Any, said: Mapping[str, list[Any]]) -> FieldView:
    shown = value if isinstance(value, str) and column.kind not in ("code",) else typed(column, value)
    view = _field(column, path, shown, said)
    errors = tuple(text for name, texts in said.items() if name == path or name.startswith(f"{path}.") for text in texts)
    return replace(view, errors=errors, required=column.required, rows=2)


def _field(slot: Element | Column, path: str, value: Any, said: Mapping[str, list[Any]]) -> FieldView:
    errors = tuple(text for name, texts in said.items() if name == path or name.startswith(f"{path}.") for text in texts)
    kind, options = _kind(slot)
    return FieldView(
        path, slot.title, kind, value, options, hint=_hint(slot.kind), errors=errors, required=False,
        rows=min(8, 3 + str(value).count("\n")), max_length=slot.max if slot.kind in ("text", "long") else None,
    )  # fmt: skip


def _kind(slot: Element | Column) -> tuple[str, tuple[Option, ...]]:
    if slot.kind in ("code", "number_code"):
        words = code_sets()[slot.codes]
        return "select", (Option("", _("请选择")), *(Option(code, text) for code, text in words.items()))
    if slot.kind == "codes":
        return "checkboxes", tuple(Option(code, text) for code, text in code_sets()[slot.codes].items())
    if slot.kind == "yesno":
        words_of = slot.words if isinstance(slot, Column) else ("否", "是")
        return "select", (Option("", _("请选择")), Option("true", words_of[1]), Option("false", words_of[0]))
    if slot.kind == "date":
        return "date", ()
    if slot.kind == "int":
        return "number", ()
    return ("textarea" if slot.kind in _TALL else "text"), ()


def _hint(kind: str) -> str:
    return {
        "lines": _("每行一条"),
        "refs": _("每行一个统一社会信用代码"),
        "options": _("每行一个选项，写成“键=文字”"),
        "choices": _("每行一个选项，写成“键=文字”"),
        "pairs": _("每行一个条件，写成“问题=答案”"),
        "words": _("每行一句，写成“状态.键=文字”"),
        "hours": _("写明钟点，例如 9:00-12:00"),
        "key": _("小写字母开头，只含小写字母、数字和下划线"),
    }.get(kind, "")


def _limit_views(element: Element, value: Mapping[str, Any], said: Mapping[str, list[Any]]) -> Iterable[FieldView]:
    parts = (
        Column("value", element.title, "int", high=3650),
        Column("unit", _("单位"), "code", codes="unit"),
        Column("note", _("说明"), "text", max=500),
    )
    for part in parts:
        path = f"{element.key}.{part.key}"
        shown = value.get(part.key)
        view = _field(part, path, "" if shown is None else str(shown), said)
        if part.key == "value" and element.key in said:
            view = replace(view, errors=(*view.errors, *said[element.key]))
        yield view
