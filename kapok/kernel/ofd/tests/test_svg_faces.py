"""Embedded fonts: the outlines are the font's, in TrueType and CFF; hostile fonts end in a named fallback, soon and small."""

import struct
import time
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from fontTools.cffLib import SubrsIndex
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.basePen import NullPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont

from kapok.kernel.ofd.drawing.charmaps import read_charmap
from kapok.kernel.ofd.drawing.faces import BadFont, read_face
from kapok.kernel.ofd.package import read_ofd
from kapok.kernel.ofd.svg import draw_page
from kapok.kernel.ofd.tests.packing import pack, parts

SHAPES = {"A": ((0, 0), (300, 700), (600, 0)), "字": ((50, -100), (50, 850), (950, 850), (950, -100)), "𠮷": ((0, 0), (0, 500), (500, 500))}


def font_of(kind: str) -> bytes:
    """A small font of three letters, TrueType or OpenType."""
    names = [".notdef", "A", "han", "rare", "twice"]
    build = FontBuilder(1000, isTTF=kind == "ttf")
    build.setupGlyphOrder(names)
    build.setupCharacterMap({ord("A"): "A", ord("字"): "han", ord("𠮷"): "rare", ord("B"): "twice"})
    shapes = [(), *SHAPES.values()]
    if kind == "ttf":
        glyphs: dict[str, Any] = {}
        for name, points in zip(names, shapes, strict=False):
            pen = TTGlyphPen(None)
            _draw(pen, points)
            glyphs[name] = pen.glyph()
        pen = TTGlyphPen(glyphs)
        pen.addComponent("A", (1, 0, 0, 1, 0, 0))
        pen.addComponent("A", (0.5, 0, 0, 0.5, 100, 50))
        glyphs["twice"] = pen.glyph()
        build.setupGlyf(glyphs)
    else:
        charstrings = {}
        for name, points in zip(names, [*shapes, SHAPES["A"]], strict=False):
            pen = T2CharStringPen(600, None)
            _draw(pen, points)
            charstrings[name] = pen.getCharString()
        build.setupCFF("Test", {}, charstrings, {})
    build.setupHorizontalMetrics({name: (600 if name == "A" else 1000, 0) for name in names})
    build.setupHorizontalHeader(ascent=880, descent=-120)
    build.setupOS2()
    build.setupPost()
    made = BytesIO()
    build.save(made)
    return made.getvalue()


def _draw(pen: Any, points: tuple[tuple[int, int], ...]) -> None:
    for number, point in enumerate(points):
        (pen.lineTo if number else pen.moveTo)(point)
    if points:
        pen.closePath()


@pytest.mark.parametrize("kind", ["ttf", "otf"])
@pytest.mark.feature("18.07", part="embedded TrueType and CFF fonts")
def test_an_outline_is_the_fonts_own(kind):
    """Judge: fontTools' whole reader of the same font, by bounds and area of each glyph."""
    program = font_of(kind)
    face, whole = read_face(program), TTFont(BytesIO(program))
    glyphs, order = whole.getGlyphSet(), whole.getGlyphOrder()
    for character in [*SHAPES, "B"]:
        glyph = face.glyph(character)
        assert order[glyph] == whole.getBestCmap()[ord(character)]
        assert _measured(partial(parse_path, face.outline(glyph))) == _measured(glyphs[order[glyph]].draw, glyphs)
        assert face.advance(glyph) == (0.6 if character == "A" else 1.0)
    assert face.outline(0) == "" and face.outline(9999) == "" and face.glyph("无") == 0


def _measured(draw: Any, glyphs: Any = None) -> tuple[Any, int]:
    bounds, area = BoundsPen(glyphs), AreaPen(glyphs)
    draw(bounds)
    draw(area)
    return bounds.bounds, round(abs(area.value))


def test_glyphs_the_file_names_are_drawn_instead_of_the_characters():
    resources = '<ofd:Fonts><ofd:Font ID="3" FontName="X"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>'
    units = """<ofd:TextObject ID="4" Boundary="0 0 50 9" Font="3" Size="10"><ofd:CGTransform CodePosition="1" CodeCount="2" GlyphCount="1">
      <ofd:Glyphs>2</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X="0" Y="9" DeltaX="10 10 10">AAxA</ofd:TextCode></ofd:TextObject>"""
    page = draw_page(read_ofd(pack(parts(units, resources=resources, **{"Res__f.ttf": font_of("ttf")}))), 1)
    assert [piece.split('"')[0] for piece in page.svg.split('<use href="#ofd-p1-')[1:]] == ["f3-1", "f3-2", "f3-1"]
    assert page.not_drawn == ()


def test_a_character_the_font_lacks_is_named():
    resources = '<ofd:Fonts><ofd:Font ID="3" FontName="X"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>'
    units = '<ofd:TextObject ID="4" Boundary="0 0 50 9" Font="3" Size="10"><ofd:TextCode X="0" Y="9">A无</ofd:TextCode></ofd:TextObject>'
    page = draw_page(read_ofd(pack(parts(units, resources=resources, **{"Res__f.ttf": font_of("ttf")}))), 1)
    assert [missing.code for missing in page.not_drawn] == ["ofd.glyph_missing_in_font"]


@pytest.mark.parametrize("program", [b"", b"not a font", b"wOFF" + bytes(99), b"\0\1\0\0" + bytes(40), b"OTTO\xff\xff" + bytes(900)])
def test_what_is_no_font_falls_back_to_the_machines(program):
    with pytest.raises(BadFont):
        read_face(program)
    resources = '<ofd:Fonts><ofd:Font ID="3" FontName="坏字体"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>'
    units = '<ofd:TextObject ID="4" Boundary="0 0 50 9" Font="3" Size="10"><ofd:TextCode X="0" Y="9">字</ofd:TextCode></ofd:TextObject>'
    page = draw_page(read_ofd(pack(parts(units, resources=resources, **{"Res__f.ttf": program}))), 1)
    assert [missing.code for missing in page.not_drawn] == ["ofd.font_broken"]
    assert ">字</text>" in page.svg


def test_a_character_map_that_claims_billions_is_not_expanded():
    groups = b"".join(struct.pack(">III", 0, 0xFFFFFFFF, 1) for _ in range(1000))
    table = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, 1000) + groups
    started = time.process_time()
    assert read_charmap(table).get(ord("字")) > 0
    assert time.process_time() - started < 1


def test_a_map_with_indirection_finds_its_glyphs():
    """Format 4 with an offset into the table of glyphs, as old Windows fonts have it."""
    ends, starts, deltas, offsets, glyphs = (0x42, 0xFFFF), (0x41, 0xFFFF), (0, 1), (4, 0), (7, 9)
    body = struct.pack(">HHHH", 4, 0, 0, 0)
    body += struct.pack(">2HH2H2H2H2H", *ends, 0, *starts, *deltas, *offsets, *glyphs)
    fixed = struct.pack(">HHHHHHH", 4, len(body) + 6, 0, 4, 0, 0, 0) + body[8:]
    charmap = read_charmap(struct.pack(">HHHHI", 0, 1, 3, 1, 12) + fixed)
    assert [charmap.get(code) for code in (0x40, 0x41, 0x42, 0x43)] == [0, 7, 9, 0]


def test_glyphs_made_of_glyphs_without_end_are_left_out():
    whole = TTFont(BytesIO(font_of("ttf")), recalcBBoxes=False)
    for component in whole["glyf"]["twice"].components:
        component.glyphName = "twice"
    made = BytesIO()
    whole.save(made)
    face = read_face(made.getvalue())
    assert face.outline(face.glyph("B")) == ""


def test_charstrings_that_call_one_another_without_end_are_left_out():
    """Eight levels of subroutines, each calling the next thirty times: more steps than a machine will ever do."""
    program = font_of("otf")
    whole = TTFont(BytesIO(program), recalcBBoxes=False)
    top = whole["CFF "].cff[0]
    subrs = SubrsIndex()
    for level in range(8):
        calls: list[Any] = []
        for _ in range(30):
            calls += [level + 1 - 107, "callsubr"]
        subrs.append(T2CharString(program=[*(calls if level < 7 else []), "return"], private=top.Private, globalSubrs=top.GlobalSubrs))
    top.Private.Subrs = subrs
    charstrings = top.CharStrings
    charstrings["A"].setProgram([-107, "callsubr", "endchar"])
    made = BytesIO()
    whole.save(made)
    face = read_face(made.getvalue())
    started = time.process_time()
    with pytest.raises(BadFont, match="subroutines"):
        face.draw(face.glyph("A"), NullPen())
    assert face.outline(face.glyph("A")) == ""
    assert time.process_time() - started < 5
