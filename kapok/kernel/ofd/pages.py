"""What a paper is made of, before it becomes a file: pages with text lines, paths and pictures, each at its place.

Lengths are millimetres, y grows downwards from the top edge, as GB/T 33190 has it. The same pages become an OFD, a PDF and a
preview, so that the three look alike.
"""

from dataclasses import dataclass, field
from datetime import datetime

INK = "#1c1b1a"

POINT = 25.4 / 72
"""One typographic point in millimetres."""

Command = (
    tuple[str, float, float] | tuple[str, float, float, float, float] | tuple[str, float, float, float, float, float, float] | tuple[str]
)
"""A drawing step: ("M", x, y), ("L", x, y), ("Q", x1, y1, x, y), ("C", x1, y1, x2, y2, x, y) or ("Z",)."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """Characters on one baseline, beginning at (x, y); `size` is the em in millimetres.

    `deltas` are the steps from each character to the next; empty means the font's own advances. `down` sets them below each
    other. `angle` turns the line clockwise about its beginning. `tag` names the data field the text shows.
    """

    x: float
    y: float
    text: str
    size: float
    font: str = "regular"
    colour: str = INK
    deltas: tuple[float, ...] = ()
    tag: str = ""
    angle: float = 0.0
    opacity: float = 1.0
    down: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """Lines and curves in page coordinates, stroked, filled or both."""

    commands: tuple[Command, ...]
    stroke: str = ""
    width: float = 0.25
    fill: str = ""
    dash: tuple[float, ...] = ()
    even_odd: bool = False
    opacity: float = 1.0
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG stretched over its box; `alt` says what it shows."""

    x: float
    y: float
    width: float
    height: float
    content: bytes = field(repr=False)
    alt: str = ""
    opacity: float = 1.0
    tag: str = ""


Item = TextLine | Path | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `template` is the key of the template page drawn with it."""

    width: float
    height: float
    items: tuple[Item, ...] = ()
    template: str = ""


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """What several pages share (a frame, a letterhead), kept once in the file; behind the page unless `foreground`."""

    key: str
    width: float
    height: float
    items: tuple[Item, ...] = ()
    foreground: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place left free for something added later, such as a seal; `page` counts from 1."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """A composed paper: its pages, the template pages they use, and the places left free."""

    pages: tuple[Page, ...]
    templates: tuple[TemplatePage, ...] = ()
    anchors: dict[str, Anchor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocInfo:
    """What the file says of itself. Without `doc_id` the writer derives one from the content, so equal input stays equal."""

    title: str
    created_at: datetime
    author: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    creator: str = "Kapok"
    creator_version: str = "1"
    doc_id: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the paper."""

    name: str
    content: bytes = field(repr=False)
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Tag:
    """A data field of the paper (公文元数据, 证照数据项): its name, its value; the items with this `tag` show it."""

    name: str
    value: str


@dataclass(frozen=True)
class OfdDocument:
    """Everything a file is written from; `custom` becomes CustomData, one entry per metadata name."""

    pages: tuple[Page, ...]
    info: DocInfo
    custom: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[Tag, ...] = ()
    templates: tuple[TemplatePage, ...] = ()


def document_of(
    drawing: Drawing,
    info: DocInfo,
    *,
    custom: dict[str, str] | None = None,
    attachments: tuple[Attachment, ...] = (),
    tags: tuple[Tag, ...] = (),
) -> OfdDocument:
    """The document a composed drawing makes."""
    return OfdDocument(drawing.pages, info, dict(custom or {}), attachments, tags, drawing.templates)
