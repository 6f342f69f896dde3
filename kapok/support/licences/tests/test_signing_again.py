"""Signing goes on where something changed between two tries: another seal, a licence ended meanwhile."""

import threading
import time
from typing import Any

import pytest
from django.db import connections

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.files.public import store
from kapok.support.licences.actions import changing, signing
from kapok.support.licences.actions.signing import Made, drain, finish
from kapok.support.licences.models import Licence, Signing
from kapok.support.licences.queries.licences import holders_in, licence, opened
from kapok.support.licences.tests.factories import SYSTEM, give_seal, history, issuer
from kapok.support.seals.actions.steps import suspend_seal
from kapok.support.seals.public import active_seal


@pytest.mark.django_db
def test_a_seal_replaced_between_ofd_and_pdf_is_no_dead_end(monkeypatch: pytest.MonkeyPatch) -> None:
    office = issuer()
    issued = office.issue()

    def broken(document: Any) -> bytes:
        raise RuntimeError("no room on the disk")

    monkeypatch.setattr(signing.ofd, "write_pdf", broken)
    assert drain() == 0
    monkeypatch.undo()
    lost = active_seal(office.org.id)
    assert lost is not None
    suspend_seal(lost.id, reason="印章介质遗失", by=SYSTEM)
    give_seal(office.org)
    Signing.objects.update(retry_at=None)
    assert drain() == 1
    assert licence(issued.id).usable


@pytest.mark.django_db(transaction=True)
def test_ending_a_licence_while_it_is_being_signed_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    office = issuer(seal=False)
    issued, worker, told = office.issue(), uuid7(), dict[str, Any]()
    Signing.objects.update(worker=worker)
    waiting = Signing.objects.select_related("licence").get()
    files = [store(b"%PDF-1.4 " + kind, name="a.pdf", media_type="application/pdf", subject=None, by=None).id for kind in (b"1", b"2")]
    made = Made(files[0], files[1], b"1" * 32, b"2" * 32, clock.now(), holders_in(opened(waiting.licence)))

    def sign() -> None:
        try:
            told["signed"] = finish(waiting, made, worker)
        finally:
            connections.close_all()

    signer, real = threading.Thread(target=sign), changing._may

    def meanwhile(row: Licence, change: Any) -> None:
        if not signer.ident:
            signer.start()
            time.sleep(0.6)
        real(row, change)

    monkeypatch.setattr(changing, "_may", meanwhile)
    changing.cancel(issued.id, "签发错误", cause="error", by=office.leader)
    signer.join()
    assert told == {"signed": False}
    assert history(issued.id) == [("issue", "pending"), ("cancel", "cancelled")]
