"""The words of the layout language: which parts there are, which keys each takes, what a key may hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.ofd.fonts import FONTS

Check = Callable[[Any], bool]


@dataclass(frozen=True)
class Key:
    """What a key takes: a check, what to say when it fails, the value without it."""

    check: Check
    wanted: Any
    default: Any = None
    required: bool = False


def _number(least: float = -10_000, most: float = 10_000) -> Check:
    return lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most


def _one_of(*words: str) -> Check:
    return lambda value: value in words


def _is_yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_colour(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 7 and value[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in value[1:])


def _pair(value: Any) -> bool:
    one = _number(0, 2000)
    return isinstance(value, list) and len(value) == 2 and (value[0] == "center" or one(value[0])) and one(value[1])


def is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _margins(value: Any) -> bool:
    one = _number(0, 500)
    return one(value) or (isinstance(value, list) and len(value) == 4 and all(map(one, value)))


def _paper_size(value: Any) -> bool:
    one = _number(20, 2000)
    return (isinstance(value, str) and value in SIZES) or (isinstance(value, list) and len(value) == 2 and all(map(one, value)))


SIZES = {"A3": (297.0, 420.0), "A4": (210.0, 297.0), "A5": (148.0, 210.0), "A6": (105.0, 148.0), "B5": (176.0, 250.0), "card": (85.6, 54.0)}
_LENGTH = _("长度，毫米")
_TYPE = _("字号，磅（4 至 200）")
_TEXT = _("文字")
_YES = _("true 或 false")
_HUE = _("颜色，如 #1c1b1a")

TYPE_SETTINGS: dict[str, Key] = {
    "font": Key(_one_of(*FONTS), _("regular 或 bold"), "regular"),
    "size": Key(_number(4, 200), _TYPE, 12.0),
    "colour": Key(_is_colour, _HUE, "#1c1b1a"),
    "align": Key(_one_of("left", "center", "right", "justify"), _("left、center、right 或 justify"), "left"),
    "leading": Key(_number(0.8, 5), _("行距，字号的倍数"), 1.5),
    "spacing": Key(_number(-5, 50), _("字距，磅"), 0.0),
    "indent": Key(_number(0, 20), _("首行缩进，字数"), 0.0),
    "fit": Key(_one_of("wrap", "shrink"), _("wrap 或 shrink"), "wrap"),
    "min_size": Key(_number(4, 200), _TYPE, 8.0),
    "opacity": Key(_number(0.05, 1), _("0.05 至 1"), 1.0),
}
"""What a style says of type; a part may say any of it itself."""

_PLACE: dict[str, Key] = {
    "when": Key(lambda value: _is_text(value) or _texts(value), _("条件")),
    "pages": Key(_one_of("first", "every", "last", "later"), _("first、every、last 或 later"), "first"),
    "at": Key(_pair, _('[横, 纵] 毫米，横可写 "center"')),
    "width": Key(_number(1, 2000), _LENGTH),
    "height": Key(_number(0.1, 2000), _LENGTH),
    "above": Key(_number(0, 500), _LENGTH, 0.0),
    "below": Key(_number(0, 500), _LENGTH, 0.0),
}
_STYLED: dict[str, Key] = {"style": Key(_is_text, _("样式名")), **TYPE_SETTINGS}
_NEED_TEXT = Key(_is_text, _TEXT, required=True)
_COLOUR = TYPE_SETTINGS["colour"]

PARTS: dict[str, dict[str, Key]] = {
    "text": {
        **_PLACE,
        **_STYLED,
        "text": _NEED_TEXT,
        "columns": Key(_number(1, 4), _("1 至 4"), 1),
        "gap": Key(_number(0, 100), _LENGTH, 8.0),
        "vertical": Key(_is_yes_or_no, _YES, False),
        "angle": Key(_number(-360, 360), _("角度"), 0.0),
        "tag": Key(_is_text, _("字段名"), ""),
    },
    "fields": {
        **_PLACE,
        **_STYLED,
        "rows": Key(is_list_of_tables, _("[[part.rows]] 列表"), required=True),
        "label_width": Key(_number(5, 500), _LENGTH, 32.0),
        "label_style": Key(_is_text, _("样式名")),
        "gap": Key(_number(0, 100), _LENGTH, 2.4),
        "columns": Key(_number(1, 4), _("1 至 4"), 1),
        "column_gap": Key(_number(0, 100), _LENGTH, 8.0),
        "rules": Key(_one_of("none", "lines", "box"), _("none、lines 或 box"), "none"),
        "rule_colour": Key(_is_colour, _HUE, "#c9bfae"),
        "padding": Key(_number(0, 20), _LENGTH, 2.0),
        "spread": Key(_is_yes_or_no, _YES, False),
    },
    "table": {
        **_PLACE,
        **_STYLED,
        "rows": Key(_is_text, _("多行字段名"), required=True),
        "head_style": Key(_is_text, _("样式名")),
        "columns": Key(is_list_of_tables, _("[[part.columns]] 列表"), required=True),
        "rule_colour": Key(_is_colour, _HUE, "#6b6660"),
        "padding": Key(_number(0, 20), _LENGTH, 1.6),
        "empty": Key(_is_text, _TEXT, "—"),
        "rules": Key(_one_of("lines", "box"), _("lines 或 box"), "box"),
    },
    "picture": {
        **_PLACE,
        "picture": _NEED_TEXT,
        "alt": Key(_is_text, _TEXT, ""),
        "fit": Key(_one_of("contain", "stretch"), _("contain 或 stretch"), "contain"),
        "align": Key(_one_of("left", "center", "right"), _("left、center 或 right"), "left"),
        "border": Key(_is_colour, _HUE),
        "empty": Key(_is_text, _TEXT, ""),
    },
    "emblem": {
        **_PLACE,
        "name": Key(_one_of("kapok", "star"), _("kapok 或 star"), "kapok"),
        "colour": Key(_is_colour, _HUE, "#b3261e"),
        "align": Key(_one_of("left", "center", "right"), _("left、center 或 right"), "center"),
    },
    "qr": {
        **_PLACE,
        "value": _NEED_TEXT,
        "colour": _COLOUR,
        "align": Key(_one_of("left", "center", "right"), _("left、center 或 right"), "left"),
    },
    "rule": {**_PLACE, "colour": _COLOUR, "thickness": Key(_number(0.05, 10), _LENGTH, 0.3), "double": Key(_is_yes_or_no, _YES, False)},
    "box": {
        **_PLACE,
        "colour": Key(_is_colour, _HUE),
        "fill": Key(_is_colour, _HUE),
        "thickness": Key(_number(0.05, 10), _LENGTH, 0.3),
        "radius": Key(_number(0, 200), _LENGTH, 0.0),
        "dash": Key(_is_yes_or_no, _YES, False),
    },
    "anchor": {**_PLACE, "name": _NEED_TEXT},
    "signoff": {
        **_PLACE,
        **_STYLED,
        "lines": Key(_texts, _("文字列表"), required=True),
        "anchor": Key(_is_text, _TEXT, "seal"),
        "seal_width": Key(_number(5, 100), _LENGTH, 42.0),
        "right": Key(_number(0, 200), _LENGTH, 10.0),
    },
    "space": {"when": _PLACE["when"], "height": Key(_number(0, 500), _LENGTH, required=True)},
    "break": {"when": _PLACE["when"]},
}
"""The parts of a layout and the keys each takes."""

ROWS: dict[str, dict[str, Key]] = {
    "fields.rows": {
        "label": _NEED_TEXT,
        "value": _NEED_TEXT,
        "when": _PLACE["when"],
        "tag": Key(_is_text, _("字段名"), ""),
        "wide": Key(_is_yes_or_no, _YES, False),
        **{key: TYPE_SETTINGS[key] for key in ("font", "size", "colour", "fit", "min_size", "align")},
        "style": Key(_is_text, _("样式名")),
    },
    "table.columns": {
        "title": _NEED_TEXT,
        "value": _NEED_TEXT,
        "width": Key(_number(0.01, 1000), _("列宽比例"), 1.0),
        "align": Key(_one_of("left", "center", "right"), _("left、center 或 right"), "left"),
    },
}
"""What the lists inside parts take."""

PAPER: dict[str, Key] = {
    "size": Key(_paper_size, _("A3、A4、A5、A6、B5、card 或 [宽, 高]"), "A4"),
    "landscape": Key(_is_yes_or_no, _YES, False),
    "margin": Key(_margins, _("毫米，或 [上, 右, 下, 左]"), 25.0),
    "overflow": Key(_one_of("page", "refuse"), _("page 或 refuse"), "page"),
}
FRAME: dict[str, Key] = {
    "kind": Key(
        _one_of("line", "double", "corners", "guilloche", "waves", "tint"),
        _("line、double、corners、guilloche、waves 或 tint"),
        required=True,
    ),
    "inset": Key(_number(0, 200), _LENGTH, 8.0),
    "band": Key(_number(0.5, 60), _LENGTH, 6.0),
    "colour": Key(_is_colour, _HUE, "#9a6b2f"),
}
