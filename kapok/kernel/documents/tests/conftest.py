from typing import Any

import pytest

from kapok.kernel.documents.public import sealers

COMMON = {
    "agency": "广州市越秀区市场监督管理局", "issued_on": "2026-11-25", "recipient": "林小满", "item": "食品经营许可（新办）",
    "item_code": "11440104007510892J4440131040001", "serial": "440104202611251234561", "phone": "020-12345",
}  # fmt: skip


@pytest.fixture
def node_files(tmp_path, settings):
    """An empty file store."""
    settings.KAPOK_FILES = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def seal():
    """A seal provider that stamps the bytes; `broken` makes it unable to."""

    class Stamp:
        broken: Any = None

        def ready(self, agency: str) -> bool:
            return True

        def seal(self, pdf: bytes, *, document: Any, agency: str, place: Any) -> bytes:
            if self.broken:
                raise self.broken
            return pdf + f"\n% sealed by {agency}\n".encode()

    stamp, real = Stamp(), sealers.find("seal")
    sealers.put("seal", stamp)
    yield stamp
    sealers._entries.pop("seal")
    if real is not None:
        sealers.put("seal", real)
