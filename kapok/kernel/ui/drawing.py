"""Where things stand in a drawing: time lines, bars, the map. Pure arithmetic; templates only write it down."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

from kapok.kernel.common import clock
from kapok.kernel.ui import formats
from kapok.kernel.ui.data import Bar, Due, Pause, Point

LABEL_ROOM = 15.0
"""The least distance in percent between two labels on one side of the line."""
EDGE = 3.0
SOON_DAYS = 3


@dataclass(frozen=True)
class Mark:
    """A point with its place: `x` in percent, `up` above the line, `anchor` for SVG text."""

    point: Point
    x: float
    up: bool
    anchor: str
    labelled: bool = True

    @property
    def text_x(self) -> float:
        return {"start": max(0.0, self.x - 1.2), "end": min(100.0, self.x + 1.2)}.get(self.anchor, self.x)


@dataclass(frozen=True)
class Stretch:
    """A part of the line: kind is run, pause or ahead."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class TimelineDrawing:
    """The whole line and the same as rows from top to bottom, pauses among them, for phones and readers."""

    marks: list[Mark]
    stretches: list[Stretch]
    rows: list[Point | Pause]
    now_x: float | None
    paused: bool


def draw_timeline(points: Sequence[Point], pauses: Sequence[Pause] = (), now: datetime | None = None) -> TimelineDrawing:
    """Lay a case out in time: far apart things stay apart, near ones get room (square root of the time between).

    `now` is the present while something lies ahead, else the last thing that happened.
    """
    if not points:
        return TimelineDrawing([], [], [], None, False)
    ordered = sorted(points, key=lambda point: point.at)
    now = now or (clock.now() if ordered[-1].state == "due" else ordered[-1].at)
    moments = sorted({p.at for p in ordered} | {now} | {p.starts for p in pauses} | {p.ends for p in pauses if p.ends})
    place = _places(moments)
    marks = _marks(ordered, place)
    return TimelineDrawing(
        marks=marks,
        stretches=_stretches(moments, place, pauses, now),
        rows=sorted([*ordered, *pauses], key=lambda row: row.at if isinstance(row, Point) else row.starts),
        now_x=round(place[now], 2) if moments[0] < now else None,
        paused=any(pause.ends is None for pause in pauses),
    )


def _places(moments: list[datetime]) -> dict[datetime, float]:
    gaps = [sqrt(max(60.0, (b - a).total_seconds())) for a, b in itertools.pairwise(moments)]
    whole = sum(gaps)
    least = whole * min(0.085, 0.8 / max(1, len(gaps)))
    gaps = [max(gap, least) for gap in gaps]
    scale = (100 - 2 * EDGE) / (sum(gaps) or 1)
    place, x = {moments[0]: EDGE}, EDGE
    for moment, gap in zip(moments[1:], gaps, strict=False):
        x += gap * scale
        place[moment] = x
    return place


def _marks(points: Sequence[Point], place: dict[datetime, float]) -> list[Mark]:
    """Labels stand below; where the last one is too near, above; where both are, the point stays without (the list has it)."""
    last = {False: -100.0, True: -100.0}
    marks = []
    for point in points:
        x = round(place[point.at], 2)
        anchor = "start" if x < 9 else "end" if x > 91 else "middle"
        up = x - last[False] < LABEL_ROOM
        labelled = x - last[up] >= LABEL_ROOM
        if labelled:
            last[up] = x
        marks.append(Mark(point, x, up, anchor, labelled))
    return marks


def _stretches(moments: list[datetime], place: dict[datetime, float], pauses: Sequence[Pause], now: datetime) -> list[Stretch]:
    found: list[Stretch] = []
    for a, b in itertools.pairwise(moments):
        paused = any(p.starts <= a and ((p.ends is None and a < now) or (p.ends is not None and b <= p.ends)) for p in pauses)
        kind = "ahead" if a >= now else "pause" if paused else "run"
        if found and found[-1].kind == kind:
            joined = found.pop()
            found.append(Stretch(kind, joined.x, round(place[b] - joined.x, 2)))
        else:
            found.append(Stretch(kind, round(place[a], 2), round(place[b] - place[a], 2)))
    return found


def due_of(due: Due | date | datetime | None, paused: bool = False) -> Due:
    """A Due as it is, or one reckoned from a day by the real calendar."""
    if isinstance(due, Due):
        return due
    if due is None:
        return Due(None, "paused" if paused else "done")
    days, working = formats.working_days_until(due)
    state = "paused" if paused else "overdue" if days < 0 else "soon" if days <= SOON_DAYS else "ok"
    return Due(formats._day(due), state, days, "work_day" if working else "day")


@dataclass(frozen=True)
class BarDrawing:
    bar: Bar
    width: float


def draw_bars(bars: Sequence[Bar], most: float | None = None) -> list[BarDrawing]:
    """Bars as percentages of the longest."""
    top = most or max((bar.value for bar in bars), default=0) or 1
    return [BarDrawing(bar, round(min(100.0, 100 * bar.value / top), 2)) for bar in bars]


@dataclass(frozen=True)
class Area:
    """A city on the map: its outline, where its label stands, and what is said of it."""

    code: str
    name: str
    path: str
    x: float
    y: float
    bar: Bar | None
    lead: tuple[float, float] | None = None


def draw_map(values: Sequence[Bar]) -> dict[str, Any]:
    """The province's cities with their values; empty when the shapes were not built."""
    known = {bar.code[:4]: bar for bar in values}
    shapes = _shapes()
    areas = [
        Area(s["code"], s["name"], s["path"], s["x"], s["y"], known.get(s["code"][:4]), tuple(s["lead"]) if s.get("lead") else None)
        for s in shapes.get("areas", ())
    ]
    return {"areas": areas, "width": shapes.get("width", 0), "height": shapes.get("height", 0)}


@cache
def _shapes() -> dict[str, Any]:
    from django.conf import settings

    given = getattr(settings, "KAPOK_MAP", None)
    path = Path(given) if given else Path(__file__).resolve().parents[3] / "build" / "map" / "guangdong.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def reading(value: Any) -> Any:
    """A value as a table cell says it: nothing is a dash; markup stays markup."""
    return "—" if value is None or value == "" else value
