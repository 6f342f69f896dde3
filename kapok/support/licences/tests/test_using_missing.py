"""Why is my licence missing: each step of its way broken in turn gives the right answer and whose move it is (15.21)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kapok.kernel.common import clock
from kapok.kernel.journal.public import follow_all, seal_new
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.models import DirectoryEntry, Licence
from kapok.support.licences.queries import using_missing
from kapok.support.licences.queries.using_missing import Trace, why_missing
from kapok.support.licences.rules.using import Stuck, Way, steps_done, where_stuck
from kapok.support.licences.tests.factories import Issuer, catalogue_open, give_seal, issuer
from kapok.support.licences.tests.factories_using import Desk, Holder, desk_of, holder

NOW = clock.now()
WAY: dict[str, Any] = {
    "licence_result": True, "state": "closed", "outcome": "granted", "decided_at": NOW, "issued_at": NOW, "signed_at": NOW,
    "signing_code": "", "directory_at": NOW, "received_at": NOW, "is_province": True, "licence_state": "valid",
}  # fmt: skip


@pytest.mark.feature("15.21", part="each step broken in turn, as a rule")
@pytest.mark.parametrize(
    ("broken", "step", "code", "owner"),
    [
        ({"licence_result": False}, "case", "no_licence_result", "nobody"),
        ({"decided_at": None, "state": "correcting"}, "case", "waits_for_applicant", "applicant"),
        ({"decided_at": None, "state": "open"}, "case", "in_hand", "agency"),
        ({"outcome": "denied"}, "decided", "not_granted", "nobody"),
        ({"outcome": "withdrawn"}, "decided", "withdrawn", "nobody"),
        ({"issued_at": None}, "issued", "not_issued", "agency"),
        ({"signed_at": None}, "signed", "signing", "seals"),
        ({"signed_at": None, "signing_code": "seals.suspended"}, "signed", "signing_seals.suspended", "seals"),
        ({"licence_state": "revoked"}, "signed", "ended_revoked", "agency"),
        ({"directory_at": None}, "directory", "not_listed", "node"),
        ({"received_at": None}, "province", "not_received", "node"),
        ({"received_at": None, "is_province": False}, "province", "not_received", "province"),
    ],
)
def test_each_step_broken_in_turn_names_itself_and_its_owner(broken: dict[str, Any], step: str, code: str, owner: str) -> None:
    stuck = where_stuck(Way(**{**WAY, **broken}))
    assert stuck is not None and (stuck.step, stuck.code, stuck.owner) == (step, code, owner)
    states = dict(steps_done(stuck))
    assert states[step] == "stuck" and list(states.values()).count("stuck") == 1


def test_a_way_without_a_fault_is_done() -> None:
    assert where_stuck(Way(**WAY)) is None
    assert {state for _step, state in steps_done(None)} == {"done"}


@pytest.fixture
def me() -> Holder:
    return holder()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with desk_of() as made:
        yield made


def only(me: Holder) -> Trace:
    (trace,) = why_missing(me.party.id)
    return trace


def page_of(me: Holder) -> str:
    return me.browser().get("/mine/licences/missing/").content.decode()


@pytest.mark.django_db
@pytest.mark.feature("15.21", part="case, 办结, 签发, 签章 and catalogue, each broken for real")
def test_the_way_of_a_real_licence_is_told_step_by_step(me: Holder, desk: Desk) -> None:
    office = issuer("深圳市没有印章局", seal=False)
    said = {"type_codes": frozenset({office.type.code})}
    case = desk.open(office, me.party, office.item, state="correcting", **said)
    assert _said(only(me)) == ("case", "waits_for_applicant", "") and "等您补正" in page_of(me)
    case = desk.open(office, me.party, office.item, number=case.number, state="open", **said)
    assert _said(only(me)) == ("case", "in_hand", office.org.name) and office.org.name in page_of(me)
    closed: dict[str, Any] = {"state": "closed", "outcome": "granted", "decided_at": clock.now(), **said}
    case = desk.open(office, me.party, office.item, number=case.number, **closed)
    assert _said(only(me)) == ("issued", "not_issued", office.org.name) and "还没有签发" in page_of(me)
    issued = office.issue(me.party, case=case.id, case_number=case.number)
    assert _said(only(me)) == ("signed", "signing", office.org.name)
    drain()
    assert only(me).stuck.code == "signing_licences.no_seal" and "没有启用的电子印章" in page_of(me)
    give_seal(office.org)
    from kapok.support.licences.models import Signing

    Signing.objects.update(retry_at=None)
    drain()
    DirectoryEntry.objects.update(received_at=None)
    assert _said(only(me))[:2] == ("province", "not_received") and "两小时" in page_of(me)
    seal_new()
    follow_all()
    assert only(me).stuck is None and "可以使用" in page_of(me)
    with catalogue_open():
        DirectoryEntry.objects.filter(licence=issued.id).delete()
    assert _said(only(me))[:2] == ("directory", "not_listed")
    Licence.objects.update(state="cancelled")
    assert only(me).stuck.code == "ended_cancelled"


def _said(trace: Trace) -> tuple[str, str, str]:
    assert trace.stuck is not None
    return trace.stuck.step, trace.stuck.code, trace.owner


@pytest.mark.django_db
def test_what_was_not_granted_says_so_and_others_see_nothing(me: Holder, desk: Desk) -> None:
    office: Issuer = issuer(seal=False)
    desk.open(
        office, me.party, office.item, state="closed", outcome="denied", decided_at=clock.now(), type_codes=frozenset({office.type.code})
    )
    assert only(me).stuck == Stuck("decided", "not_granted", "nobody", only(me).case.decided_at)
    assert "没有准予" in page_of(me)
    assert "没有会产生证照的办件" in holder("陈小岚").browser().get("/mine/licences/missing/").content.decode()
    assert using_missing.why_missing(holder("王五").party.id) == []


@pytest.mark.django_db
def test_those_that_stop_come_first_and_cost_no_more_statements(me: Holder, desk: Desk) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office = issuer(seal=False)
    for n in range(12):
        desk.open(office, me.party, office.item, submitted_at=clock.now() - timedelta(days=n), type_codes=frozenset({office.type.code}))
    why_missing(me.party.id)
    with CaptureQueriesContext(connection) as asked:
        assert len(why_missing(me.party.id)) == 12
    assert len(asked) <= 5
