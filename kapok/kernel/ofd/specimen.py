"""A paper to show the viewer with: as long as one likes, with everything a page may hold; invented, and made by our own writer."""

import math
from datetime import UTC, datetime
from functools import lru_cache

from kapok.kernel.ofd.pages import Attachment, Command, DocInfo, Item, OfdDocument, Page, Path, TemplatePage, TextLine
from kapok.kernel.ofd.writer import write_ofd

RED, BROWN, GREY = "#b92c1a", "#8a5a2b", "#6b6660"
LINES = (
    "为便于群众和经营主体办事，本指引说明办理流程、所需材料与承诺时限。",
    "申请人可以在网上、窗口或自助机提出申请；材料不齐的，一次告知补正内容。",
    "受理后由承办机构审查，需要现场核查的，核查时间不计入承诺时限。",
    "作出决定后即时签发电子证照，与纸质证照具有同等法律效力。",
    "电子证照可以在“我的证照”中查看、下载和出示，验证方可以扫码核验真伪。",
    "对办理结果有异议的，可以自知道之日起六十日内申请行政复议。",
)


@lru_cache(maxsize=4)
def specimen(pages: int) -> bytes:
    """An OFD of that many pages."""
    return write_ofd(specimen_document(pages))


def specimen_document(pages: int) -> OfdDocument:
    """What it is written from."""
    sheets = tuple(_page(number, pages) for number in range(1, pages + 1))
    info = DocInfo("电子证照办理指引（样张）", datetime(2026, 11, 25, tzinfo=UTC), author="示例单位", keywords=("样张",))
    frame = TemplatePage("frame", 210, 297, (_rectangle(12, 12, 186, 273, BROWN, 0.6), _rectangle(14, 14, 182, 269, BROWN, 0.2)))
    note = Attachment("说明.txt", "样张所附的说明。\n".encode())
    return OfdDocument(sheets, info, {"ZZMC": "样张"}, (note,), (), (frame,))


def _page(number: int, pages: int) -> Page:
    items: list[Item] = []
    if number == 1:
        items += [
            TextLine(45, 46, "电子证照办理指引", 14, "bold", RED),
            _star(105, 74, 12),
            TextLine(68, 102, "（样张，仅供演示）", 8, colour=GREY),
        ]
    else:
        items += [TextLine(28, 40, f"{number}　办理说明（{number - 1}）", 6.4, "bold"), _wave(28, 46, 154)]
    top = 122 if number == 1 else 60
    for at, words in enumerate(LINES * 3):
        y = top + 11 * at
        if y > 262:
            break
        items.append(TextLine(28, y, f"{at + 1}．{words}", 4.2))
    items.append(TextLine(92, 276, f"第 {number} 页，共 {pages} 页", 3.6, colour=GREY))
    return Page(210, 297, tuple(items), "frame")


def _rectangle(x: float, y: float, width: float, height: float, colour: str, line: float) -> Path:
    corners: tuple[Command, ...] = (("M", x, y), ("L", x + width, y), ("L", x + width, y + height), ("L", x, y + height), ("Z",))
    return Path(corners, stroke=colour, width=line)


def _star(x: float, y: float, radius: float) -> Path:
    points = []
    for corner in range(10):
        angle = math.radians(36 * corner - 90)
        reach = radius if corner % 2 == 0 else 0.382 * radius
        points.append((round(x + reach * math.cos(angle), 3), round(y + reach * math.sin(angle), 3)))
    first: Command = ("M", *points[0])
    return Path((first, *(("L", *point) for point in points[1:]), ("Z",)), fill=RED)


def _wave(x: float, y: float, width: float) -> Path:
    steps: list[Command] = [("M", x, y)]
    for at in range(14):
        left = x + width * at / 14
        steps.append(("Q", round(left + width / 28, 3), y + (2.4 if at % 2 else -2.4), round(left + width / 14, 3), y))
    return Path(tuple(steps), stroke=BROWN, width=0.35, dash=(2.0, 0.8))
