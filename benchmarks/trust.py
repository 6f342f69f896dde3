"""Rates of trust: licences from the decision to the sealed files, seals on OFD and PDF, verification, SM2 beside OpenSSL's own."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from demo.trust import publish_types, seal_agencies
from kapok.kernel.access.public import scope_of, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import sm2_generate, sm2_provider, sm2_sign, sm2_verify
from kapok.kernel.ofd.public import DocInfo, compose, document_of, read_ofd, reading_view, write_ofd, write_pdf
from kapok.kernel.parties.public import Party
from kapok.services.items.public import CompiledItem, Item, item_in_force
from kapok.support.licences.models import Signing
from kapok.support.licences.public import TypeFacts, issue_for_case, type_for
from kapok.support.seals.actions.steps import enable_seal, suspend_seal
from kapok.support.seals.public import SealRefused, SealRequest, StampPlace, active_seal, use_seal, verify_file

BY = system_actor("测量")
FOOD, LICENCES, SECONDS, PAGES = "000131022000", 600, 3.0, 5
Figures = dict[str, float]


def licences() -> Figures:
    """Decided cases' licences, each issued in a transaction of its own, until the node's worker has sealed both files of the last."""
    kind, first = _ground()
    items = [first, *(item for item in _in_force() if item.base_code == FOOD and item.org_id != first.org_id)]
    parties = list(Party.objects.filter(kind="natural").order_by("id").values_list("id", flat=True)[:LICENCES])
    waiting = Signing.objects.count()
    begun = time.perf_counter()
    for number in range(LICENCES):
        with transaction.atomic():
            _issue(kind, items[number % len(items)], parties[number % len(parties)])
    issued = time.perf_counter() - begun
    until = begun + 240
    while Signing.objects.count() > waiting and time.perf_counter() < until:
        time.sleep(0.1)
    done = LICENCES - (Signing.objects.count() - waiting)
    return {"issued per second": LICENCES / issued, "per second": done / (time.perf_counter() - begun), "bar, per second": 40}


def _ground() -> tuple[TypeFacts, CompiledItem]:
    """Types and seals, made once; a type and an item that ends in it."""
    items = _in_force()
    publish_types()
    seal_agencies(items)
    item = next(item for item in items if item.base_code == FOOD)
    kind = type_for(item.base_code, item.impl_code)
    assert kind is not None
    return kind, item


def _in_force() -> list[CompiledItem]:
    codes = Item.objects.order_by("id").values_list("impl_code", flat=True)
    return [item for code in codes if (item := item_in_force(code)) is not None]


def _issue(kind: TypeFacts, item: CompiledItem, holder: UUID) -> None:
    answers = {field.source.removeprefix("answers."): "木棉示例" for field in kind.fields if field.source.startswith("answers.")}
    answers |= {"company_uscc": "", "format": "sale"}
    issue_for_case(
        kind, case=uuid7(), case_number="测量", item_code=item.impl_code, item_name=item.name, holder=holder, org=item.org_id,
        region=item.region, scope=scope_of(item.org_id, item.region), answers=answers, valid_from=clock.today(), by=BY,
    )  # fmt: skip


def _pages(count: int) -> tuple[bytes, bytes]:
    """A plain document of some pages, as OFD and PDF."""
    _ground()
    lines = [{"kind": "text", "text": f"第 {n} 段：为测量而写的文字，内容没有意义。" * 4} for n in range(count * 18)]
    drawing = compose({"paper": {"size": "A4"}, "part": lines}, {}, {})
    document = document_of(drawing, DocInfo(doc_id="0" * 32, title="测量", created_at=clock.now()))
    return write_ofd(document), write_pdf(document)


def _request(seal: UUID, content: bytes, media: str) -> SealRequest:
    return SealRequest(
        seal=seal, request=uuid7(), content=content, media=media, reason="测量", about_kind="licence", about=None, case_number="",
        item_code="", places=(StampPlace(1, 120, 220),),
    )  # fmt: skip


def _sealing(media: str) -> Callable[[], Figures]:
    def measure() -> Figures:
        contents = dict(zip(("ofd", "pdf"), _pages(1), strict=True))
        _, item = _ground()
        seal = active_seal(item.org_id)
        assert seal is not None

        def once() -> None:
            use_seal(_request(seal.id, contents[media], media), by=BY)

        bar = {"bar, per second": 40.0} if media == "ofd" else {}
        return {"per second": _rate(once)} | bar

    return measure


_LOOP = """
import django; django.setup()
from benchmarks.trust import use_until_refused
use_until_refused({seal!r})
"""


def use_until_refused(seal: str) -> None:
    """Another process: use the seal again and again; say that it goes, and when it no longer does (machine time)."""
    content, _ = _pages(1)
    said = False
    while True:
        try:
            use_seal(_request(UUID(seal), content, "ofd"), by=BY)
        except SealRefused:
            sys.stdout.write(f"{clock.wall().timestamp()}\n")
            return
        if not said:
            sys.stdout.write("used\n")
            sys.stdout.flush()
            said = True


def stopping() -> Figures:
    """From the commit of 停用 to the first refusal in another process that uses the seal all the time."""
    _, item = _ground()
    seal = active_seal(item.org_id)
    assert seal is not None
    other = subprocess.Popen([sys.executable, "-c", _LOOP.format(seal=str(seal.id))], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None and other.stdout.readline() == "used\n"
    suspend_seal(seal.id, reason="测量停用", by=BY)
    stopped = clock.wall().timestamp()
    refused = float(other.stdout.readline())
    other.wait()
    enable_seal(seal.id, reason="测量结束", by=BY)
    return {"seconds until refused": max(0.0, refused - stopped)}


def verifying() -> Figures:
    """A sealed OFD of five pages, verified in ten steps."""
    _, item = _ground()
    seal = active_seal(item.org_id)
    assert seal is not None
    ofd, _ = _pages(PAGES)
    sealed = use_seal(_request(seal.id, ofd, "ofd"), by=BY).content
    return _times(lambda: verify_file(sealed)) | {"bar, p95 ms": 100}


def reading() -> Figures:
    """A paper of fifty pages opened for the viewer: its first page drawn, the text of all at hand; the bar leaves room for the browser."""
    ofd, _ = _pages(50)
    return _times(lambda: reading_view(read_ofd(ofd), href=str)) | {"bar, p95 ms": 500}


def _times(once: Callable[[], object]) -> Figures:
    times = []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        begun = time.perf_counter()
        once()
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return {"per second, one core": 1000 * len(times) / sum(times), "p95 ms": times[int(len(times) * 0.95)]}


def sm2() -> Figures:
    """SM2 with SM3 and the identity, one core: each signature is verified before it is given out, so two operations a signature."""
    key, message = sm2_generate(), b"kapok" * 20
    signature = sm2_sign(key, message)
    figures = {
        "signed per second": _rate(lambda: sm2_sign(key, message)),
        "verified per second": _rate(lambda: sm2_verify(key.public, message, signature)),
        "per second": 0.0, "bar, per second": 700,
    }  # fmt: skip
    figures["per second"] = min(figures["signed per second"], figures["verified per second"])
    return figures | _openssl()


def _openssl() -> Figures:
    """What the machine's own OpenSSL does of plain SM2 in the same minute."""
    program = shutil.which("openssl")
    if program is None or sm2_provider() == "":
        return {}
    told = subprocess.run([program, "speed", "-seconds", "2", "sm2"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"SM2\)?\s+[\d.]+s\s+[\d.]+s\s+([\d.]+)\s+([\d.]+)", told)
    return {"openssl signs per second": float(found[1]), "openssl verifies per second": float(found[2])} if found else {}


def _rate(once: Callable[[], object]) -> float:
    once()
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        once()
        done += 1
    return done / (time.perf_counter() - begun)


ENTRY: dict[str, Callable[[], Figures]] = {
    "SM2, one core (18.01)": sm2,
    "OFD sealed with entry in the log, one core (18.04)": _sealing("ofd"),
    "PDF signed with entry in the log, one core (18.13)": _sealing("pdf"),
    "sealed OFD of five pages verified (18.09)": verifying,
    "停用 of a seal (18.03)": stopping,
    "OFD of fifty pages opened, first page drawn (18.07)": reading,
    "licences from decision to both sealed files (15.02)": licences,
}
