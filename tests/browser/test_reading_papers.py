"""The viewer of papers: what it shows against the PDF of the same pages, its tools, keys and searching, with script and without."""

import shutil
import subprocess
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageFilter

from kapok.kernel.ofd.public import draw_page, read_ofd, write_ofd, write_pdf
from kapok.kernel.ofd.specimen import specimen_document
from kapok.kernel.ofd.tests.vectors import vector
from tests.architecture.source import assert_none
from tests.browser.looking import SIZES, visit
from tests.sweeps.people import everybody

PAPER = "/ops/ofd/"
WIDTH, HEIGHT = 630, 891
"""An A4 page at three pixels a millimetre."""
NEAR = 0.002
"""Share of the ink that may lie elsewhere: two programs smooth the edges of letters in two ways."""


def grey(picture: Image.Image) -> Image.Image:
    """Without colour and slightly blurred, so that edges smoothed in another way do not count."""
    return picture.convert("L").crop((0, 0, WIDTH, HEIGHT)).filter(ImageFilter.GaussianBlur(1.2))


def apart(one: Image.Image, other: Image.Image) -> float:
    """How many pixels are plainly darker in one of two pictures than in the other, as a share of the first one's ink."""
    darker = sum(ImageChops.difference(one, other).histogram()[88:])
    return darker / sum(ImageChops.difference(one, Image.new("L", one.size, 255)).histogram()[88:])


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm: apt install poppler-utils")
@pytest.mark.feature("18.07", part="pixel comparison with the PDF of the same pages")
def test_a_page_looks_like_the_pdf_of_the_same_page(browser, tmp_path):
    document = specimen_document(2)
    (tmp_path / "paper.pdf").write_bytes(write_pdf(document))
    subprocess.run(["pdftoppm", "-r", "76.2", "-png", str(tmp_path / "paper.pdf"), str(tmp_path / "page")], check=True)
    package = read_ofd(write_ofd(document))
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    page = context.new_page()
    for number in (1, 2):
        svg = draw_page(package, number).svg.replace("<svg ", f'<svg style="position:fixed;inset:0;width:{WIDTH}px;height:{HEIGHT}px" ', 1)
        page.set_content(svg)
        ours = grey(Image.open(BytesIO(page.screenshot())))
        theirs = grey(Image.open(next(tmp_path.glob(f"page-*{number}.png"))))
        assert apart(ours, theirs) < NEAR
        assert apart(ours, ImageChops.offset(theirs, 3, 0)) > 10 * NEAR, "a millimetre would not be seen"
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_viewer_is_sound_at_both_sizes(size, page_of):
    assert_none(visit(page_of(size, account=everybody()), PAPER, f"paper-{size}"))


@pytest.mark.feature("18.07", part="page list, pages as they come near")
def test_pages_come_as_one_comes_near_and_the_list_leads_to_them(page_of):
    page = page_of("desk", account=everybody())
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith(".svg") and "/ofd/" in request.url else None)
    page.goto(PAPER)
    assert page.locator("#ofd-page-1 .ofd-words").count() > 10
    page.wait_for_timeout(500)
    assert len(asked) < 8
    page.locator(".ofd-list a", has_text="第 30 页").click()
    page.wait_for_selector("#ofd-page-30 .ofd-words", state="attached")
    assert page.locator("[data-at]").input_value() == "30"
    assert len(asked) < 20
    assert page.locator(".ofd-list [aria-current]").inner_text() == "第 30 页"


@pytest.mark.feature("18.07", part="keyboard")
def test_the_keys_turn_pages_zoom_and_search(page_of):
    page = page_of("desk", account=everybody())
    page.goto(PAPER)
    at = page.locator("[data-at]")
    for key, number in (("PageDown", "2"), ("PageDown", "3"), ("PageUp", "2"), ("End", "50"), ("Home", "1")):
        page.keyboard.press(key)
        page.wait_for_function("number => document.querySelector('[data-at]').value === number", arg=number)
    wide = page.locator("#ofd-page-1").bounding_box()["width"]
    page.keyboard.press("-")
    assert page.locator("#ofd-page-1").bounding_box()["width"] < wide
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.locator("[data-zoom]").input_value() in ("125", "150")
    page.keyboard.press("0")
    assert page.locator("#ofd-page-1").bounding_box()["width"] == wide
    page.keyboard.press("/")
    page.keyboard.type("六十日")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ofd-hit-at", state="attached")
    assert page.locator("[data-hits] [role=status]").inner_text().startswith("找到 ")
    assert at.input_value() == "1"


@pytest.mark.feature("18.07", part="search with hits marked on the page")
def test_a_hit_on_a_page_not_yet_there_brings_the_page_and_marks_the_words(page_of):
    page = page_of("desk", account=everybody())
    page.goto(PAPER)
    page.locator("[data-find]").fill("第 37 页")
    page.locator("[data-find]").press("Enter")
    page.wait_for_selector("#ofd-page-37 .ofd-hit-at", state="attached")
    mark = page.locator("#ofd-page-37 .ofd-hit-at").first
    words = mark.evaluate("rect => rect.parentElement.textContent")
    assert "第 37 页" in words
    page.locator("[data-find]").fill("没有这样的话")
    page.locator("[data-find]").press("Enter")
    assert page.locator("[data-hits] [role=status]").inner_text() == "没有找到"
    assert page.locator(".ofd-hit").count() == 0


def test_words_can_be_selected_and_copied(page_of):
    page = page_of("desk", account=everybody())
    page.goto(PAPER)
    copied = page.evaluate(
        "() => { const text = document.querySelector('#ofd-page-1 .ofd-words'); const range = document.createRange();"
        " range.selectNodeContents(text); getSelection().addRange(range); return String(getSelection()) }"
    )
    assert copied == "电子证照办理指引"


@pytest.mark.feature("18.07", part="without script")
def test_without_script_the_pages_stand_one_below_the_other(page_of):
    page = page_of("phone", account=everybody(), script=False)
    page.goto(PAPER)
    assert not page.locator(".ofd-bar").is_visible()
    assert page.locator("#ofd-page-1 svg.ofd-sheet").is_visible()
    second = page.locator("#ofd-page-2 img")
    second.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=second.element_handle())
    assert page.locator(".ofd-page").count() == 50


@pytest.mark.feature("18.07", part="print")
def test_on_paper_only_the_pages_are_left(page_of):
    page = page_of("desk", account=everybody())
    page.goto(PAPER)
    page.emulate_media(media="print")
    assert not page.locator(".ofd-bar").is_visible() and not page.locator(".ofd-list").is_visible()
    assert page.locator("#ofd-page-1").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.ofd-page')).breakAfter") == "page"


@pytest.mark.feature("18.07", part="clicking a seal shows the report")
def test_a_click_on_a_seal_leads_to_its_report(page_of):
    page = page_of("desk")
    page.goto("/verify/")
    page.locator("input[type=file]").set_input_files(
        {"name": "sealed.ofd", "mimeType": "application/ofd", "buffer": vector("SESV4SignDoc.ofd")}
    )
    page.locator("input[type=file]").evaluate("input => input.form.requestSubmit()")
    seal = page.locator("#ofd-page-1 .ofd-seal")
    seal.wait_for()
    seal.click()
    report = page.locator("#ofd-seal-1")
    assert report.evaluate("panel => panel.contains(document.activeElement)")
    box = report.bounding_box()
    assert box["y"] + box["height"] >= 0 and box["y"] < 900
