"""What becomes of a licence: the table, the history that is only added to, the state at any moment, the second person."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, NotHere, Refused
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.tasks.models import Task
from kapok.support.licences.actions.changing import (
    Change,
    cancel,
    change,
    change_status,
    decide_request,
    extend,
    reissue,
    resume,
    revoke,
    suspend,
)
from kapok.support.licences.data import Asked, Changed
from kapok.support.licences.errors import CannotIssue, SamePerson
from kapok.support.licences.models import DirectoryEntry, Licence, StatusEntry, StatusRequest
from kapok.support.licences.queries.licences import face_of, facts_of_licence, licence, status_at, versions_of
from kapok.support.licences.rules import status
from kapok.support.licences.tests.factories import SYSTEM, Issuer, history, issuer, seal_by_hand, staff

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 3, 1, 9, tzinfo=clock.now().tzinfo)


@pytest.fixture
def office() -> Issuer:
    return issuer(seal=False)


def valid(office: Issuer, **said: Any) -> UUID:
    issued = office.issue(**said)
    seal_by_hand(issued.id)
    return issued.id


@pytest.mark.feature("15.06", part="each verb with a reason; 注销 names 正常 or 签发错误")
def test_suspending_resuming_and_ending(office: Issuer) -> None:
    id = valid(office)
    suspend(id, "涉嫌违法，调查期间暂扣", by=office.approver)
    assert licence(id).state == "suspended"
    with pytest.raises(Refused) as refused:
        reissue(id, "遗失", by=office.approver)
    assert (refused.value.code, refused.value.status) == ("licences.not_allowed", 409)
    assert "恢复" in refused.value.message()
    resume(id, "调查终结", by=office.approver)
    with pytest.raises(Refused) as reason:
        suspend(id, "  ", by=office.approver)
    assert reason.value.code == "licences.reason_missing"
    with pytest.raises(Refused) as cause:
        cancel(id, "持证人申请", cause="", by=office.approver)
    assert cause.value.code == "licences.cause_missing"
    cancel(id, "持证人申请注销", cause="normal", by=office.approver)
    assert history(id) == [
        ("issue", "pending"), ("seal", "valid"), ("suspend", "suspended"), ("resume", "valid"), ("cancel", "cancelled"),
    ]  # fmt: skip
    assert [e.operation for e in DirectoryEntry.objects.filter(licence=id).order_by("id")] == [
        "issue",
        "seal",
        "suspend",
        "resume",
        "cancel",
    ]
    with pytest.raises(Refused):
        resume(id, "反悔", by=office.approver)


@pytest.mark.feature("15.06", part="补制, 变更, 延续 give a new version and link the old")
def test_a_new_version_follows_and_the_old_one_is_changed(office: Issuer) -> None:
    id = valid(office)
    before = licence(id)
    done = change(id, {"place": "新示范路2号"}, "迁址", by=office.approver)
    assert isinstance(done, Changed)
    second = licence(done.licence)
    assert (second.version, second.number, second.lineage, second.state) == (2, before.number, before.lineage, "pending")
    assert second.identifier != before.identifier
    assert licence(id).state == "changed"
    assert face_of(second.id)["场所地址"] == "新示范路2号"
    assert face_of(id)["场所地址"] == "示范路1号"
    seal_by_hand(second.id)
    third = extend(second.id, date(2040, 1, 31), "期满延续", by=office.approver)
    assert isinstance(third, Changed)
    assert licence(third.licence).valid_to == date(2040, 1, 31)
    assert face_of(third.licence)["有效期至"] == "2040年1月31日"
    assert [v.version for v in versions_of(before.lineage)] == [1, 2, 3]
    seal_by_hand(third.licence)
    with pytest.raises(CannotIssue):
        change_status(third.licence, Change("change", "改", values={"nothing": "x"}), by=SYSTEM)


@pytest.mark.feature("15.06", part="a second person where the type says so; who asked does not confirm")
def test_a_second_person_confirms_what_the_type_says(office: Issuer) -> None:
    strict = issuer("广州市严格局", seal=False, second='"revoke", "cancel"')
    id = valid(strict)
    asked = revoke(id, "严重违法", by=strict.leader)
    assert isinstance(asked, Asked)
    assert licence(id).state == "valid"
    assert Task.objects.get(source=id, code="licences.confirm").state == Task.OPEN
    with pytest.raises(Refused) as twice:
        revoke(id, "再次", by=strict.leader)
    assert twice.value.code == "licences.request_open"
    with pytest.raises(SamePerson):
        decide_request(asked.request, True, by=strict.leader)
    with pytest.raises(Forbidden):
        decide_request(asked.request, True, by=strict.approver)
    other = staff("leader", strict.org)
    assert decide_request(asked.request, False, "证据不足", by=other) is None
    assert licence(id).state == "valid"
    asked = revoke(id, "补充证据后", by=strict.leader)
    assert isinstance(asked, Asked)
    done = decide_request(asked.request, True, by=other)
    assert done is not None
    assert licence(id).state == "revoked"
    last = StatusEntry.objects.filter(licence=id).order_by("-sequence")[0]
    assert (last.doer, last.confirmed_by) == (strict.leader.ref.label, other.ref.label)
    assert not Task.objects.filter(source=id, state=Task.OPEN).exists()
    assert StatusRequest.objects.filter(licence=id).count() == 2


@pytest.mark.feature("15.06", part="a second person where the type says so; who asked does not confirm")
def test_what_waits_for_a_second_person_ends_when_the_licence_is_changed_otherwise(office: Issuer) -> None:
    strict = issuer("广州市严格局", seal=False, second='"revoke"')
    id = valid(strict)
    asked = revoke(id, "严重违法", by=strict.leader)
    assert isinstance(asked, Asked)
    change_status(id, Change("suspend", "先行暂扣"), by=SYSTEM)
    assert StatusRequest.objects.get(id=asked.request).state == StatusRequest.OPEN, "a suspended licence may still be revoked"
    change_status(id, Change("cancel", "系统注销", "normal"), by=SYSTEM)
    request = StatusRequest.objects.get(id=asked.request)
    assert (request.state, request.opinion) == (StatusRequest.REFUSED, "证照已注销，不再复核。")
    assert not Task.objects.filter(source=id, state=Task.OPEN).exists()
    with pytest.raises(Refused) as late:
        decide_request(asked.request, True, by=staff("leader", strict.org))
    assert late.value.code == "licences.request_closed"


@pytest.mark.feature("15.06", part="another organisation's clerk may not")
def test_another_agency_does_nothing_here(office: Issuer) -> None:
    id = valid(office)
    stranger = staff("approver", make_org("佛山市别的局", level=3, region="440100000000"))
    with pytest.raises(NotHere):
        suspend(id, "无权", by=stranger)
    with pytest.raises(Forbidden) as forbidden:
        suspend(id, "窗口无此权限", by=office.clerk)
    assert forbidden.value.status == 403
    assert licence(id).state == "valid"


@pytest.mark.feature("15.07", part="append-only")
def test_the_history_is_only_added_to(office: Issuer) -> None:
    id = valid(office)
    for statement in (
        "update licences_status set state = 'valid' where licence_id = %s",
        "delete from licences_status where licence_id = %s",
    ):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [id])


@pytest.mark.feature("15.07", part="过期 is derived, never stored")
def test_expiry_is_read_from_the_last_day(office: Issuer) -> None:
    id = valid(office, valid_to=clock.today())
    assert licence(id).usable
    row = Licence.objects.get(id=id)
    tomorrow = clock.at(clock.today() + timedelta(days=1)) + timedelta(hours=1)
    later = facts_of_licence(row, tomorrow)
    assert (later.state, later.expired, later.usable) == ("expired", True, False)
    assert status_at(id, tomorrow) == "expired"
    assert row.state == "valid"
    assert "expired" not in set(StatusEntry.objects.values_list("state", flat=True))


VERBS = [verb for verb in status.status_table().verbs if verb not in ("issue", "seal")]


@pytest.mark.feature("15.07")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(VERBS), st.integers(1, 200), st.booleans()), max_size=9))
def test_any_walk_agrees_with_a_model(office: Issuer, steps: list[tuple[str, int, bool]]) -> None:
    """The model: a dictionary of the law, and a list of what happened when. Every refusal and every past moment must agree."""
    law = {
        "suspend": ({"valid"}, "suspended"),
        "resume": ({"suspended"}, "valid"),
        "cancel": ({"pending", "valid", "suspended"}, "cancelled"),
        "withdraw": ({"valid", "suspended"}, "withdrawn"),
        "revoke": ({"valid", "suspended"}, "revoked"),
        "transfer": ({"valid"}, "transferred"),
        "reissue": ({"valid"}, "changed"),
        "change": ({"valid"}, "changed"),
        "extend": ({"valid"}, "changed"),
    }
    with moved_clock() as move:
        id = office.issue(valid_from=DAY.date(), valid_to=DAY.date() + timedelta(days=400)).id
        happened = {id: [(clock.now(), "pending")]}
        for verb, days, seals in steps:
            move(days)
            if seals and happened[id][-1][1] == "pending":
                seal_by_hand(id)
                happened[id].append((clock.now(), "valid"))
                move(1)
            before, after = law[verb]
            what = Change(verb, "理由", "normal" if verb == "cancel" else "", valid_to=clock.today() + timedelta(days=30))
            if happened[id][-1][1] not in before:
                with pytest.raises(Refused) as refused:
                    change_status(id, what, by=office.approver)
                assert refused.value.status == 409
                continue
            done = change_status(id, what, by=office.approver)
            assert isinstance(done, Changed)
            happened[id].append((clock.now(), after))
            if done.licence != id:
                id = done.licence
                happened[id] = [(clock.now(), "pending")]
        for each, told in happened.items():
            agree(each, told)


def agree(id: UUID, told: list[tuple[datetime, str]]) -> None:
    """The state before, at and after every step, and long after the last."""
    end = Licence.objects.get(id=id).valid_to
    moments = [m + timedelta(seconds=s) for m, _ in told for s in (-1, 0, 1)] + [told[-1][0] + timedelta(days=2000)]
    for moment in moments:
        expected = None
        for when, state in told:
            if when <= moment:
                expected = state
        if expected == "valid" and end is not None and clock.local(moment).date() > end:
            expected = "expired"
        assert status_at(id, moment) == expected


class moved_clock:
    """Legal time that a test moves by days."""

    def __enter__(self) -> Any:
        self.now = DAY
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(clock, "now", lambda: self.now)
        return self.move

    def move(self, days: int) -> None:
        self.now += timedelta(days=days)

    def __exit__(self, *exc: object) -> None:
        self.patch.undo()
