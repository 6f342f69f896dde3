"""Writing SVG: escaped, short numbers, nothing a page's policy forbids (no style, no script, no outside address)."""

import re
from html import escape

from kapok.kernel.ofd.reading.shapes import IDENTITY, Matrix

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def short(value: float, places: int = 3) -> str:
    """`1.5`, `-0.25`, `3`: no more digits than a printer shows."""
    words = f"{value:.{places}f}".rstrip("0").rstrip(".") if places else f"{value:.0f}"
    return "0" if words in ("-0", "") else words


def listed(values: list[float], places: int = 3) -> str:
    return " ".join(short(value, places) for value in values)


def written(words: str) -> str:
    """Text for an element: escaped, and without what XML cannot hold."""
    return escape(_UNWRITABLE.sub("�", words), quote=False)


def mark(name: str, content: str = "", **attributes: object) -> str:
    """An element; `_` in a name stands for `-`, a trailing one is dropped (`class_`), None and "" are left out."""
    put = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_UNWRITABLE.sub("", _value(value)))}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    return f"<{name}{put}>{content}</{name}>" if content else f"<{name}{put}/>"


def _value(value: object) -> str:
    return short(value) if isinstance(value, float) else str(value)


def transform(by: Matrix) -> str:
    """The shortest way to say a matrix; nothing for one that changes nothing."""
    if by == IDENTITY:
        return ""
    if by[:4] == (1.0, 0.0, 0.0, 1.0):
        return f"translate({short(by[4])} {short(by[5])})"
    return f"matrix({' '.join(short(value, 6) for value in by)})"
