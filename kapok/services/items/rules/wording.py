"""Element values as people read and type them."""

from typing import Any

from kapok.services.items.rules.table import Column, Element, word

Slot = Element | Column


def typed(slot: Slot, value: Any) -> Any:
    """A value as a form field holds it: lines for lists, `key=text` for pairs."""
    if value is None:
        return ""
    kind = slot.kind
    if kind in ("lines", "refs"):
        return "\n".join(value)
    if kind in ("options", "pairs"):
        return (
            "\n".join(f"{key}={text}" if key != text else key for key, text in value)
            if kind == "options"
            else "\n".join(f"{a}={b}" for a, b in value)
        )
    if kind == "choices":
        return "\n".join(f"{c['key']}={c['text']}" if c["key"] != c["text"] else c["key"] for c in value)
    if kind == "words":
        return "\n".join(f"{state}.{key}={text}" for state, given in value.items() for key, text in given.items())
    if kind == "yesno":
        return "true" if value is True else "false" if value is False else ""
    if kind == "codes":
        return list(value)
    return str(value)


def read(slot: Slot, value: Any) -> str:
    """A value as a page or a difference shows it."""
    if value is None or value == "" or value == []:
        return ""
    kind = slot.kind
    if kind in ("code", "number_code"):
        return word(slot.codes, str(value))
    if kind == "codes":
        return "、".join(word(slot.codes, code) for code in value)
    if kind == "yesno":
        yes = slot.words[1] if isinstance(slot, Column) else "是"
        no = slot.words[0] if isinstance(slot, Column) else "否"
        return yes if value else no
    if kind == "limit":
        return f"{value['value']}{word('unit', value['unit'])}" + (f"（{value['note']}）" if value["note"] else "")
    if kind == "options":
        return "、".join(text for _key, text in value)
    if kind == "rows":
        assert isinstance(slot, Element)
        return "\n".join(row_line(slot, row) for row in value)
    return str(typed(slot, value))


def row_line(element: Element, row: dict[str, Any]) -> str:
    """One row of a sub-entity in a line: its name and what differs from the usual."""
    shown = []
    for column in element.fields:
        if column.key in ("key", "prefill"):
            continue
        value = row.get(column.key)
        if value not in (None, "", []) and value != column.default:
            words = read(column, value).replace("\n", "；")
            shown.append(f"{column.title}{words}" if column.kind == "int" else column.title if words == "是" else words)
    return " · ".join(shown)


def row_title(element: Element, row: dict[str, Any]) -> str:
    """What a row is called."""
    return str(next((row[k] for k in ("name", "label", "text", "question", "key") if row.get(k)), ""))
