"""The holder's own log, and objecting to a use: a task with a term for the issuing body's supervisor."""

from collections.abc import Iterator
from typing import Any

import pytest

from kapok.kernel.calendar.public import DayKind, SpecialDay
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, KapokError, NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.journal.public import follow_all, history, seal_new
from kapok.kernel.notices.public import inbox, opened
from kapok.kernel.reads.public import who_read
from kapok.kernel.tasks.public import my_tasks
from kapok.support.licences.actions.using import use_licence
from kapok.support.licences.actions.using_copies import own_download
from kapok.support.licences.actions.using_objections import answer_objection, object_to_use
from kapok.support.licences.jobs import AnswerDates
from kapok.support.licences.models import Licence, Objection, Use
from kapok.support.licences.tests.factories import Issuer, desk, issuer
from kapok.support.licences.tests.factories_using import Desk, Holder, desk_of, held, holder

pytestmark = pytest.mark.django_db
ITEM = "000199990001"


@pytest.fixture
def office() -> Issuer:
    return issuer()


@pytest.fixture
def user() -> Issuer:
    return issuer("深圳市用证测试局", seal=False, title="备案证")


@pytest.fixture
def me() -> Holder:
    return holder()


@pytest.fixture
def mine(office: Issuer, me: Holder) -> Licence:
    return held(office, me.party)


@pytest.fixture
def counter(user: Issuer, office: Issuer) -> Iterator[Desk]:
    with desk_of() as made:
        made.serve(user, ITEM, needs=(office.type.code,))
        yield made


@pytest.fixture
def use(user: Issuer, me: Holder, mine: Licence, counter: Desk) -> Use:
    case = counter.open(user, me.party)
    use_licence(mine.id, "duty", item_code=ITEM, case_number=case.number, by=user.clerk)
    return Use.objects.get()


@pytest.mark.feature("15.12", part="the holder reads caller, person, item, case, ground, fields and time")
def test_the_holder_reads_who_used_the_licence_and_nobody_else_does(me: Holder, use: Use) -> None:
    page = me.browser().get(f"/mine/licences/uses/{use.id}/").content.decode()
    for said in (use.caller, use.person, use.item_name, use.item_code, use.case_number, "材料", "名称", "依职责查验"):
        assert said in page, said
    assert use.caller in me.browser().get("/mine/licences/uses/").content.decode()
    other = holder("陈小岚").browser()
    assert other.get(f"/mine/licences/uses/{use.id}/").status_code == 404
    assert str(use.id) not in other.get("/mine/licences/uses/").content.decode()


@pytest.mark.feature("15.12", part="an objection opens a task with a term for the issuing body's supervisor, who answers")
def test_an_objection_is_answered_by_the_issuing_body_in_its_term(office: Issuer, user: Issuer, me: Holder, use: Use) -> None:
    row = object_to_use(use.id, "我没有办过这件事。", by=me.actor)
    assert row.due_at == clock.end_of(current_calendar().add_working_days(clock.today(), 10))
    assert [task.source for task in my_tasks(office.leader)] == [row.id]
    assert not my_tasks(user.leader) and not my_tasks(office.clerk), "the supervisor of who issued it, nobody else"
    for stranger in (user.leader, office.clerk):
        with pytest.raises(NotHere):
            answer_objection(row.id, True, "越权答复的内容", by=stranger)
    page = desk(office.leader).get(f"/work/licences/use/objections/{row.id}/").content.decode()
    assert "我没有办过这件事" in page and who_read(me.party.id)[0].about == row.id
    with pytest.raises(Invalid):
        answer_objection(row.id, None, "没有选结论", by=office.leader)
    answer_objection(row.id, True, "经查，该办件填错了申请人，已责令改正。", by=office.leader)
    assert not my_tasks(office.leader)
    row.refresh_from_db()
    assert row.state == Objection.FOUNDED
    with pytest.raises(KapokError) as again:
        answer_objection(row.id, False, "再答一次看看行不行", by=office.leader)
    assert again.value.code == "licences.answered_already"
    seal_new()
    follow_all()
    assert "您的用证异议已答复" in [letter.title for letter in opened(list(inbox(me.actor)))]
    mine = me.browser().get(f"/mine/licences/uses/{use.id}/").content.decode()
    assert "责令改正" in mine and "异议成立" in mine
    assert [entry.event for entry in history(row.id) if "objection" in entry.event] == [
        "licences.objection_made",
        "licences.objection_answered",
    ]
    assert "我没有办过".encode() not in bytes(row.sealed)


def test_an_objection_without_an_answer_is_overdue_once(office: Issuer, me: Holder, use: Use) -> None:
    row = object_to_use(use.id, "我没有办过这件事。", by=me.actor)
    with clock.frozen(row.due_at.replace(year=row.due_at.year + 1)):
        fire_due()
        fire_due()
        assert sorted(task.code for task in my_tasks(office.leader)) == ["answer", "overdue"]
        assert "超期未答" in me.browser().get(f"/mine/licences/uses/{use.id}/").content.decode()
        answer_objection(row.id, False, "使用有依据，已向您说明。", by=office.leader)
        assert not my_tasks(office.leader)
    assert len([entry for entry in history(row.id) if entry.event == "licences.objection_overdue"]) == 1


def test_one_objects_once_to_what_others_did_with_own_licences(me: Holder, mine: Licence, use: Use) -> None:
    with pytest.raises(NotHere):
        object_to_use(use.id, "这不是我的证照。", by=holder("陈小岚").actor)
    with pytest.raises(Invalid):
        object_to_use(use.id, "短", by=me.actor)
    object_to_use(use.id, "我没有办过这件事。", by=me.actor)
    with pytest.raises(KapokError) as twice:
        object_to_use(use.id, "我没有办过这件事。", by=me.actor)
    assert twice.value.code == "licences.objection_once"
    own_download(mine.id, "pdf", by=me.actor)
    with pytest.raises(KapokError) as own:
        object_to_use(Use.objects.order_by("-id")[0].id, "这是我自己做的。", by=me.actor)
    assert own.value.code == "licences.objection_own"


def test_due_dates_follow_an_amended_calendar(me: Holder, use: Use) -> None:
    row = object_to_use(use.id, "我没有办过这件事。", by=me.actor)
    day, calendar = clock.local(row.due_at).date(), current_calendar()
    amended = calendar.amended([SpecialDay(day, DayKind.HOLIDAY, "临时放假")], version=99)
    assert [(move.about, move.was) for move in AnswerDates().preview(amended)] == [(row.id, day)]
    AnswerDates().apply(amended, uuid7())
    row.refresh_from_db()
    assert clock.local(row.due_at).date() > day


def test_html_in_an_objection_is_words(office: Issuer, me: Holder, use: Use) -> None:
    evil: Any = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    row = object_to_use(use.id, evil, by=me.actor)
    answer_objection(row.id, True, evil, by=office.leader)
    for page in (me.browser().get(f"/mine/licences/uses/{use.id}/"), desk(office.leader).get(f"/work/licences/use/objections/{row.id}/")):
        assert "<img src=x" not in page.content.decode() and "&lt;img src=x" in page.content.decode()
