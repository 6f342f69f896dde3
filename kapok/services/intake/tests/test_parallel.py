"""Many at once: retries of one request, and acceptances of one item on one day. Real threads, real connections."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction
from django.test import Client

from kapok.kernel.access.public import Actor
from kapok.kernel.accounts.public import Account, make_token
from kapok.kernel.common import clock
from kapok.kernel.documents.models import Document
from kapok.kernel.journal.models import Entry
from kapok.kernel.numbers.models import Counter
from kapok.kernel.numbers.public import alarms
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.models import Act, Case
from kapok.services.intake.tests.factories import ANSWERS, PAPERS, Office, office, person
from kapok.services.items.tests.factories import SYSTEM

THREADS = 8
ACCEPTANCES = 1000


@pytest.fixture
def bureau(transactional_db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office("深圳市并行局")


def at_once(what: Callable[[int], Any], times: int) -> list[Any]:
    """The same from several threads, each with a connection of its own."""

    def one(number: int) -> Any:
        try:
            return what(number)
        finally:
            if number >= times - THREADS:
                connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(times)))


def token(actor: Actor) -> str:
    return make_token(Account.objects.get(id=actor.account), "测试", by=SYSTEM)


@pytest.mark.feature("08.05", part="parallel retries give one number")
def test_a_hundred_parallel_retries_give_one_case_and_one_number(bureau: Office) -> None:
    bearer = token(bureau.clerk)
    materials = [{"key": p.key, "method": p.method, "originals": p.originals, "copies": p.copies} for p in PAPERS]
    said = {
        "version": str(bureau.law.version_id), "answers": ANSWERS, "materials": materials, "applicant": str(person().id), "channel": "1",
    }  # fmt: skip
    applied = at_once(lambda _: post(bearer, "/applications", said, "one-application"), 100)
    assert [a.status_code for a in applied] == [201] * 100 and {a.json()["case"] for a in applied} == {applied[0].json()["case"]}
    case = Case.objects.get()
    accepted = at_once(lambda _: post(bearer, f"/cases/{case.id}/acts", {"act": "accept", "outcome": "accepted"}, "one-act"), 100)
    assert [a.status_code for a in accepted] == [200] * 100 and all(a.json() == accepted[0].json() for a in accepted)
    case.refresh_from_db()
    assert accepted[0].json()["number"] == case.number and (case.number or "").endswith("0001")
    assert [a.act for a in Act.objects.filter(case_id=case.id).order_by("sequence")] == ["apply", "accept"]
    assert Entry.objects.filter(about=case.id).count() == 2
    assert Document.objects.filter(about=case.id).count() == 2
    other = post(bearer, f"/cases/{case.id}/acts", {"act": "accept", "outcome": "refused", "data": {}}, "one-act")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.conflict")


def post(bearer: str, address: str, said: dict[str, Any], key: str) -> Any:
    client = Client(HTTP_HOST="localhost", HTTP_AUTHORIZATION=f"Bearer {bearer}", HTTP_IDEMPOTENCY_KEY=key)
    return client.post(f"/api/intake/v1{address}", json.dumps(said), content_type="application/json")


@pytest.mark.feature("08.06", part="gapless in parallel")
def test_a_thousand_parallel_acceptances_leave_no_gap_and_those_rolled_back_no_hole(bureau: Office) -> None:
    owners = [person() for _ in range(20)]
    with clock.frozen(clock.at(date(2026, 11, 25), 9)):
        cases = [bureau.case(owners[n % len(owners)]) for n in range(ACCEPTANCES)]

    class Undone(Exception):
        """The acceptance was done and is taken back whole."""

    def accept(number: int) -> None:
        with clock.frozen(clock.at(date(2026, 11, 25), 10)):
            if number % 10 == 0:
                with pytest.raises(Undone), transaction.atomic():
                    act(cases[number], "accept", "accepted", {}, by=bureau.clerk)
                    raise Undone
            act(cases[number], "accept", "accepted", {}, by=bureau.clerk)

    at_once(accept, ACCEPTANCES)
    numbers = sorted(Case.objects.values_list("number", flat=True))
    head = f"{bureau.item.impl_code}20261125"
    assert numbers == [f"{head}{n:04d}" for n in range(1, ACCEPTANCES + 1)]
    papers = Document.objects.filter(template="intake.acceptance_notice").values_list("about", "number")
    assert dict(papers) == dict(Case.objects.values_list("id", "number"))


@pytest.mark.feature("08.06", part="base 36 past 9,999, with an alarm")
def test_the_ten_thousandth_of_a_day_is_issued_in_base_36_and_alarmed(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(alarms, "_entries", {"test": lambda *said: heard.append(said)})
    with clock.frozen(clock.at(date(2026, 11, 25), 9)):
        cases: list[UUID] = [bureau.case() for _ in range(2)]
        Counter.objects.create(profile="serial4", key=f"{bureau.item.impl_code}20261125", value=9998)
        done = [act(case, "accept", "accepted", {}, by=bureau.clerk).number for case in cases]
    assert done[0].endswith("9999") and len(done[1]) == 43 and not done[1][-4:].isdigit()
    assert heard
