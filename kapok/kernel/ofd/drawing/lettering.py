"""TextObject: outlines where the font is embedded, else the machine's fonts; always with text that can be searched and copied."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kapok.kernel.ofd.drawing.colours import BLACK, NONE, Brush, Paint, opacity, paint_of, strokes
from kapok.kernel.ofd.drawing.faces import Face
from kapok.kernel.ofd.drawing.marks import listed, mark, short, written
from kapok.kernel.ofd.drawing.runs import Run, TextStyle, advances, rough_width, runs_of, style_of
from kapok.kernel.ofd.drawing.sheet import Sheet
from kapok.kernel.ofd.reading.entries import FontEntry
from kapok.kernel.ofd.reading.markup import Element, attribute

SERIF = "'Noto Serif SC','Source Han Serif SC','Songti SC',SimSun,'Noto Serif CJK SC',serif"
"""What a page is set in unless a text says otherwise."""
SANS = "'PingFang SC','Microsoft YaHei','Noto Sans SC','Noto Sans CJK SC',sans-serif"
FAMILIES = (
    (("楷", "kai"), "KaiTi,STKaiti,'Kaiti SC','AR PL UKai CN','Noto Serif CJK SC',serif"),
    (("仿宋", "fang"), "FangSong,STFangsong,'Noto Serif CJK SC',serif"),
    (("黑", "hei", "sans", "arial", "helvetica", "yahei", "雅黑", "verdana", "tahoma"), f"SimHei,{SANS}"),
    (("courier", "mono", "consolas", "ocr"), "'Courier New','Liberation Mono','Noto Sans Mono',monospace"),
)
"""Families for fonts that are not embedded, by what their names contain; all others are set in a serif."""
BOLD_FROM = 600
SLANT = -0.2126
"""tan of 12°, for italics that the font itself does not have."""


def draw_text(sheet: Sheet, unit: Element, brush: Brush) -> str:
    """The object's runs in its own space; the caller places and clips them."""
    style = style_of(unit)
    font = sheet.resources.fonts.get(attribute(unit, "Font"))
    if style.size <= 0:
        return ""
    fill = paint_of(sheet, brush.fill, BLACK) if attribute(unit, "Fill", "true") != "false" else NONE
    stroke = paint_of(sheet, brush.stroke, NONE) if attribute(unit, "Stroke") == "true" else NONE
    lettering = _Lettering(sheet, style, font, fill, stroke, brush)
    face = sheet.face_of(font) if font is not None else None
    if face is None:
        _name_font(sheet, font)
        return "".join(lettering.words(run, visible=True) for run in runs_of(unit))
    return "".join(lettering.outlines(run, face) for run in runs_of(unit))


def _name_font(sheet: Sheet, font: FontEntry | None) -> None:
    sheet.note("ofd.font_broken" if font is not None and font.path else "ofd.font_system", font.name if font is not None else "?")


@dataclass(frozen=True)
class _Lettering:
    """One text object being drawn."""

    sheet: Sheet
    style: TextStyle
    font: FontEntry | None
    fill: Paint
    stroke: Paint
    brush: Brush

    def outlines(self, run: Run, face: Face) -> str:
        """Glyph paths in one group scaled from font units, then the invisible words over them."""
        count = max(len(run.characters), max(run.glyphs, default=-1) + 1)
        glyphs = [run.glyphs.get(at, face.glyph(run.characters[at]) if at < len(run.characters) else 0) for at in range(count)]
        if any(glyph == 0 and at < len(run.characters) and not run.characters[at].isspace() for at, glyph in enumerate(glyphs)):
            self.sheet.note("ofd.glyph_missing_in_font", self.font.name if self.font else "")
        xs, ys = (run.xs, run.ys) if run.placed else advances(self.style, run, [face.advance(max(0, glyph)) for glyph in glyphs])
        scale = self.style.size / face.units
        pieces = [self._glyph(face, glyph, x, y, scale) for glyph, x, y in zip(glyphs, xs, ys, strict=False) if glyph >= 0]
        inner = "".join(pieces)
        self.sheet.spend(len(inner) + 1)
        drawn = mark("g", inner, transform=f"scale({short(scale, 7)} {short(-scale, 7)})", aria_hidden="true", **self._ink(scale))
        return (drawn if inner else "") + self.words(Run(run.characters, xs, ys, {}, True), visible=False)

    def _glyph(self, face: Face, glyph: int, x: float, y: float, scale: float) -> str:
        outline = face.outline(glyph)
        if not outline:
            return ""
        name = self.sheet.define(f"f{self.font.id if self.font else 0}-{glyph}", lambda made: mark("path", id=made, d=outline))
        px, py = round(x / scale), round(-y / scale)
        turned = self._turned()
        if not turned:
            return f'<use href="#{name}" x="{px}" y="{py}"/>'
        return f'<use href="#{name}" transform="translate({px} {py}){turned}"/>'

    def _turned(self) -> str:
        """What each glyph is put through about its own origin; y points upwards here, so angles turn the other way."""
        parts = f"rotate({-self.style.char_angle})" if self.style.char_angle else ""
        parts += f"scale({short(self.style.scale, 4)} 1)" if self.style.scale != 1 else ""
        return parts + (f"matrix(1 0 {-SLANT} 1 0 0)" if self.style.italic and not (self.font and self.font.italic) else "")

    def _ink(self, scale: float) -> dict[str, Any]:
        """Fill and stroke; a weight the font does not have is drawn as a thin stroke of the same colour."""
        ink: dict[str, Any] = {"fill": self.fill[0], "fill_opacity": opacity(self.fill[1])}
        if self.stroke[0] != "none":
            ink.update(strokes(self.brush, self.stroke, scale))
        elif self._is_emboldened():
            ink.update(stroke=self.fill[0], stroke_width=self.style.size / 28 / scale, stroke_opacity=opacity(self.fill[1]))
        return ink

    def _is_emboldened(self) -> bool:
        return self.style.weight >= BOLD_FROM and not (self.font and self.font.bold)

    def words(self, run: Run, *, visible: bool) -> str:
        """Text elements: seen when there are no outlines, else only there to be found and selected."""
        if not run.characters.strip():
            return ""
        xs, ys = run.xs, run.ys
        if not run.placed:
            xs, ys = advances(self.style, run, [rough_width(character) for character in run.characters])
        style = self.style
        settings: dict[str, Any] = {"font_size": style.size, "rotate": style.char_angle or "", "xml:space": "preserve"}
        if visible:
            settings.update(self._ink(1.0) | {"stroke_width": self.brush.width if self.stroke[0] != "none" else ""})
            family = family_of(self.font)
            settings["font_family"] = family if family != SERIF else ""
            settings["font_weight"] = "bold" if style.weight >= BOLD_FROM or (self.font and self.font.bold) else ""
            settings["font_style"] = "italic" if style.italic or (self.font and self.font.italic) else ""
            if self.stroke[0] == "none":
                settings.pop("stroke", None)
                settings.pop("stroke_opacity", None)
        else:
            settings.update(fill_opacity="0", class_="ofd-words")
        if style.scale != 1:
            xs = [x / style.scale for x in xs]
            settings["transform"] = f"scale({short(style.scale, 4)} 1)"
        fitted = visible and not (self.font and ("monospace" in family_of(self.font)))
        made = _positioned(run.characters, xs, ys, settings, fitted)
        self.sheet.spend(len(made))
        return made


def _positioned(characters: str, xs: list[float], ys: list[float], settings: dict[str, Any], fitted: bool) -> str:
    """One text element with a place for each character.

    Beyond the basic plane each gets its own span, as browsers count differently. `fitted`: Latin words in even steps are given their
    whole width instead, or the wider letters of another font would run into one another.
    """
    spans = [(0, len(characters), 0.0)] if not fitted else _joined(_spans(characters, xs, ys))
    basic = all(ord(character) < 0x10000 for character in characters)
    if len(spans) == 1 and not spans[0][2] and basic:
        return mark("text", written(characters), **_places(xs, ys, 0, len(characters)), **settings)
    inner = []
    for start, end, width in spans:
        if width:
            whole = {"textLength": width, "lengthAdjust": "spacingAndGlyphs"}
            inner.append(mark("tspan", written(characters[start:end]), **_places(xs, ys, start, start + 1), **whole))
        else:
            cuts = [(start, end)] if basic else [(at, at + 1) for at in range(start, end)]
            inner += [mark("tspan", written(characters[a:b]), **_places(xs, ys, a, b)) for a, b in cuts]
    return mark("text", "".join(inner), **settings)


def _joined(spans: Iterator[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Neighbours that have no width of their own as one."""
    found: list[tuple[int, int, float]] = []
    for start, end, width in spans:
        if found and not width and not found[-1][2]:
            start = found.pop()[0]
        found.append((start, end, width))
    return found


def _places(xs: list[float], ys: list[float], start: int, end: int) -> dict[str, Any]:
    level = all(y == ys[start] for y in ys[start:end])
    return {"x": listed(xs[start:end]), "y": short(ys[start]) if level else listed(ys[start:end])}


def _spans(characters: str, xs: list[float], ys: list[float]) -> Iterator[tuple[int, int, float]]:
    """Stretches of characters: start, end, and the width of a Latin word in even steps (0 for all others)."""
    start = 0
    while start < len(characters):
        end = start + 1
        step = xs[start + 1] - xs[start] if end < len(characters) else 0.0
        latin = "!" <= characters[start] <= "~" and step > 0
        while end < len(characters) and ("!" <= characters[end] <= "~" and ys[end] == ys[start] if latin else True):
            if latin and abs(xs[end] - xs[end - 1] - step) > step / 100:
                break
            if not latin and "!" <= characters[end] <= "~":
                break
            end += 1
        yield start, end, step * (end - start) if latin and end - start > 1 else 0.0
        start = end


def family_of(font: FontEntry | None) -> str:
    """Families of the machine for a font that is not embedded."""
    if font is None:
        return SERIF
    name = f"{font.name} {font.family}".lower()
    for parts, family in FAMILIES:
        if any(part in name for part in parts):
            return family
    return "'Courier New',monospace" if font.fixed else SERIF
