"""Fonts: widths are the file's own, subsets hold what the text needs and nothing else, the same every time."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from kapok.kernel.ofd import fonts
from kapok.kernel.ofd.fonts import advances, face_of, faces, missing_glyphs, runs, width
from kapok.kernel.ofd.public import write_ofd
from kapok.kernel.ofd.subsetting import subset
from kapok.kernel.ofd.tests.papers import everything

TEXT = "深圳市Kapok木棉2026，。（）é½ﬁ"


def cut(characters: str, font: str = "regular") -> TTFont:
    content, _ = subset(faces(font)[0], frozenset(characters))
    return TTFont(io.BytesIO(content), checkChecksums=2)


@pytest.mark.feature("18.05", part="embedded font subset")
@pytest.mark.parametrize("font", ["regular", "bold"])
def test_a_subset_draws_each_character_as_the_whole_font_does(font):
    whole, small = faces(font)[0].font, cut(TEXT, font)
    small_map, whole_map = small.getBestCmap(), whole.getBestCmap()
    assert set(small_map) == set(map(ord, TEXT))
    for code in small_map:
        drawn = []
        for source, names in ((whole, whole_map), (small, small_map)):
            glyphs = source.getGlyphSet()
            pen = DecomposingRecordingPen(glyphs)
            glyphs[names[code]].draw(pen)
            drawn.append((pen.value, glyphs[names[code]].width))
        assert drawn[0] == drawn[1], chr(code)


def test_a_subset_is_small_and_the_same_every_time():
    face = faces("regular")[0]
    first, ending = subset(face, frozenset("木棉花开"))
    subset.cache_clear()
    assert subset(face, frozenset("花木开棉")) == (first, ending) and ending == "ttf"
    assert len(first) < 8_000
    assert TTFont(io.BytesIO(first))["maxp"].numGlyphs == 5
    assert cut("木棉")["name"].getBestFamilyName() == face.family


def test_a_character_outside_the_first_font_falls_to_the_systems(settings):
    if len(faces("regular")) < 2:
        pytest.skip("needs fonts-noto-cjk: apt-get install fonts-noto-cjk")
    odd = next(c for c in map(chr, range(0x20000, 0x2A6D6)) if not faces("regular")[0].has(c) and not missing_glyphs(c))
    assert [face.path.suffix for face, _, _ in runs(f"木{odd}棉")] == [".ttf", ".ttc", ".ttf"]
    content, ending = subset(face_of(odd), frozenset(odd))
    assert ending == "otf" and set(TTFont(io.BytesIO(content)).getBestCmap()) == {ord(odd)}


def test_widths_are_the_fonts_own_and_missing_characters_are_named_once():
    face = faces("regular")[0]
    assert advances()["木"] == 1.0
    assert advances()["i"] == pytest.approx(face.font["hmtx"]["i"][0] / face.em)
    assert width("木棉", 5.0) == 10.0
    assert missing_glyphs("木\ue123棉\ue124\ue123\n") == "\ue123\ue124"
    assert missing_glyphs(["木", "棉"]) == ""


def test_threads_that_read_a_font_for_the_first_time_write_the_same_file(monkeypatch):
    monkeypatch.setattr(fonts, "_ready", {})
    subset.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda n: write_ofd(everything()), range(16)))
    assert len(made) == 1
