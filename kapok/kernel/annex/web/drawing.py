"""From squares and cells to what the templates draw: words, tones, links. No decision is made here."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from kapok.kernel.annex.data import Cell, Square, State, SystemRow
from kapok.kernel.annex.queries import PROVINCE, Board
from kapok.kernel.annex.seed import annex, cities
from kapok.kernel.common.errors import sentences
from kapok.kernel.ui.public import Bar, Link

MODES = {
    "uses": gettext_lazy("使用"),
    "connects": gettext_lazy("对接"),
    "accesses": gettext_lazy("接入"),
    "subnode": gettext_lazy("设分节点"),
}
STATES = {
    State.MEASURED: (gettext_lazy("已测"), "ok"),
    State.SILENT: (gettext_lazy("来源静默"), "wait"),
    State.NOTHING_YET: (gettext_lazy("尚无可计"), "mute"),
    State.EXEMPT: (gettext_lazy("豁免"), "run"),
    State.NOT_OWED: (gettext_lazy("不承担"), "mute"),
    State.NOT_BUILT: (gettext_lazy("未建"), "mute"),
}
SQUARES = {
    State.NOT_OWED: ("—", "mute"),
    State.NOT_BUILT: (gettext_lazy("未建"), "mute"),
    State.EXEMPT: (gettext_lazy("豁免"), "run"),
    State.NOTHING_YET: (gettext_lazy("无计"), "mute"),
    State.SILENT: (gettext_lazy("静默"), "wait"),
}
BRANCHES = (
    gettext_noop("营商服务"), gettext_noop("政务服务"), gettext_noop("内部协同"),
    gettext_noop("应用支撑平台"), gettext_noop("基础支撑平台"),
)  # fmt: skip
"""The five parts of the annex have names in every language; systems and cities keep theirs."""
_MET, _SHORT = gettext_lazy("达到目标 {n} 项"), gettext_lazy("未达目标 {n} 项")
_COUNTED = (
    (State.SILENT, gettext_lazy("来源静默 {n} 项")),
    (State.NOTHING_YET, gettext_lazy("尚无可计 {n} 项")),
    (State.EXEMPT, gettext_lazy("豁免 {n} 项")),
    (State.NOT_BUILT, gettext_lazy("未建 {n} 项")),
    (State.NOT_OWED, gettext_lazy("不承担 {n} 项")),
)
TONES = {"short": "bad", "met": "ok", "partly": "run"}
SHADES = {
    "met": "3", "partly": "2", State.NOTHING_YET: "1", State.EXEMPT: "1", State.NOT_BUILT: "0", State.NOT_OWED: "na",
    "short": "x", State.SILENT: "w",
}  # fmt: skip
LEGEND = (
    ("3", gettext_lazy("全部达到目标")),
    ("2", gettext_lazy("已测的都达到目标，其余未建")),
    ("x", gettext_lazy("有任务未达目标")),
    ("w", gettext_lazy("来源静默")),
    ("1", gettext_lazy("豁免或尚无可计")),
    ("0", gettext_lazy("未建")),
    ("na", gettext_lazy("不承担")),
)


def place_name(place: str) -> str:
    city = cities().get(place)
    return city.name if city else _("省级")


def columns() -> list[Link]:
    """The province, then its cities: the heads of the matrix."""
    heads = [(PROVINCE, _("省级")), *((city.code, city.name) for city in cities().values())]
    return [Link(name, reverse("annex:city", args=[code])) for code, name in heads]


def matrix(board: Board, rows: tuple[SystemRow, ...]) -> list[tuple[SafeString, list[tuple[str, str, str]]]]:
    """One line per row of the annex, one square per place: its shade, the whole of it in words, where it leads."""
    places = [PROVINCE, *cities()]
    return [
        (
            linked(Link(f"{row.key} {row.short}", reverse("annex:row", args=[row.number]))),
            [(SHADES[square.verdict], mark.label, mark.href) for square in squares for mark in [square_mark(square)]],
        )
        for row in rows
        for squares in [[board.square(row.number, place) for place in places]]
    ]


def linked(link: Link) -> SafeString:
    """A link where the component takes words."""
    return format_html('<a href="{}">{}</a>', link.href, link.title)


def square_mark(square: Square) -> Bar:
    """A square: never a percentage over different duties, but how many of the duties owed are met."""
    verdict = square.verdict
    if verdict in SQUARES:
        shown, tone = SQUARES[State(verdict)]
    else:
        shown, tone = f"{square.met}/{square.owed}", TONES[verdict]
    href = "" if verdict is State.NOT_OWED else reverse("annex:square", args=[square.row.number, square.place])
    return Bar(square_words(square), square.met, str(shown), tone, href)


def square_words(square: Square) -> str:
    """The whole square as a sentence, for readers and as a tooltip."""
    return f"{place_name(square.place)} · {square.row.title}: {square_counts(square)}"


def square_counts(square: Square) -> str:
    """How many duties of the square are met, short, silent and so on."""
    counted = (
        (_MET, square.met),
        (_SHORT, square.short),
        *((words, square.count(state)) for state, words in _COUNTED),
    )
    parts = [str(words).format(n=n) for words, n in counted if n]
    return _("，").join(parts)


def cell_view(cell: Cell) -> dict[str, Any]:
    """A duty of a place as the pages show it."""
    label, tone = str(STATES[cell.state][0]), STATES[cell.state][1]
    if cell.state is State.MEASURED and not cell.met:
        label, tone = _("未达目标"), "bad"
    return {
        "cell": cell,
        "duty": cell.duty,
        "place": place_name(cell.place),
        "label": label,
        "tone": tone,
        "figure": figure(cell),
        "why": why(cell),
        "as_of": cell.as_of,
        "href": reverse("annex:evidence", args=[cell.duty.id, cell.place]) if cell.contributions else "",
    }


def figure(cell: Cell) -> str:
    """`96.4% (54/56)`, and nothing where nothing was measured."""
    return "" if cell.share is None else f"{cell.share:.1%} ({cell.done}/{cell.of})"


def why(cell: Cell) -> str:
    """Why a duty is not owed, until when it is exempt, why a source is silent."""
    if cell.state is State.NOT_OWED:
        data = {key: MODES.get(value, value) for key, value in (cell.why_data or {}).items()}
        return str(sentences[cell.why]).format(**data)
    if cell.waiver is not None:
        until = f"{cell.waiver.ends:%Y-%m-%d}"
        return _("{number}，至{until}止；{reason}").format(number=cell.waiver.number, until=until, reason=cell.waiver.reason)
    if cell.state is State.SILENT:
        silent = [part for part in cell.contributions if part.silent]
        if all(part.reading is None for part in silent):
            return _("来源没有报送本地的数据")
        return _("来源的数据已经过期")
    return ""


def branches() -> list[str]:
    """The five parts of the annex, in its order."""
    return list(dict.fromkeys(row.branch for row in annex().rows))
