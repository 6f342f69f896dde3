"""Questions to the agency: asked, answered in time or not, put off, rated; seen by those they concern and nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest

from kapok.kernel.calendar.public import DayKind, SpecialDay
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, KapokError, NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import follow_all, history, seal_new
from kapok.kernel.notices.public import inbox, opened
from kapok.kernel.reads.public import who_read
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.tasks.public import my_tasks
from kapok.services.intake.tests.factories import Office, desk
from kapok.services.portal.actions.asking import answer_question, ask_question, extend_answer, rate_answer
from kapok.services.portal.jobs import AnswerDates
from kapok.services.portal.models import Question
from kapok.services.portal.queries.asking import is_overdue
from kapok.services.portal.queries.asking import opened as opened_question
from kapok.services.portal.rules import terms
from kapok.services.portal.tests.factories import Citizen, citizen, company, served

pytestmark = pytest.mark.django_db
ASKED = ("可以代办吗？", "我在外地，能不能请家人代办？")


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def place() -> Office:
    return served()


@pytest.fixture
def me() -> Citizen:
    return citizen()


def ask(place: Office, who: Citizen, **about: Any) -> Question:
    return ask_question(*ASKED, **(about or {"impl_code": place.item.impl_code}), by=who.actor)


def code_of(error: Any) -> str:
    return str(error.value.code)


@pytest.mark.feature("07.06", part="questions with a limit in working days, overdue, put off, answered, rated")
def test_a_question_is_due_in_working_days_answered_told_and_rated(place: Office, me: Citizen) -> None:
    friday = clock.at(date(2026, 9, 18), 10)
    with clock.frozen(friday):
        row = ask(place, me)
        assert row.due_at == clock.end_of(current_calendar().add_working_days(date(2026, 9, 18), terms("question")["answer"]))
        assert row.due_at == clock.end_of(date(2026, 9, 24)), "Sunday 20 September is worked (调休): 20, 21, 22, 23, 24"
        assert [task.source for task in my_tasks(place.clerk)] == [row.id]
        answer_question(row.id, "可以，请带上委托书。", by=place.clerk)
    row.refresh_from_db()
    assert (row.state, opened_question(row).answer) == ("answered", "可以，请带上委托书。")
    assert not my_tasks(place.clerk)
    seal_new()
    follow_all()
    assert [letter.title for letter in opened(list(inbox(me.actor)))] == ["您的咨询已答复"]
    with pytest.raises(KapokError) as again:
        answer_question(row.id, "再答一次", by=place.clerk)
    assert code_of(again) == "portal.already_answered"
    rate_answer(row.id, 3, by=me.actor)
    row.refresh_from_db()
    assert (row.state, row.rating) == ("rated", 3)
    with pytest.raises(KapokError) as twice:
        rate_answer(row.id, 1, by=me.actor)
    assert code_of(twice) == "portal.rated_already"
    events = [entry.event for entry in history(row.id) if entry.event.startswith("portal.")]
    assert events == ["portal.question_asked", "portal.question_answered", "portal.answer_rated"]


def test_an_answer_is_put_off_once_with_a_reason_before_its_limit(place: Office, me: Citizen) -> None:
    row = ask(place, me)
    for days, reason, field in ((0, "核实", "days"), (99, "核实", "days"), (3, "", "reason")):
        with pytest.raises(Invalid) as refused:
            extend_answer(row.id, days, reason, by=place.leader)
        assert [fault.field for fault in refused.value.faults] == [field]
    with pytest.raises(NotHere):
        extend_answer(row.id, 3, "核实", by=place.clerk)
    before = row.due_at
    extended = extend_answer(row.id, 3, "需要核实", by=place.leader)
    assert extended.due_at == clock.end_of(current_calendar().add_working_days(clock.local(before).date(), 3))
    with pytest.raises(KapokError) as again:
        extend_answer(row.id, 1, "再延", by=place.leader)
    assert code_of(again) == "portal.extended_already"
    seal_new()
    follow_all()
    assert any("需要核实" in letter.text for letter in opened(list(inbox(me.actor))))
    page = me.browser().get(f"/mine/questions/{row.id}/").content.decode()
    assert "需要核实" in page and "已延期" in page


def test_a_question_beyond_its_limit_is_flagged_to_both_and_cannot_be_put_off(place: Office, me: Citizen) -> None:
    row = ask(place, me)
    assert not is_overdue(row)
    clerk, mine = desk(place.clerk), me.browser()
    assert "没有超期未答的咨询" in clerk.get("/work/portal/questions/?tab=overdue").content.decode()
    Question.objects.filter(id=row.id).update(due_at=clock.now().replace(year=2020))
    assert "超期未答" in mine.get("/mine/questions/").content.decode()
    assert "超期未答" in mine.get(f"/mine/questions/{row.id}/").content.decode()
    assert str(row.id) in clerk.get("/work/portal/questions/?tab=overdue").content.decode()
    with pytest.raises(KapokError) as late:
        extend_answer(row.id, 1, "太忙", by=place.leader)
    assert code_of(late) == "portal.overdue_not_extended"


def test_a_question_is_seen_by_the_asker_and_the_agency_alone_and_every_opening_is_noted(place: Office, me: Citizen) -> None:
    row = ask(place, me)
    other, elsewhere = citizen("陈小岚"), served("深圳市别的局")
    assert other.browser().get(f"/mine/questions/{row.id}/").status_code == 404
    assert str(row.id) not in other.browser().get("/mine/questions/").content.decode()
    assert desk(elsewhere.clerk).get(f"/work/portal/questions/{row.id}/").status_code == 404
    with pytest.raises(NotHere):
        answer_question(row.id, "越权答复", by=elsewhere.clerk)
    with pytest.raises(NotHere):
        rate_answer(row.id, 1, by=other.actor)
    listed = desk(place.clerk).get("/work/portal/questions/").content.decode()
    assert ASKED[0] not in listed and not who_read(me.party.id), "a list opens nothing"
    assert ASKED[1] in desk(place.clerk).get(f"/work/portal/questions/{row.id}/").content.decode()
    assert [(note.what, note.about) for note in who_read(me.party.id)] == [("question", row.id)]
    assert ASKED[0] not in bytes(row.sealed).decode("latin-1")


def test_a_question_about_a_case_is_asked_by_its_applicant_alone(place: Office, me: Citizen) -> None:
    case = place.case(me.party)
    row = ask(place, me, case=case)
    assert (row.case_id, row.item_id) == (case, place.item.id)
    with pytest.raises(NotHere):
        ask(place, citizen("陈小岚"), case=case)
    assert ASKED[0] in me.browser().get(f"/mine/cases/{case}/").content.decode()
    firm = company(me)
    with pytest.raises(NotHere):
        ask_question(*ASKED, case=case, by=me.acting_for(firm))


def test_questions_that_cannot_be_asked_leave_nothing(place: Office, me: Citizen) -> None:
    silent = served("深圳市不咨询局", elements={"consult": False})
    with pytest.raises(KapokError) as refused:
        ask(silent, me)
    assert code_of(refused) == "portal.no_consulting"
    with pytest.raises(Invalid) as wrong:
        ask_question("", "短", impl_code=place.item.impl_code, by=me.actor)
    assert [fault.field for fault in wrong.value.faults] == ["title", "text"]
    with pytest.raises(NotHere):
        ask_question(*ASKED, impl_code="没有这个事项", by=me.actor)
    assert not Question.objects.exists()
    for _ in range(terms("question")["open_at_once"]):
        ask(place, me)
    with pytest.raises(KapokError) as many:
        ask(place, me)
    assert code_of(many) == "portal.too_many_questions"


@pytest.mark.feature("07.17", part="HTML in questions")
def test_html_in_a_question_is_words_on_every_page(place: Office, me: Citizen) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    row = ask_question(evil, evil * 2, impl_code=place.item.impl_code, by=me.actor)
    answer_question(row.id, evil, by=place.clerk)
    pages = [me.browser().get(address) for address in ("/mine/questions/", f"/mine/questions/{row.id}/")]
    pages.append(desk(place.clerk).get(f"/work/portal/questions/{row.id}/"))
    for page in pages:
        assert "<img src=x" not in page.content.decode() and "&lt;img src=x" in page.content.decode()


def test_due_dates_follow_an_amended_calendar(place: Office, me: Citizen) -> None:
    row = ask(place, me)
    day, calendar = clock.local(row.due_at).date(), current_calendar()
    amended = calendar.amended([SpecialDay(day, DayKind.HOLIDAY, "临时放假")], version=99)
    moves = AnswerDates().preview(amended)
    assert [(move.about, move.was, move.becomes) for move in moves] == [(row.id, day, calendar.next_working_day(day + timedelta(days=1)))]
    AnswerDates().apply(amended, uuid7())
    row.refresh_from_db()
    assert clock.local(row.due_at).date() == moves[0].becomes
