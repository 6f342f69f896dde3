"""What the viewer is given: pages at once or by address, the text to search, and notes on what is not as it should be."""

import pytest

from kapok.kernel.ofd import viewer
from kapok.kernel.ofd.package import read_ofd
from kapok.kernel.ofd.specimen import specimen
from kapok.kernel.ofd.tests.packing import paper
from kapok.kernel.ofd.viewer import page_answer, reading_view

LETTER = '<ofd:TextObject ID="4" Boundary="1 2 50 9" Size="4"><ofd:TextCode X="0" Y="4">字</ofd:TextCode></ofd:TextObject>'


@pytest.mark.feature("18.07", part="the first page of a long paper comes alone")
def test_of_a_long_paper_only_the_first_page_is_drawn_with_the_page():
    view = reading_view(read_ofd(specimen(50)), href=lambda number: f"/p/{number}")
    assert [bool(page.svg) for page in view.pages] == [True] + [False] * 49
    assert view.pages[49].href == "/p/50" and (view.pages[49].width, view.pages[49].height) == (210, 297)
    assert len(view.texts) == 50 and "第 37 页" in view.texts[36][1]


def test_without_addresses_every_page_is_drawn_until_it_is_too_much(monkeypatch):
    package = read_ofd(specimen(3))
    assert all(page.svg for page in reading_view(package).pages)
    monkeypatch.setattr(viewer, "INLINE", 1000)
    assert [bool(page.svg) for page in reading_view(package).pages] == [True, False, False]
    monkeypatch.setattr(viewer, "INLINE", 10**9)
    monkeypatch.setattr(viewer, "SECONDS", 0.0)
    assert [bool(page.svg) for page in reading_view(package).pages] == [True, False, False]


def test_notes_say_once_what_is_shown_otherwise():
    view = reading_view(read_ofd(paper(LETTER + LETTER)), title="题名", key="one")
    assert view.not_drawn == ("字体“?”没有嵌入，用本机相近字体显示",)
    assert view.title == "题名" and view.pages[0].svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" id="one-p1"')


def test_a_page_by_itself_is_an_svg_the_browser_may_keep_for_a_while():
    answer = page_answer(read_ofd(specimen(3)), 2, key="one")
    assert answer.headers["Content-Type"] == "image/svg+xml" and answer.headers["Cache-Control"] == "private, max-age=300"
    assert b'id="one-p2"' in answer.content
