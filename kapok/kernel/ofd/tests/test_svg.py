"""A page as SVG: each kind of object, its place and its paint; and that nothing in it breaks the page it stands in."""

import re
from collections import Counter

import pytest
from lxml import etree

from kapok.kernel.ofd.limits import Limits
from kapok.kernel.ofd.package import read_ofd
from kapok.kernel.ofd.specimen import specimen
from kapok.kernel.ofd.svg import DrawnPage, draw_page, page_svg
from kapok.kernel.ofd.tests.packing import PAGE, pack, paper, parts
from kapok.kernel.ofd.tests.vectors import PAPERS, vector

SVG = "{http://www.w3.org/2000/svg}"


def drawn(units: str = "", **more: str) -> DrawnPage:
    return draw_page(read_ofd(paper(units, **more)), 1)


def tree(page: DrawnPage) -> etree._Element:
    return etree.fromstring(page.svg.encode())


def one(page: DrawnPage, name: str) -> etree._Element:
    (found,) = tree(page).iter(SVG + name)
    return found


def path(words: str, inside: str = "", attributes: str = "") -> str:
    data = f"<ofd:AbbreviatedData>{words}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject ID="5" Boundary="10 20 50 40" {attributes}>{inside}{data}</ofd:PathObject>'


def text(words: str, attributes: str = "", code: str = 'X="1" Y="5" DeltaX="4"') -> str:
    return (
        f'<ofd:TextObject ID="6" Boundary="10 20 60 9" Size="4" {attributes}><ofd:TextCode {code}>{words}</ofd:TextCode></ofd:TextObject>'
    )


def fill(words: str, inside: str = "") -> str:
    return f"<ofd:FillColor {words}>{inside}</ofd:FillColor>"


SQUARE = "M 0 0 L 9 0 L 9 9 L 0 9 C"


def test_a_page_has_its_size_and_a_name():
    root = tree(drawn())
    assert root.get("viewBox") == "0 0 100 80"
    assert (root.get("width"), root.get("height"), root.get("aria-label")) == ("100mm", "80mm", "第 1 页")


@pytest.mark.feature("18.07", part="paths")
def test_every_letter_of_a_path_is_drawn():
    page = drawn(path("S 1 2 L 3 4 Q 5 6 7 8 B 1 2 3 4 5 6 A 2 3 30 1 0 9 9 C"))
    assert one(page, "path").get("d") == "M1 2L3 4Q5 6 7 8C1 2 3 4 5 6A2 3 30 1 0 9 9Z"
    assert one(page, "g").get("transform") == "translate(10 20)"


def test_a_path_is_stroked_black_and_not_filled_unless_it_says_so():
    shape = one(drawn(path(SQUARE)), "path")
    assert (shape.get("fill"), shape.get("stroke"), shape.get("stroke-width")) == ("none", "#000", "0.353")
    shape = one(drawn(path(SQUARE, fill('Value="255 0 0"'), 'Fill="true" Stroke="false" Rule="Even-Odd"')), "path")
    assert (shape.get("fill"), shape.get("stroke"), shape.get("fill-rule")) == ("#ff0000", None, "evenodd")


def test_lines_have_ends_corners_and_dashes():
    shape = one(drawn(path(SQUARE, "", 'LineWidth="0.5" Cap="Round" Join="Bevel" DashPattern="2 1" DashOffset="0.5"')), "path")
    got = {name: shape.get(f"stroke-{name}") for name in ("width", "linecap", "linejoin", "dasharray", "dashoffset")}
    assert got == {"width": "0.5", "linecap": "round", "linejoin": "bevel", "dasharray": "2 1", "dashoffset": "0.5"}


def test_drawing_parameters_are_inherited_from_the_layer_and_from_one_another():
    params = """<ofd:DrawParams><ofd:DrawParam ID="20" LineWidth="2"><ofd:StrokeColor Value="0 0 255"/></ofd:DrawParam>
      <ofd:DrawParam ID="21" Relative="20" Cap="Square"/></ofd:DrawParams>"""
    shape = one(drawn(path(SQUARE, "", 'DrawParam="21"'), resources=params), "path")
    assert (shape.get("stroke"), shape.get("stroke-width"), shape.get("stroke-linecap")) == ("#0000ff", "2", "square")
    files = parts(path(SQUARE, "", 'LineWidth="1"'), resources=params)
    name = "Doc_0/Pages/Page_0/Content.xml"
    files[name] = files[name].replace(b'<ofd:Layer ID="2"', b'<ofd:Layer ID="2" DrawParam="21"')
    shape = one(draw_page(read_ofd(pack(files)), 1), "path")
    assert (shape.get("stroke"), shape.get("stroke-width")) == ("#0000ff", "1")


SPACES = """<ofd:ColorSpaces><ofd:ColorSpace ID="30" Type="GRAY"/><ofd:ColorSpace ID="31" Type="CMYK"/>
  <ofd:ColorSpace ID="32" Type="RGB" BitsPerComponent="16"/>
  <ofd:ColorSpace ID="33" Type="RGB">
  <ofd:Palette><ofd:CV>1 2 3</ofd:CV><ofd:CV>255 128 0</ofd:CV></ofd:Palette></ofd:ColorSpace></ofd:ColorSpaces>"""


@pytest.mark.parametrize(
    ("said", "colour", "opacity"),
    [
        ('Value="156 82 35"', "#9c5223", None),
        ('Value="#9c #52 #23"', "#9c5223", None),
        ('Value="128" ColorSpace="30"', "#808080", None),
        ('Value="0 255 255 0" ColorSpace="31"', "#ff0000", None),
        ('Value="65535 0 0" ColorSpace="32"', "#ff0000", None),
        ('Index="1" ColorSpace="33"', "#ff8000", None),
        ('Value="0 0 0" Alpha="51"', "#000000", "0.2"),
        ('Value="900 -5 0"', "#ff0000", None),
    ],
)
@pytest.mark.feature("18.07", part="colours")
def test_colours_of_every_space_are_shown(said, colour, opacity):
    shape = one(drawn(path(SQUARE, fill(said), 'Fill="true"'), resources=SPACES), "path")
    assert (shape.get("fill"), shape.get("fill-opacity")) == (colour, opacity)


SEGMENTS = """<ofd:Segment Position="0"><ofd:Color Value="255 0 0"/></ofd:Segment>
  <ofd:Segment Position="1"><ofd:Color Value="0 0 255"/></ofd:Segment>"""


def test_gradients_run_along_their_axis_or_from_their_centre():
    shading = f'<ofd:AxialShd StartPoint="0 0" EndPoint="9 0" Extend="3">{SEGMENTS}</ofd:AxialShd>'
    page = drawn(path(SQUARE, fill("", shading), 'Fill="true"'))
    axis = one(page, "linearGradient")
    assert (axis.get("x2"), axis.get("gradientUnits"), len(axis)) == ("9", "userSpaceOnUse", 2)
    assert one(page, "path").get("fill") == f"url(#{axis.get('id')})"
    clear = one(drawn(path(SQUARE, fill("", shading.replace(' Extend="3"', "")), 'Fill="true"')), "linearGradient")
    assert [stop.get("stop-opacity") for stop in clear] == ["0", None, None, "0"]
    radial = f"""<ofd:RadialShd StartPoint="4 4" StartRadius="1" EndPoint="5 5" EndRadius="6" Extend="3" MapType="Reflect">
      {SEGMENTS}</ofd:RadialShd>"""
    circle = one(drawn(path(SQUARE, fill("", radial), 'Fill="true"')), "radialGradient")
    assert [circle.get(name) for name in ("fx", "fr", "cx", "r", "spreadMethod")] == ["4", "1", "5", "6", "reflect"]


def test_a_mesh_gradient_is_shown_in_one_colour_and_named():
    mesh = '<ofd:GouraudShd><ofd:Point X="0" Y="0"><ofd:Color Value="0 128 0"/></ofd:Point></ofd:GouraudShd>'
    page = drawn(path(SQUARE, fill("", mesh), 'Fill="true"'))
    assert one(page, "path").get("fill") == "#008000"
    assert [missing.code for missing in page.not_drawn] == ["ofd.shading"]


def test_a_pattern_repeats_its_cell():
    cell = f'<ofd:Pattern Width="4" Height="5" XStep="6"><ofd:CellContent>{path(SQUARE)}</ofd:CellContent></ofd:Pattern>'
    tile = one(drawn(path(SQUARE, fill("", cell), 'Fill="true"')), "pattern")
    assert (tile.get("width"), tile.get("height"), len(list(tile.iter(f"{SVG}path")))) == ("6", "5", 1)


def test_clips_cut_one_another_and_their_areas_add_up():
    area = "<ofd:Area><ofd:Path Boundary='{} 0 9 9'><ofd:AbbreviatedData>M 0 0 L 9 0 L 9 9 C</ofd:AbbreviatedData></ofd:Path></ofd:Area>"
    clips = f"<ofd:Clips><ofd:Clip>{area.format(0)}{area.format(5)}</ofd:Clip><ofd:Clip>{area.format(2)}</ofd:Clip></ofd:Clips>"
    root = tree(drawn(path(SQUARE, clips)))
    first, second = root.iter(f"{SVG}clipPath")
    assert [shape.get("transform") for shape in first] == [None, "translate(5 0)"]
    assert [shape.get("transform") for shape in second] == ["translate(2 0)"]
    used = [group.get("clip-path") for group in root.iter(f"{SVG}g") if group.get("clip-path")]
    assert used == [f"url(#{second.get('id')})", f"url(#{first.get('id')})"]


def test_what_reaches_beyond_its_boundary_is_cut():
    assert one(drawn(path("M 0 0 L 90 0")), "clipPath")[0].get("width") == "50.706"


def test_alpha_and_visibility_count():
    assert one(drawn(path(SQUARE, "", 'Alpha="51"')), "g").get("opacity") == "0.2"
    assert list(tree(drawn(path(SQUARE, "", 'Visible="false"'))).iter(f"{SVG}path")) == []


@pytest.mark.feature("18.07", part="text of fonts that are not embedded")
def test_text_without_an_embedded_font_stands_letter_by_letter_and_is_named():
    fonts = '<ofd:Fonts><ofd:Font ID="3" FontName="楷体" Bold="true"/></ofd:Fonts>'
    page = drawn(text("你 好A", 'Font="3"', 'X="1" Y="5" DeltaX="4 2 4"'), resources=fonts)
    words = one(page, "text")
    assert words.text == "你 好A"
    assert (words.get("x"), words.get("y"), words.get("font-size"), words.get("font-weight")) == ("1 5 7 11", "5", "4", "bold")
    assert words.get("font-family").startswith("KaiTi")
    assert words.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
    assert [missing.says for missing in page.not_drawn] == ["字体“楷体”没有嵌入，用本机相近字体显示"]


def test_latin_words_in_even_steps_keep_their_whole_width():
    words = one(drawn(text("共OFD页", "", 'X="1" Y="5" DeltaX="4 2 2 2"')), "text")
    assert [(span.text, span.get("x"), span.get("textLength")) for span in words] == [
        ("共", "1", None),
        ("OFD", "5", "6"),
        ("页", "11", None),
    ]


def test_characters_beyond_the_basic_plane_each_have_their_place():
    words = one(drawn(text("𠮷野")), "text")
    assert [(span.text, span.get("x")) for span in words] == [("𠮷", "1"), ("野", "5")]


def test_text_is_turned_stretched_and_placed_by_its_matrix():
    root = tree(drawn(text("上下", 'CharDirection="90" HScale="0.5" CTM="0 1 -1 0 3 4"', 'X="1" Y="5" DeltaY="4"')))
    (words,) = root.iter(f"{SVG}text")
    assert (words.get("rotate"), words.get("transform"), words.get("x"), words.get("y")) == ("90", "scale(0.5 1)", "2 2", "5 9")
    assert [group.get("transform") for group in root.iter(f"{SVG}g")] == ["translate(10 20)", "matrix(0 1 -1 0 3 4)"]


def test_a_run_without_steps_goes_on_by_the_widths_of_its_letters():
    assert one(drawn(text("字a字", "", 'X="1" Y="5"')), "text").get("x") == "1 5 7"
    assert one(drawn(text("字字", 'ReadDirection="90"', 'X="1" Y="5"')), "text").get("y") == "5 9"


@pytest.mark.feature("18.07", part="layers, templates, annotations")
def test_templates_layers_and_annotations_lie_in_their_order():
    kinds = {"front": "Foreground", "back": "Background", "body": "Body"}
    layers = "".join(f'</ofd:Layer><ofd:Layer ID="{words}" Type="{kind}">{text(words)}' for words, kind in kinds.items())
    page = PAGE % ('<ofd:Template TemplateID="8" ZOrder="Foreground"/><ofd:Template TemplateID="7"/>', layers)
    files = parts(
        common='<ofd:TemplatePage ID="7" BaseLoc="T.xml"/><ofd:TemplatePage ID="8" BaseLoc="U.xml"/>',
        **{"T.xml": (PAGE % ("", text("under"))).encode(), "U.xml": (PAGE % ("", text("over"))).encode()},
    )
    files["Doc_0/Pages/Page_0/Content.xml"] = page.encode()
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    files["Doc_0/Document.xml"] = files["Doc_0/Document.xml"].replace(
        b"</ofd:Document>", b"<ofd:Annotations>A.xml</ofd:Annotations></ofd:Document>"
    )
    files["Doc_0/A.xml"] = (
        f'<ofd:Annotations {ns}><ofd:Page PageID="1"><ofd:FileLoc>B.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'.encode()
    )
    note, hidden = (f'<ofd:Appearance Boundary="1 2 9 9">{text(words)}</ofd:Appearance></ofd:Annot>' for words in ("note", "hidden"))
    files["Doc_0/B.xml"] = (
        f'<ofd:PageAnnot {ns}><ofd:Annot ID="50">{note}<ofd:Annot ID="51" Visible="false">{hidden}</ofd:PageAnnot>'.encode()
    )
    shown = ["".join(words.itertext()) for words in tree(draw_page(read_ofd(pack(files)), 1)).iter(f"{SVG}text")]
    assert shown == ["under", "back", "body", "front", "over", "note"]


def test_a_page_and_its_template_bring_resources_of_their_own():
    params = '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DrawParams>{}</ofd:DrawParams></ofd:Res>'
    one_, two = (f'<ofd:DrawParam ID="{n}"><ofd:StrokeColor Value="{n} 0 0"/></ofd:DrawParam>' for n in (20, 21))
    files = parts(
        path(SQUARE, "", 'DrawParam="20"'),
        common='<ofd:TemplatePage ID="7" BaseLoc="T.xml"/>',
        before='<ofd:Template TemplateID="7"/><ofd:PageRes>R.xml</ofd:PageRes>',
        **{"Pages__Page_0__R.xml": params.format(one_).encode(), "S.xml": params.format(two).encode()},
    )
    files["Doc_0/T.xml"] = (PAGE % ("<ofd:PageRes>S.xml</ofd:PageRes>", path(SQUARE, "", 'DrawParam="21"'))).encode()
    shapes = tree(draw_page(read_ofd(pack(files)), 1)).iter(f"{SVG}path")
    assert [shape.get("stroke") for shape in shapes] == ["#150000", "#140000"]


def test_a_composite_is_drawn_where_it_is_used():
    resources = f"""<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40" Width="9" Height="9">
      <ofd:Content>{path(SQUARE)}</ofd:Content>
      </ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"""
    root = tree(drawn('<ofd:CompositeObject ID="7" Boundary="3 4 9 9" ResourceID="40" CTM="2 0 0 2 0 0"/>', resources=resources))
    assert [g.get("transform") for g in root.iter(f"{SVG}g") if g.get("transform")] == [
        "translate(3 4)",
        "matrix(2 0 0 2 0 0)",
        "translate(10 20)",
    ]
    missing = drawn('<ofd:CompositeObject ID="7" Boundary="3 4 9 9" ResourceID="99"/>')
    assert [entry.code for entry in missing.not_drawn] == ["ofd.composite_missing"] and "复合对象缺失" in missing.svg


@pytest.mark.feature("18.07", part="what cannot be drawn is named in place and in a list")
def test_what_cannot_be_drawn_is_named_at_its_place_and_in_the_list():
    page = drawn('<ofd:VideoObject ID="77" Boundary="10 10 40 30" ResourceID="5"/>')
    (missing,) = page.not_drawn
    assert (missing.code, missing.page, missing.object_id, missing.says) == ("ofd.object", 1, "77", "不支持的对象：VideoObject")
    frame = one(page, "g")
    assert frame.get("class") == "ofd-missing" and frame[0].get("x") == "10" and frame[1].text == missing.says


def test_composites_within_composites_end_by_the_budget_and_say_so():
    layer = "".join('<ofd:CompositeObject ID="1" Boundary="0 0 9 9" ResourceID="{}"/>' for _ in range(12))
    units = "".join(
        f"""<ofd:CompositeGraphicUnit ID="{40 + n}" Width="9" Height="9">
          <ofd:Content>{layer.format(*[41 + n] * 12)}</ofd:Content></ofd:CompositeGraphicUnit>"""
        for n in range(10)
    )
    resources = f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits>"
    page = draw_page(
        read_ofd(paper('<ofd:CompositeObject ID="1" Boundary="0 0 9 9" ResourceID="40"/>', resources=resources), Limits(objects=3000)), 1
    )
    assert "ofd.too_much" in {missing.code for missing in page.not_drawn}
    deep = drawn("<ofd:PageBlock>" * 40 + path(SQUARE) + "</ofd:PageBlock>" * 40)
    assert [missing.code for missing in deep.not_drawn] == ["ofd.too_deep"]


EVIL = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; onload=&quot;x"


def test_what_a_file_says_never_becomes_markup():
    resources = f"""<ofd:Fonts><ofd:Font ID="{EVIL}" FontName="{EVIL}" FamilyName="{EVIL}"/></ofd:Fonts>
      <ofd:MultiMedias><ofd:MultiMedia ID="{EVIL}" Type="Image" Format="{EVIL}">
      <ofd:MediaFile>p.bin</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>"""
    units = text(EVIL, f'Font="{EVIL}"') + f'<ofd:ImageObject ID="{EVIL}" Boundary="0 0 9 9" ResourceID="{EVIL}"/>'
    for picture in (b"nothing known", b"\x89PNG\r\n\x1a\n" + bytes(20)):
        page = draw_page(read_ofd(pack(parts(units, resources=resources, **{"Res__p.bin": picture}))), 1)
        assert_harmless(page.svg)


def assert_harmless(svg: str) -> None:
    """No script, no style, no handler, no address but inside the page and pictures as data; ids are its own and stand once."""
    root = etree.fromstring(svg.encode())
    ids: Counter[str] = Counter()
    for element in root.iter():
        name = etree.QName(element).localname
        assert name in KNOWN, name
        for key, value in element.attrib.items():
            local = key.rpartition("}")[2]
            assert local != "style" and not local.startswith("on")
            if local == "href":
                assert re.fullmatch(r"#[\w.-]+|data:image/(png|jpeg|gif);base64,[\w+/=]+", value), value[:80]
            if local == "id":
                ids[value] += 1
                assert value.startswith("ofd-"), value
            for used in re.findall(r"url\(([^)]*)\)", value):
                assert re.fullmatch(r"#ofd-[\w.-]+", used)
    assert not [key for key, count in ids.items() if count > 1]


DRAWN = ("g", "rect", "path", "text", "tspan", "use", "image", "a")
KNOWN = {"svg", "defs", "clipPath", "linearGradient", "radialGradient", "stop", "pattern", *DRAWN}


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.feature("18.07", part="every page of the sample corpus renders or names the unsupported object")
def test_every_page_of_the_corpus_is_drawn_and_harmless(name):
    package = read_ofd(vector(f"{name}.ofd"))
    for entry in package.pages:
        page = draw_page(package, entry.number)
        assert_harmless(page.svg)
        assert {missing.code for missing in page.not_drawn} <= {"ofd.font_system"}


def test_our_own_paper_is_drawn_with_its_font_and_nothing_missing():
    package = read_ofd(specimen(2))
    page = draw_page(package, 1)
    assert_harmless(page.svg)
    assert page.not_drawn == ()
    root = tree(page)
    words = [words for words in root.iter(f"{SVG}text") if words.text == "电子证照办理指引"]
    assert [element.get("fill-opacity") for element in words] == ["0"]
    assert len(list(root.iter(f"{SVG}use"))) > 200
    assert page_svg(package, 2, prefix="other").startswith('<svg xmlns="http://www.w3.org/2000/svg" id="other-p2"')


def test_a_page_that_cannot_be_read_says_so():
    files = parts()
    files["Doc_0/Pages/Page_0/Content.xml"] = b"<broken"
    page = draw_page(read_ofd(pack(files)), 1)
    assert [missing.code for missing in page.not_drawn] == ["ofd.page_missing"]
