"""The papers of a case exist from the very statement that does the act: all of it or nothing, and printed once."""

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.accounts.public import open_account
from kapok.kernel.api.public import Key
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Conflict, NotHere
from kapok.kernel.crypto import keyring
from kapok.kernel.documents.public import data_of, document, document_for, documents_about, render
from kapok.kernel.jobs.models import Timer
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.journal.models import Entry
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions import act as act_module
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.apply import Application, apply
from kapok.services.intake.models import Act, Case, Handed
from kapok.services.intake.tests.factories import ANSWERS, PAPERS, Office, office, person
from kapok.services.items.tests.factories import SYSTEM, city_org, staff

SPECIAL = [
    {"kind": 1, "name": "延长审批", "basis": "行政许可法第四十二条", "days": 10},
    {"kind": 2, "name": "听证", "basis": "行政许可法第四十六条"},
]
FAULTS = [{"kind": "material", "key": "plan", "says": "缺第二页"}, {"kind": "field", "key": "place", "says": "写到门牌号"}]
NO = {"reason": "不属于本机关职权范围", "basis": "《行政许可法》第三十二条", "remedy": "可以依法申请行政复议。"}
ASK = {"procedure": "听证", "reason": "涉及公共利益", "basis": "《行政许可法》第四十六条"}
LONGER = {"reason": "情况复杂", "basis": "《行政许可法》第四十二条", "days": 5}
GRANTED = {"opinion": "准予"}
TABLES = (
    "intake_case", "intake_dossier", "intake_act", "intake_handed", "intake_seat", "jobs_timer", "documents_document", "journal_entry",
)  # fmt: skip


@pytest.fixture
def bureau(db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office("深圳市文书局", elements={"special": SPECIAL, "correction_in_examination": True})


def papers(case: Any) -> list[tuple[str, str]]:
    return [(each.template, each.number) for each in documents_about(case)]


def text_of(document_id: Any) -> str:
    pages = PdfReader(io.BytesIO(render(document_id))).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


@pytest.mark.feature("08.01", part="receipt in the deciding statement, made on first download")
def test_an_application_is_one_case_one_act_one_entry_and_one_receipt_whose_second_download_is_equal(bureau: Office) -> None:
    owner = person("林小满")
    with clock.frozen(clock.at(date(2026, 11, 25), 10, 20)):
        case = bureau.case(owner)
    row = Case.objects.get(id=case)
    assert (Act.objects.filter(case_id=case).count(), Entry.objects.filter(about=case).count()) == (1, 1)
    assert papers(case) == [("intake.receipt", row.serial)]
    paper = documents_about(case)[0]
    assert paper.file is None, "nothing is printed before somebody asks"
    first = render(paper.id)
    assert first == render(paper.id) and first.startswith(b"%PDF")
    text = text_of(paper.id)
    for words in ("收件回执", "林小满", row.serial, "深圳市文书局", "设计图纸", "2份", "2026年12月2日前"):
        assert words in text, words


@pytest.mark.feature("08.05", part="the document in the deciding statement")
def test_each_act_makes_its_paper_in_its_own_two_statements(bureau: Office) -> None:
    case = bureau.case()
    serial = Case.objects.get(id=case).serial
    approved = {"approver": str(bureau.leader.account)}
    course = [
        (bureau.clerk, "request_correction", "listed", {"faults": FAULTS}, "correction_notice"),
        (bureau.clerk, "accept_correction", "accepted", {}, "acceptance_notice"),
        (bureau.approver, "request_special", "extend", LONGER | approved, "extension_notice"),
        (bureau.approver, "request_special", "pause", ASK | approved, "special_notice"),
        (bureau.approver, "conclude_special", "concluded", {"result": "办毕", "file": "笔录"}, ""),
        (bureau.leader, "decide", "granted", GRANTED, "decision"),
    ]
    if len(bureau.law.steps) > 1:
        course[5:5] = [(bureau.approver, "examine", "pass", {"opinion": "同意"}, "")] * (len(bureau.law.steps) - 1)
    made = [("intake.receipt", serial)]
    for by, name, outcome, data, paper in course:
        keyring.clear()
        with CaptureQueriesContext(connection) as queries:
            done = act(case, name, outcome, data, by=by)
        remembered = ("calendar_", "licences_type_version")  # read anew now and then, whatever the act
        said = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        asked = [sql for sql in said if not any(word in sql for word in remembered)]
        assert len(asked) == 2 + 2 * ("approver" in data), [sql[:90] for sql in asked]
        number = done.number if paper == "acceptance_notice" else f"{serial}-{done.sequence}"
        made += [(f"intake.{paper}", number)] if paper else []
        assert papers(case) == made
    notice = next(each for each in documents_about(case) if each.template == "intake.acceptance_notice")
    number = Case.objects.get(id=case).number
    assert notice.number == number and len(number or "") == 43
    text = text_of(notice.id)
    assert (number or "?") in text and "决定予以受理" in text


@pytest.mark.feature("08.05", part="the document in the deciding statement")
@pytest.mark.parametrize(
    ("name", "outcome", "data", "paper", "said"),
    [
        ("accept", "refused", NO, "refusal_decision", ("不属于本机关职权范围", "行政复议")),
        ("request_correction", "listed", {"faults": FAULTS}, "correction_notice", ("设计图纸", "缺第二页", "场所地址", "写到门牌号")),
    ],
)
def test_a_paper_names_grounds_and_faults_as_the_act_gave_them(
    bureau: Office, name: str, outcome: str, data: dict[str, Any], paper: str, said: tuple[str, ...]
) -> None:
    case = bureau.case()
    act(case, name, outcome, data, by=bureau.clerk)
    found = documents_about(case)[-1]
    assert found.template == f"intake.{paper}"
    text = text_of(found.id)
    assert all(words in text for words in said)


def test_what_the_applicant_withdraws_and_the_agency_ends_has_its_paper_too(bureau: Office) -> None:
    case = bureau.case()
    act(case, "decide", "terminated", {"reason": "主体已注销"}, by=bureau.leader)
    assert papers(case)[-1][0] == "intake.termination_notice"
    assert "主体已注销" in text_of(documents_about(case)[-1].id)


@pytest.mark.feature("08.05", part="a failing write at each point leaves nothing")
@pytest.mark.parametrize(
    "table", ["intake_case", "intake_act", "numbers_counter", "jobs_timer", "documents_document", "journal_entry", "api_answer"]
)
def test_a_write_that_fails_anywhere_in_an_act_leaves_nothing_of_it(bureau: Office, table: str) -> None:
    case = bureau.case()
    before = _state(case)
    with breaking(table), pytest.raises(DatabaseError):
        act(case, "accept", "accepted", {}, by=bureau.clerk, key=_key(bureau))
    assert _state(case) == before
    act(case, "accept", "accepted", {}, by=bureau.clerk)
    assert (Case.objects.get(id=case).number or "").endswith("0001"), "the failed one left no hole"


@pytest.mark.feature("08.05", part="a failing write at each point leaves nothing")
@pytest.mark.parametrize("table", TABLES)
def test_a_write_that_fails_anywhere_in_an_application_leaves_nothing_of_it(bureau: Office, table: str) -> None:
    elsewhere = city_org("广州市代收局", "440100")
    window = staff("clerk", elsewhere)
    application = Application(bureau.law.version_id, person().id, ANSWERS, {}, PAPERS, "1", received_by=elsewhere.id)
    before = _all()
    with breaking(table), pytest.raises(DatabaseError):
        apply(application, by=window)
    assert _all() == before
    apply(application, by=window)
    assert Handed.objects.count() == before["intake_handed"] + 2


def test_an_act_that_came_too_late_leaves_no_paper(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = bureau.case()
    real = act_module.locked_for
    monkeypatch.setattr(act_module, "locked_for", lambda by, which: replace(real(by, which), sequence=7))
    with pytest.raises(Conflict):
        act(case, "accept", "accepted", {}, by=bureau.clerk)
    assert [template for template, _ in papers(case)] == ["intake.receipt"]


@pytest.mark.feature("08.06", part="document")
def test_a_paper_opens_for_its_applicant_and_those_who_see_the_case_and_for_nobody_else(bureau: Office) -> None:

    owner, other = person("甲一"), person("乙二")
    case = bureau.case(owner)
    paper = documents_about(case)[0]
    mine, theirs = (
        actor_of_account(open_account(f"citizen-{party.id}", "某", "person", party=party, by=SYSTEM).id) for party in (owner, other)
    )
    assert document_for(mine, paper.id).id == paper.id
    assert document_for(bureau.approver, paper.id).id == paper.id
    for stranger in (theirs, staff("clerk", city_org("广州市无关局", "440100"))):
        with pytest.raises(NotHere):
            document_for(stranger, paper.id)


@pytest.mark.feature("08.06", part="document")
def test_a_deemed_acceptance_says_so_and_bears_the_number(bureau: Office) -> None:

    with clock.frozen(clock.at(date(2026, 3, 2), 9)):
        case = bureau.case()
    with clock.frozen(clock.at(date(2026, 3, 10), 9)):
        assert fire_due() == 1
    row, paper = Case.objects.get(id=case), documents_about(case)[-1]
    assert (paper.template, paper.number, paper.issued_by) == ("intake.acceptance_notice", row.number, None)
    assert data_of(document(paper.id))["deemed"] is True
    assert "自收到申请之日起即为受理" in text_of(paper.id)


@pytest.mark.feature("08.08", part="limit for answering a correction in examination")
def test_a_correction_in_examination_sets_a_limit_that_is_printed_and_runs_out_by_itself(bureau: Office, settings: Any) -> None:

    settings.KAPOK_CORRECTION_LIMIT, settings.KAPOK_UNCORRECTED = "3 work_day", "close"
    with clock.frozen(clock.at(date(2026, 3, 2), 9)):
        case = bureau.accepted()
    with clock.frozen(clock.at(date(2026, 3, 3), 9)):
        act(case, "request_correction", "listed", {"faults": FAULTS}, by=bureau.approver)
    limit = clock.end_of(date(2026, 3, 6))
    assert Timer.objects.get(about=case).due_at == limit
    assert data_of(document(documents_about(case)[-1].id))["deadline"] == "2026-03-06"
    with clock.frozen(limit - timedelta(hours=1)):
        assert fire_due() == 0
    with clock.frozen(limit + timedelta(seconds=1)):
        assert fire_due() == 1
    row = Case.objects.get(id=case)
    assert (row.state, row.outcome) == ("closed", "uncorrected")
    assert papers(case)[-1][0] == "intake.termination_notice"
    assert not Timer.objects.filter(about=case).exists()


def _key(bureau: Office) -> Any:

    return Key(bureau.clerk.account, "k" * 10, "intake.act", b"0" * 32)


class breaking:
    """While it holds, every insert or update of one table fails in the database."""

    def __init__(self, table: str) -> None:
        self.table = table

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("create or replace function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$")
            when = "before insert or update or delete"
            cursor.execute(f"create trigger broken {when} on {self.table} for each row execute function broken()")
        self.savepoint = transaction.savepoint()

    def __exit__(self, *_: object) -> None:
        transaction.savepoint_rollback(self.savepoint)
        with connection.cursor() as cursor:
            cursor.execute(f"drop trigger broken on {self.table}")


def _all() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in (*TABLES, "numbers_counter", "api_answer"):
            cursor.execute(f"select count(*) from {table}")
            found[table] = cursor.fetchone()[0]
    return found


def _state(case: Any) -> tuple[Any, ...]:
    return Case.objects.filter(id=case).values_list("state", "sequence", "number", "clock").get(), _all()
