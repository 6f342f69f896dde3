"""Pictures: passed through, converted, or named; JBIG2 against poppler's reader; seals at their places."""

import base64
import re
import shutil
import struct
import subprocess
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from kapok.kernel.ofd.drawing import bitmaps
from kapok.kernel.ofd.drawing.pictures import NotShown, as_png, data_uri
from kapok.kernel.ofd.package import read_ofd
from kapok.kernel.ofd.svg import draw_page
from kapok.kernel.ofd.tests.packing import pack, parts, unpack
from kapok.kernel.ofd.tests.vectors import vector


def picture(kind: str, size: tuple[int, int] = (3, 2)) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (200, 30, 20)).save(made, kind)
    return made.getvalue()


def shown(content: bytes | None, attributes: str = 'CTM="20 0 0 10 0 0"') -> tuple[str, list[str]]:
    """The SVG of a page with this picture, and the codes of what was not drawn."""
    media = '<ofd:MultiMedia ID="5" Type="Image" Format="X"><ofd:MediaFile>p.bin</ofd:MediaFile></ofd:MultiMedia>'
    resources = f"<ofd:MultiMedias>{media}</ofd:MultiMedias>"
    units = f'<ofd:ImageObject ID="6" Boundary="10 20 20 10" ResourceID="5" {attributes}/>'
    more = {"Res__p.bin": content} if content is not None else {}
    page = draw_page(read_ofd(pack(parts(units, resources=resources, **more))), 1)
    return page.svg, [missing.code for missing in page.not_drawn]


@pytest.mark.parametrize(("kind", "media"), [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "gif")])
def test_what_browsers_draw_goes_through_as_it_is(kind, media):
    svg, missing = shown(picture(kind))
    assert missing == []
    assert f"data:image/{media};base64,{base64.b64encode(picture(kind)).decode()}" in svg
    assert 'transform="matrix(20 0 0 10 0 0)"' in svg


@pytest.mark.parametrize("kind", ["BMP", "TIFF"])
@pytest.mark.feature("18.07", part="pictures")
def test_bmp_and_tiff_become_png(kind):
    svg, missing = shown(picture(kind))
    assert missing == []
    encoded = re.search(r"data:image/png;base64,([\w+/=]+)", svg)[1]
    with Image.open(BytesIO(base64.b64decode(encoded))) as image:
        assert (image.format, image.size, image.getpixel((0, 0))) == ("PNG", (3, 2), (200, 30, 20))


def test_a_picture_without_a_matrix_fills_its_boundary():
    assert 'transform="matrix(20 0 0 10 0 0)"' in shown(picture("PNG"), "")[0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "ofd.picture_missing"),
        (b"who knows", "ofd.picture_format"),
        (b"\x97JB2\r\n\x1a\n\x01\0\0\0\x01" + bytes(30), "ofd.picture_format"),
        (b"BM" + bytes(60), "ofd.picture_format"),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 60_000, 60_000), "ofd.picture_too_large"),
    ],
)
def test_what_cannot_be_shown_is_named(content, code):
    svg, missing = shown(content)
    assert missing == [code] and 'class="ofd-missing"' in svg


def test_a_small_file_that_claims_a_huge_bitmap_is_not_decoded():
    content = bytearray(picture("BMP"))
    struct.pack_into("<ii", content, 18, 30_000, 30_000)
    with pytest.raises(NotShown):
        as_png(bytes(content), "BMP")
    with pytest.raises(NotShown, match="picture_too_large"):
        data_uri(b"\x89PNG\r\n\x1a\n" + bytes(25 * 1024 * 1024))


@pytest.mark.skipif(shutil.which("pdfimages") is None, reason="needs pdfimages: apt install poppler-utils")
@pytest.mark.feature("18.07", part="JBIG2 of plain regions; judge: poppler")
def test_a_jbig2_picture_is_what_poppler_sees(tmp_path):
    content = unpack(vector("signedFile.ofd"))["Doc_0/Res/image_80.jb2"]
    rows = bitmaps.read_bitmap(content)
    width, height = len(rows[0]), len(rows)
    with pikepdf.new() as pdf:
        image = pdf.make_stream(content[13:], Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
                                ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=1, Filter=pikepdf.Name.JBIG2Decode)  # fmt: skip
        page = pdf.add_blank_page(page_size=(width, height))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = pdf.make_stream(f"{width} 0 0 {height} 0 0 cm /I Do".encode())
        pdf.save(tmp_path / "x.pdf")
    subprocess.run(["pdfimages", "-png", str(tmp_path / "x.pdf"), str(tmp_path / "x")], check=True, capture_output=True)
    with Image.open(next(tmp_path.glob("x*.png"))) as seen:
        assert seen.size == (width, height)
        grey = seen.convert("L")
        theirs = [[int(grey.getpixel((x, y)) < 128) for x in range(width)] for y in range(height)]
    assert [list(row) for row in rows] == theirs


@pytest.mark.feature("18.07", part="seals at their places")
def test_a_seal_is_shown_at_its_place_and_leads_to_its_details():
    svg = draw_page(read_ofd(vector("SESV4SignDoc.ofd")), 1).svg
    assert '<a href="#ofd-seal-1" class="ofd-seal" data-seal="1" aria-label="第 1 个签章，查看详情">' in svg
    assert 'transform="matrix(40 0 0 40 50 50)"' in svg and "data:image/png;base64," in svg


@pytest.mark.feature("18.07", part="a strip of the seal on each page (骑缝章)")
def test_each_page_shows_its_strip_of_a_seal_over_the_seam():
    package = read_ofd(vector("V4RideRight.ofd"))
    for page in range(1, 6):
        svg = draw_page(package, page).svg
        assert f'<clipPath id="ofd-p{page}-seal' in svg
        assert 'x="202" y="40" width="8" height="40"' in svg
        assert f'transform="matrix(40 0 0 40 {210 - 8 * page} 40)"' in svg


def test_a_seal_whose_picture_is_a_paper_is_drawn_from_it():
    page = draw_page(read_ofd(vector("999.ofd")), 1)
    assert 'viewBox="0 0 30 20" preserveAspectRatio="none"' in page.svg
    assert "国家税务总局" in page.svg


def test_a_seal_that_cannot_be_read_is_named_where_it_stands():
    files = unpack(vector("SESV4SignDoc.ofd"))
    files["Doc_0/Signs/Sign_0/Seal.esl"] = files["Doc_0/Signs/Sign_0/SignedValue.dat"] = b"\x30\x03\x02\x01\x04"
    page = draw_page(read_ofd(pack(files)), 1)
    assert "ofd.seal_picture" in [missing.code for missing in page.not_drawn]
    assert 'data-seal="1"' in page.svg and 'class="ofd-missing"' in page.svg
