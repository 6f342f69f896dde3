"""A sealed paper is verified in a real browser: chosen without script, dropped with it, and the report is for everyone."""

import base64
import os
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings

from kapok.kernel.common import clock
from kapok.support.seals.stamping.ofd import stamp_ofd
from kapok.support.seals.tests.authority import PLACE, SIGNED, paper, world
from kapok.support.seals.tests.failures import changed_page
from kapok.support.seals.tests.test_verify_page import ours  # noqa: F401 - a fixture
from kapok.support.seals.verifying.data import BusinessStatus, FileFacts, business_sources
from kapok.support.seals.web import verify_sending
from tests.architecture.source import assert_none
from tests.browser.looking import PICTURES, axe, look, overflow

DROP = """([text, name]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), files = new DataTransfer()
  files.items.add(new File([bytes], name))
  const card = document.querySelector("[data-dropped]").closest(".card")
  for (const kind of ["dragover", "drop"]) card.dispatchEvent(new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true}))
}"""


@pytest.fixture(autouse=True)
def nobody_came_yet() -> None:
    verify_sending.pace.forget()


def strangers(size: int = 0) -> bytes:
    """A paper that is right in every step and sealed by somebody this node does not know; padded where it should be large."""
    made = world("外地")
    content = stamp_ofd(paper(2), made.seal, made.signer, places=[PLACE], at=clock.now() - timedelta(days=1))
    return _padded(content, size) if size else content


def _padded(content: bytes, size: int) -> bytes:
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("padding.bin", os.urandom(size), zipfile.ZIP_STORED)
    return out.getvalue()


def _known(facts: FileFacts) -> BusinessStatus | None:
    """Whoever issued the paper, made for this test: knows a code, and what bears its seal."""
    if facts.identifier == "KNOWN-1" or facts.verdict == "valid":
        same = None if facts.identifier else True
        rows = (("持证人", "样张（深圳）餐饮管理有限公司"), ("有效期至", "2030-12-31"))
        return BusinessStatus(
            "licence",
            "食品经营许可证",
            "JY24403000000001",
            "valid",
            "现行有效。",
            "good",
            "深圳市样章管理局",
            SIGNED,
            "/",
            same,
            rows,
            "现行有效",
        )
    return None


@pytest.mark.feature("18.20", part="in a browser, dropped or chosen, without script")
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_without_script_a_file_is_chosen_sent_and_explained(page_of: Any, size: str) -> None:
    page = page_of(size, script=False)
    page.goto("/verify/")
    page.get_by_label("选择文件").set_input_files({"name": "证照.ofd", "mimeType": "application/ofd", "buffer": changed_page().content})
    page.get_by_role("button", name="开始验证").click()
    assert page.get_by_role("heading", level=1).inner_text() == "无效"
    assert page.get_by_text("签章后被改动的部件").first.is_visible()
    assert page.locator(".ofd-page svg").count() == 2


@pytest.mark.feature("18.20", part="in a browser, dropped or chosen, without script")
@pytest.mark.parametrize("bytes_more", [0, 2_500_000])
def test_a_dropped_file_is_sent_at_once_and_its_seal_leads_to_its_steps(page_of: Any, bytes_more: int) -> None:
    page = page_of("desk")
    page.goto("/verify/")
    page.evaluate(DROP, [base64.b64encode(strangers(bytes_more)).decode(), "外地证照.ofd"])
    page.get_by_role("heading", level=1, name="不受信任").wait_for()
    page.locator(".ofd-seal").first.click()
    assert page.locator("#ofd-seal-1").evaluate("card => card.contains(document.activeElement)")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_door_and_the_reports_are_for_everyone(
    page_of: Any,
    site: str,
    size: str,
    language: str,
    ours: bytes,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(business_sources, "_entries", {"a test": _known})
    page = page_of(size)
    if language == "en":
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": site}])
    faults = []
    for name, content in (
        ("door", None),
        ("valid", ours),
        ("untrusted", strangers()),
        ("invalid", changed_page().content),
        ("refused", b"GIF89a"),
    ):
        page.goto("/verify/")
        if content is not None:
            page.locator("input[type=file]").set_input_files({"name": "证照.ofd", "mimeType": "application/ofd", "buffer": content})
            page.locator("#verify-file button").click()
            page.wait_for_load_state()
        faults += [f"{name} {size} {language}: {fault}" for fault in (*axe(page), *overflow(page))]
        if PICTURES:
            look(page, f"verify-{name}-{language}-{size}")
    page.goto("/verify/?code=KNOWN-1")
    faults += [f"code {size} {language}: {fault}" for fault in (*axe(page), *overflow(page))]
    if PICTURES:
        look(page, f"verify-code-{language}-{size}")
    assert_none(faults)
