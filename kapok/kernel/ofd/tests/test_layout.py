"""The layout language: values, lines, fitting, flow, and faults named with their places."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path as File

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kapok.kernel.ofd.errors import DoesNotFit, TemplateFaulty
from kapok.kernel.ofd.layout.breaking import set_lines, units
from kapok.kernel.ofd.layout.checking import line_of
from kapok.kernel.ofd.layout.values import FILTERS, Values
from kapok.kernel.ofd.layout.vocabulary import FRAME, PAPER, PARTS, ROWS, TYPE_SETTINGS
from kapok.kernel.ofd.public import Path, Picture, TextLine, Vector, check_layout, check_template, compose, svg_of
from kapok.kernel.ofd.tests.papers import LAYOUTS, LICENCE, OPINION, layout, png

GUIDE = File(__file__).resolve().parents[4] / "docs" / "layouts.md"
NOT_FIRST, NOT_LAST = "，。、；：？！）》」』】〉”’…", "（《「『【〈“‘"


def lines_of(drawing, page=1):
    return [item for item in drawing.pages[page - 1].items if isinstance(item, TextLine)]


def paper(*parts, **settings):
    return {"paper": {"size": [100, 100], "margin": 10, **settings}, "part": list(parts)}


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("{d|date}", "2026-11-05", "2026年11月5日"),
        ("{d|han}", "2026-11-25", "二〇二六年十一月二十五日"),
        ("{d|han}", "2030-10-10", "二〇三〇年十月十日"),
        ("{d|dots}", "2026-11-05", "2026.11.05"),
        ("{d|year}年{d|month}月", "2026-11-05", "2026年11月"),
        ("{d|date|or:长期}", "", "长期"),
        ("{d|date}", "长期", "长期"),
        ("{d|amount}", "1234.5", "¥1,234.50"),
        ("{d|number}", 1250000, "1,250,000"),
        ("{d|capitals}", "1234.5", "壹仟贰佰叁拾肆元伍角整"),
        ("{d|capitals}", "100200300.07", "壹亿零贰拾万零叁佰元零柒分"),
        ("{d|capitals}", 10_0001, "壹拾万零壹元整"),
        ("{d|capitals}", "0", "零元整"),
        ("{d|capitals}", "0.05", "伍分"),
        ("{d|capitals}", "1005000", "壹佰万伍仟元整"),
        ("{d|mask}", "440300199901011234", "4403**********1234"),
        ("{d|mask}", "林小满", "**满"),
        ("{d}", ["甲", "乙"], "甲、乙"),
        ("{d|before:编号：}", "7", "编号：7"),
        ("{d|before:编号：}", "", ""),
        ("{{x}} {d}", "y", "{x} y"),
        ("{d}", "{e} <b> #set", "{e} <b> #set"),
    ],
)
def test_values_are_written_as_chinese_papers_write_them(text, value, said):
    assert Values({"d": value}).fill(text) == said


@pytest.mark.parametrize(
    ("condition", "holds"),
    [("a", True), ("!a", False), ("b", False), ("!b", True), ("a == x", True), ('a == "x"', True), ("a != x", False), ("nobody", False)],
)
def test_conditions_ask_whether_there_is_a_value_or_which(condition, holds):
    assert Values({"a": "x", "b": ""}).holds(condition) is holds


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="木棉花开深圳市，。、（）《》“”；：！？—…ab12 -", min_size=1, max_size=120), st.integers(6, 30))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text, room):
    lines = set_lines(text, 1.0, float(room))
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    longest = max(map(len, units(text)))
    if longest < room - 1:
        for before, after in pairwise(lines):
            assert after.text[:1] not in NOT_FIRST or not after.text
            assert before.text[-1:] not in NOT_LAST or not before.text
            assert before.width <= room + 0.5 + 1e-6


def test_words_stay_whole_and_a_line_is_filled_to_its_end():
    lines = set_lines("木棉 platform release 2026.11 木棉木棉木棉木棉", 1.0, 10.0, justify=True)
    assert all("platfor" not in line.text or "platform" in line.text for line in lines)
    full = set_lines("木棉花2026年开花，木棉花开花开，花开木棉花开", 1.0, 10.3, justify=True)
    assert [line.width for line in full[:-1]] == [pytest.approx(10.3, abs=0.51)] * (len(full) - 1)
    assert set_lines("A" * 60, 1.0, 10.0)[0].width <= 10.0


def test_a_text_shrinks_to_its_floor_then_breaks_then_is_refused():
    part = {"kind": "text", "text": "{t}", "at": [10, 10], "width": 40, "height": 12, "size": 14, "fit": "shrink", "min_size": 9}
    sizes = [lines_of(compose(paper(part), {"t": "木" * count}))[0].size for count in (5, 10, 20)]
    assert sizes[0] > sizes[1] > sizes[2]
    assert len(lines_of(compose(paper(part), {"t": "木" * 20}))) == 2
    with pytest.raises(DoesNotFit) as caught:
        compose(paper(part), {"t": "木" * 60})
    assert caught.value.data["place"] == "part[0]"


def test_what_overflows_goes_to_another_page_or_is_refused():
    part = {"kind": "text", "text": "{t}", "size": 14}
    text = {"t": "\n".join("木棉花开" for _ in range(30))}
    assert len(compose(paper(part), text).pages) == 3
    with pytest.raises(DoesNotFit):
        compose(paper(part, overflow="refuse"), text)


def test_a_table_repeats_its_head_and_numbers_its_rows():
    drawing = compose(layout("opinion"), OPINION)
    heads = [sum(line.text == "审查内容" for line in lines_of(drawing, page)) for page in range(1, len(drawing.pages) + 1)]
    assert heads[0] == heads[1] == 1 and sum(heads) <= len(drawing.pages)
    assert any(line.text == str(len(OPINION["points"])) for page in range(1, len(drawing.pages) + 1) for line in lines_of(drawing, page))


def test_rows_and_parts_whose_condition_fails_are_left_out():
    said = {line.text for page in (1, 2, 3) for line in lines_of(compose(layout("opinion"), OPINION), page)}
    assert "备注" not in said
    more = compose(layout("opinion"), {**OPINION, "remark": "另附图纸", "copy": ""})
    said = {line.text for page in range(1, len(more.pages) + 1) for line in lines_of(more, page)}
    assert {"备注", "另附图纸"} <= said and OPINION["copy"] not in said


def test_the_seals_place_lies_over_agency_and_date():
    drawing = compose(layout("licence"), LICENCE)
    anchor = drawing.anchors["seal"]
    agency = next(line for line in lines_of(drawing) if line.text.startswith("发证机关"))
    assert (anchor.page, anchor.width) == (1, 40)
    assert anchor.y < agency.y < anchor.y + anchor.height
    assert agency.x < anchor.x + anchor.width and anchor.x < agency.x + 100


def test_fields_are_tagged_with_the_name_of_their_data():
    tagged = {line.tag: line.text for line in lines_of(compose(layout("licence"), LICENCE)) if line.tag}
    assert tagged["CZZT"] == LICENCE["CZZT"] and tagged["ZZYXQJZRQ"] == "2031年11月24日"


def test_pictures_are_set_whole_into_their_box_and_their_absence_is_shown():
    part = {"kind": "picture", "picture": "photo", "at": [10, 10], "width": 20, "height": 30, "empty": "照片"}
    (photo,) = (item for item in compose(paper(part), {}, {"photo": png()}).pages[0].items if isinstance(item, Picture))
    assert (photo.width, photo.height) == (20, 15) and photo.y == 17.5
    assert [line.text for line in lines_of(compose(paper(part), {}))] == ["照片"]
    vector = Vector(10, 10, (Path((("M", 0, 0), ("L", 10, 10)), "#b3261e", 1.0),))
    (drawn,) = (item for item in compose(paper(part), {}, {"photo": vector}).pages[0].items if isinstance(item, Path))
    assert drawn.commands == (("M", 10.0, 15.0), ("L", 30.0, 35.0)) and drawn.width == pytest.approx(2.0)


def test_vertical_text_goes_down_and_its_punctuation_is_turned():
    part = {"kind": "text", "text": "木棉（花）", "vertical": True, "at": [50, 10], "width": 10, "height": 60}
    (line,) = lines_of(compose(paper(part), {}))
    assert line.down and line.text in ("木棉︵花︶", "木棉（花）")


@pytest.mark.parametrize(
    ("line", "code", "what"),
    [
        ('kind = "movie"', "unknown_kind", "movie"),
        ('kind = "text"', "missing", "text"),
        ('text = "{a|shout}"', "bad_slot", "{a|shout}"),
        ('text = "{a"', "bad_slot", "{a"),
        ('text = "x"\nwhen = "a ="', "bad_condition", "a ="),
        ('text = "{b}"', "unknown_field", "b"),
        ('text = "x"\nwhen = "b == 1"', "unknown_field", "b"),
        ('text = "{page}"', "unknown_field", "page"),
        ('text = "x"\nstyle = "loud"', "unknown_style", "loud"),
        ('text = "x"\nsize = 900', "wrong_value", "size"),
        ('text = "x"\ncolour = "red"', "wrong_value", "colour"),
        ('text = "x"\nat = [300, 10]', "outside", "text"),
        ('text = "x"\nonclick = "y"', "unknown_key", "onclick"),
        ('text = "\ue123"', "glyph", "\ue123"),
        ('kind = "table"\nrows = "a"\ncolumns = [{title = "甲", value = "{b}"}]', "not_a_list", "a"),
    ],
)
def test_every_fault_is_named_with_its_place_and_line(line, code, what):
    text = f'[paper]\nsize = "A4"\n\n[[part]]\ntext = "{{a}}"\n\n[[part]]\n{line}\n'
    faults = check_layout(text, {"a": "text"})
    assert code in {fault.code for fault in faults}
    fault = next(fault for fault in faults if fault.code == code)
    assert fault.place.startswith("part[1]") and 7 <= fault.line <= 11 and what in str(fault.says)


def test_all_faults_are_named_at_once_and_a_faulty_layout_is_not_composed():
    template = paper({"kind": "text", "size": 900}, {"kind": "movie"}, {"text": "{a|shout}"})
    assert [fault.code for fault in check_template(template)] == ["wrong_value", "missing", "unknown_kind", "bad_slot"]
    with pytest.raises(TemplateFaulty) as caught:
        compose(template, {})
    assert caught.value.data["place"] == "part[0].size"


def test_broken_toml_is_named_by_its_line():
    (fault,) = check_layout('[paper]\nsize = "A4"\n[[part]\n')
    assert (fault.code, fault.line) == ("bad_toml", 3)


def test_the_line_of_a_nested_place_is_found():
    text = (LAYOUTS / "opinion.toml").read_text("utf-8")
    line = text.splitlines()[line_of(text, "part[5].columns[2].value") - 1]
    assert line == 'value = "{result|or:—}"'


def test_the_layouts_here_have_no_faults_against_their_own_data():
    for name, data in (("licence", LICENCE), ("opinion", OPINION)):
        schema = {key: {"type": "list", "fields": value[0]} if isinstance(value, list) else "text" for key, value in data.items()}
        assert check_layout((LAYOUTS / f"{name}.toml").read_text("utf-8"), schema) == []


def test_a_preview_is_one_safe_picture():
    template = tomllib.loads((LAYOUTS / "licence.toml").read_text("utf-8"))
    drawing = compose(template, {**LICENCE, "CZZT": '<script>alert(1)</script>"&'})
    svg = svg_of(drawing.pages[0], drawing, anchors=True)
    root = etree.fromstring(svg)
    names = {etree.QName(one).localname for one in root.iter()}
    assert names <= {"svg", "defs", "path", "g", "use", "rect", "image"}
    assert not [key for one in root.iter() for key in one.attrib if key.startswith("on") or key == "style"]
    assert "<script" not in svg and "alert(1)" in root.get("aria-label")


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["kind", "text", "rows", "columns", "paper", "size", "part", "frame", "styles", "when", "at", "lines"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_layout_whatever_it_holds_breaks_the_check(template):
    for whole in (template, {"part": [template]}, {"paper": template}, {"styles": template}, {"frame": [template]}):
        if isinstance(whole, dict):
            check_template(whole, {"a": "text"})


def test_the_guide_names_every_part_every_key_and_every_format():
    guide = GUIDE.read_text("utf-8")
    words = set(re.findall(r"[\w#]+", guide))
    keys = {key for kind in (*PARTS.values(), *ROWS.values(), PAPER, FRAME, TYPE_SETTINGS) for key in kind}
    assert keys | set(PARTS) | set(FILTERS) <= words


def test_the_example_of_the_guide_is_a_layout_without_faults():
    guide = GUIDE.read_text("utf-8")
    example = guide.split("```toml\n")[1].split("```")[0]
    assert check_layout(example, {"ZZYXQJZRQ": "date", "ZZBFJG": "text", "ZZBFRQ": "date"}) == []
    assert len(compose(tomllib.loads(example), LICENCE).pages) == 1
