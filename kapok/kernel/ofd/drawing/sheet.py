"""What is known while one page is drawn: the package, definitions, what could not be drawn, and how much may still be."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.ofd.drawing.faces import Face
from kapok.kernel.ofd.drawing.marks import mark, short, written
from kapok.kernel.ofd.limits import Limits
from kapok.kernel.ofd.reading.entries import FontEntry, Resources
from kapok.kernel.ofd.reading.shapes import Box
from kapok.kernel.ofd.reading.source import Source

SAYS: dict[str, Any] = {
    "ofd.picture_format": _("不支持的图像格式：{what}"),
    "ofd.picture_missing": _("图像缺失：{what}"),
    "ofd.picture_too_large": _("图像过大：{what}"),
    "ofd.picture_mask": _("图像掩码没有应用：{what}"),
    "ofd.font_system": _("字体“{what}”没有嵌入，用本机相近字体显示"),
    "ofd.font_broken": _("嵌入的字体“{what}”无法读取，用本机相近字体显示"),
    "ofd.glyph_missing_in_font": _("嵌入的字体“{what}”缺少部分字形"),
    "ofd.shading": _("不支持的渐变：{what}，用单色代替"),
    "ofd.object": _("不支持的对象：{what}"),
    "ofd.composite_missing": _("复合对象缺失：{what}"),
    "ofd.template_missing": _("模板页缺失：{what}"),
    "ofd.page_missing": _("页面内容缺失或无法读取"),
    "ofd.seal_picture": _("印章图像无法显示：{what}"),
    "ofd.too_much": _("本页对象过多，其余没有显示"),
    "ofd.too_deep": _("对象嵌套过深，其余没有显示"),
    "ofd.clip_text": _("以文字裁剪没有应用"),
}

_PLAIN = re.compile(r"[A-Za-z0-9.-]{1,60}")


class TooMuch(Exception):
    """The page's budget of objects or characters is spent."""


@dataclass(frozen=True)
class NotDrawn:
    """Something a page asks for that is shown otherwise or not at all."""

    code: str
    page: int
    what: str = ""
    object_id: str = ""

    @property
    def says(self) -> str:
        return str(SAYS[self.code]).format(what=self.what)


@dataclass
class Sheet:
    """The state of drawing one page."""

    source: Source
    resources: Resources
    number: int
    prefix: str
    limits: Limits
    face_of: Callable[[FontEntry], "Face | None"]
    defs: dict[str, str] = field(default_factory=dict)
    not_drawn: dict[NotDrawn, None] = field(default_factory=dict)
    objects: int = 0
    patterns: int = 0
    conversions: int = 0
    characters: int = 0

    def spend(self, characters: int = 0) -> None:
        """Count an object or what was written for it; ends the page when it is more than any honest page has."""
        self.objects += 0 if characters else 1
        self.characters += characters
        if self.objects > self.limits.objects or self.characters > self.limits.drawn:
            raise TooMuch

    def define(self, key: str, make: Callable[[str], str]) -> str:
        """The id of a definition, made once; `make` is given the id. Keys come from the file: a strange one is replaced by its digest."""
        name = f"{self.prefix}-{key if _PLAIN.fullmatch(key) else sha256(key.encode()).hexdigest()[:16]}"
        if name not in self.defs:
            self.defs[name] = ""
            self.defs[name] = make(name)
            self.spend(len(self.defs[name]))
        return name

    def fresh(self, kind: str, make: Callable[[str], str]) -> str:
        """A definition of its own."""
        return self.define(f"{kind}{len(self.defs)}", make)

    def note(self, code: str, what: str = "", object_id: str = "") -> None:
        if len(self.not_drawn) < 200:
            self.not_drawn.setdefault(NotDrawn(code, self.number, what[:80], object_id[:20]))

    def missing(self, code: str, what: str, box: Box | None, object_id: str = "") -> str:
        """Name something in the list and, with a box, where it would stand."""
        self.note(code, what, object_id)
        if box is None or box.is_empty:
            return ""
        words = written(NotDrawn(code, self.number, what[:80]).says)
        size = max(0.8, min(3.2, box.height / 3, box.width / (len(words) + 1)))
        frame = mark(
            "rect", x=box.x, y=box.y, width=box.width, height=box.height, fill="#fff", fill_opacity="0.6", stroke="#a32512",
            stroke_width=0.25, stroke_dasharray="1 1",
        )  # fmt: skip
        label = mark("text", words, x=short(box.x + size / 2), y=short(box.y + 1.5 * size), font_size=size, fill="#a32512")
        return mark("g", frame + label, class_="ofd-missing")

    def seal_label(self, at: int) -> str:
        """What a screen reader says of a seal."""
        return str(_("第 {at} 个签章，查看详情")).format(at=at)

    def paper_in_paper(self, content: bytes, box: Box, prefix: str) -> str:
        """A paper inside a paper; the sheet that knows how to open one draws it."""
        raise NotImplementedError
