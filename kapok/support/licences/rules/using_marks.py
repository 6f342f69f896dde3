"""The watermark of a copy: for whom, for what, until when, over the whole page and once more in plain words at its foot."""

from collections.abc import Iterator
from datetime import datetime

from kapok.kernel.common import clock
from kapok.kernel.ofd.public import Page, TextLine

PALE, PLAIN = "#8a4b45", "#5c5a57"
SIZE, SMALL, FOOT = 4.4, 2.5, 4.5
TURN, SHADE = -28.0, 0.17
STEP_X, STEP_Y = 84.0, 52.0
LONGEST = 18


def marks(page: Page, *, for_whom: str, purpose: str, made_at: datetime, until: datetime) -> tuple[TextLine, ...]:
    """What is drawn over a page. All of it stands within the page's edges."""
    words = (f"仅供{for_whom}使用", f"用途：{purpose}", f"有效至 {_day(until)}")
    return (*_tiled(page, tuple(_short(each) for each in words)), *_foot(page, for_whom, purpose, made_at, until))


def _tiled(page: Page, words: tuple[str, ...]) -> Iterator[TextLine]:
    """The words again and again, turned, in rows set off against each other."""
    rows = max(1, round((page.height - 12) / STEP_Y))
    columns = max(1, round(page.width / STEP_X))
    for row in range(rows):
        for column in range(columns):
            x = (column + 0.16 + (0.22 if row % 2 else 0.0)) * page.width / columns
            y = (row + 0.72) * (page.height - 8) / rows
            for number, text in enumerate(words):
                yield TextLine(x, y + number * SIZE * 1.45, text, SIZE, colour=PALE, angle=TURN, opacity=SHADE)


def _foot(page: Page, for_whom: str, purpose: str, made_at: datetime, until: datetime) -> Iterator[TextLine]:
    """The same in full, as many lines as it needs, the last one just above the edge."""
    said = f"加注件　仅供{for_whom}使用　用途：{purpose}　制作 {_day(made_at)}　有效至 {_day(until)}，过期无效，真伪可在“验真”页查验"
    most = max(8, int((page.width - 2 * FOOT) / SMALL) - 1)
    lines = [said[start : start + most] for start in range(0, len(said), most)]
    for number, line in enumerate(lines):
        y = page.height - 1.6 - (len(lines) - 1 - number) * SMALL * 1.35
        yield TextLine(FOOT, y, line, SMALL, colour=PLAIN)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _day(moment: datetime) -> str:
    local = clock.local(moment)
    return f"{local.year}年{local.month}月{local.day}日"
