"""What others judge: identifiers by published samples and python-stdnum, the PDF by poppler, the seal's way by a server that is away."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from stdnum.iso7064 import mod_37_36

from kapok.kernel.common import clock
from kapok.kernel.common.codes import licence as identifiers
from kapok.kernel.files.public import open_file
from kapok.kernel.journal.models import Entry
from kapok.kernel.ofd.public import read_ofd, text_of
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.models import Licence, Signing
from kapok.support.licences.queries.licences import file_of, licence
from kapok.support.licences.queries.previewing import preview_for_case
from kapok.support.licences.tests.factories import ANSWERS, SYSTEM, Issuer, issuer, person
from kapok.support.seals.actions.renewing import warn_renewals
from kapok.support.seals.models import SealUse, SealVersion
from sandbox.seal_server.server import SealServer

SAMPLES = [
    ("11100000000013338W002", "11320482014138860P", "201807250201", "M"),
    ("11100000000013338W011", "11430000006122244L", "20230000403", "U"),
    ("11100000MB03271699022", "340100", "000000016", "9"),
    ("11100000000013338W032", "11220000013544541J", "2430599", "F"),
]
"""Published identifiers; the third one's issuer is written with a region's code, as found."""


@pytest.mark.feature("15.04", part="published identifiers ending M, U, 9, F; judge: python-stdnum")
@pytest.mark.parametrize(("type_code", "body", "serial", "check"), SAMPLES)
def test_published_identifiers_verify(type_code: str, body: str, serial: str, check: str) -> None:
    text = f"{type_code}{body}{serial}001"
    assert mod_37_36.calc_check_digit(text) == check
    assert identifiers.check_character(type_code, body, serial, "001") == check
    made = identifiers.make(type_code, body, serial)
    assert made.endswith(f".001.{check}")
    if len(body) == 18:
        assert identifiers.check(made)
    wrong = made[:-1] + ("A" if check != "A" else "B")
    assert not identifiers.check(wrong)


@pytest.fixture
def server(settings: Any) -> Iterator[SealServer]:
    running = SealServer(token="demo").start()
    settings.KAPOK_SEAL_SERVER, settings.KAPOK_SEAL_SERVER_TOKEN, settings.KAPOK_SEAL_SERVER_LIMIT = running.address, "demo", "0.5"
    settings.KAPOK_SEAL_CUSTODY = "remote"
    yield running
    running.stop()


@pytest.mark.feature("15.03", part="the seal server switched off for an hour and on again: all signed in order, each once")
@pytest.mark.django_db
def test_after_an_hour_without_the_seal_server_all_is_signed_in_order(server: SealServer) -> None:
    office = issuer()
    server.stop()
    issued = [office.issue().id for _ in range(5)]
    for _minute in range(12):
        assert drain() == 0
        assert {each.code for each in Signing.objects.all()} == {"seals.not_ready"}
        Signing.objects.update(retry_at=clock.wall() - timedelta(seconds=1))
    assert all(not each.usable for each in map(licence, issued))
    server.start()
    assert drain() == 5
    assert all(each.usable for each in map(licence, issued))
    order = list(Entry.objects.filter(event="licences.sealed").order_by("id").values_list("about", flat=True))
    assert order == issued
    assert SealUse.objects.filter(about__in=issued).count() == 10
    assert len({UUID(request[:36]) for request in server.vault.made}) == len(list(server.vault.made))


@pytest.mark.feature("15.05", part="the PDF has the same field values; judges: poppler's pdftotext and pdfsig")
@pytest.mark.django_db
def test_the_pdf_says_what_the_ofd_says(tmp_path: Path) -> None:
    for program in ("pdftotext", "pdfsig"):
        if not shutil.which(program):
            pytest.skip(f"needs {program}: apt-get install poppler-utils")
    office = issuer()
    issued = office.issue(person("林同版"))
    drain()
    content = open_file(file_of(issued.id))
    pdf = open_file(file_of(issued.id, "pdf"))
    said = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    shown = "".join(text_of(read_ofd(content)).split())
    for value in (issued.number, "林同版", "示范路1号", office.org.name):
        assert value in "".join(said.split())
        assert value in shown
    (tmp_path / "licence.pdf").write_bytes(pdf)
    signed = subprocess.run(["pdfsig", str(tmp_path / "licence.pdf")], capture_output=True, check=False).stdout.decode()
    assert "Signature is Valid." in signed


@pytest.mark.feature("15.06", part="制证 preview from case fields, with every fault that would stop the issue")
@pytest.mark.django_db
def test_a_preview_shows_the_paper_or_what_would_stop_it() -> None:
    office: Issuer = issuer(seal=False)
    holder = person("林预览")
    shown = preview_for_case(office.type, holder=holder.id, org=office.org.id, answers=ANSWERS)
    assert shown.pages[0].startswith("<svg")
    assert (shown.face["名称"], shown.face["场所地址"]) == ("林预览", "示范路1号")
    assert not shown.faults
    stopped = preview_for_case(office.type, holder=holder.id, org=office.org.id, answers={"place": "路\U000f0000"})
    assert [(f.field, f.code) for f in stopped.faults] == [("place", "licences.glyph_missing")]
    assert "U+F0000" in str(stopped.faults[0].says)
    assert not Licence.objects.exists()


@pytest.mark.feature("15.17", part="alarms at 30, 7 and 1 days before the signer's certificate ends")
@pytest.mark.django_db
def test_the_keepers_are_told_before_the_signers_certificate_ends() -> None:
    office = issuer()
    end = SealVersion.objects.get(seal__org=office.org.id).valid_to
    assert end is not None
    told = []
    for days in (40, 29, 20, 6, 3, 0.5):
        with clock.frozen(end - timedelta(days=days)):
            told.append(warn_renewals(by=SYSTEM))
    assert told == [0, 1, 0, 1, 0, 1]
