"""Small pieces of XML as the standard wants them: numbers, colours, escaped text."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape as _escape

from kapok.kernel.ofd.errors import NotWritable

NAMESPACE = "http://www.ofdspec.org/2016"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def escape(text: str) -> str:
    """The text between tags; `NotWritable` for characters XML has no place for."""
    found = _ILLEGAL.search(text)
    if found:
        raise NotWritable(why=f"U+{ord(found[0]):04X}")
    return _escape(text)


def quote(text: str) -> str:
    """The text as an attribute's value, without the quotation marks."""
    return escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def number(value: float) -> str:
    """A length with up to four decimals and no needless zeros, the same on every machine."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def place(value: float) -> str:
    """A place in a drawing: to the micrometre, which halves the size of fine ornaments."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def numbers(values: Iterable[float]) -> str:
    return " ".join(map(number, values))


def box(x: float, y: float, width: float, height: float) -> str:
    return f"{number(x)} {number(y)} {number(width)} {number(height)}"


def steps(deltas: Iterable[float]) -> str:
    """The steps between characters, equal neighbours written short as `g count step`."""
    words: list[str] = []
    pending: list[str] = []
    for delta in deltas:
        text = number(delta)
        if pending and pending[0] != text:
            words += _shortened(pending)
            pending = []
        pending.append(text)
    return " ".join(words + _shortened(pending))


def _shortened(equal: list[str]) -> list[str]:
    return ["g", str(len(equal)), equal[0]] if len(equal) > 3 else equal


def colour(value: str) -> str:
    """`#rrggbb` as three numbers."""
    if not _COLOUR.fullmatch(value):
        raise NotWritable(why=f"colour {value}")
    return f"{int(value[1:3], 16)} {int(value[3:5], 16)} {int(value[5:7], 16)}"
