"""A file is checked, its report read, the good rows taken once; the bad ones come back to be mended."""

import csv
import io
import os
import zipfile
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection

from kapok.kernel.access.tests.factories import holder
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.crypto.public import SubjectForgotten
from kapok.kernel.imports import running, sheets
from kapok.kernel.imports.errors import NotNow
from kapok.kernel.imports.jobs import KEEP, forget_old
from kapok.kernel.imports.models import Batch, StagedRow, TakenKey
from kapok.kernel.imports.public import Taken, approve_batch, fault_counts, faulty_rows, group_counts, stop_batch, upload_batch, work_off
from kapok.kernel.imports.tests.kinds import CARDS, HEAD
from kapok.kernel.journal.public import Entry
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.tasks.models import Task

pytestmark = pytest.mark.django_db
BODY = "广州市市场监督管理局"
FULL = os.environ.get("KAPOK_FULL") == "1"


def sheet(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines)).encode()


def good(number: int) -> str:
    return f"K{number:06d},林小满,{BODY},2020-01-02,12.50"


def checked(content: bytes, clerk, name: str = "cards.csv") -> Batch:
    batch = upload_batch("test.cards", name, content, by=clerk)
    work_off()
    return Batch.objects.get(id=batch.id)


def taken(content: bytes, clerk, name: str = "cards.csv") -> Batch:
    batch = checked(content, clerk, name)
    approve_batch(batch.id, by=clerk)
    work_off()
    return Batch.objects.get(id=batch.id)


def cards() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from imports_test_card")
        return int(cursor.fetchone()[0])


def faulty_sheet(count: int) -> tuple[bytes, dict[str, set[int]]]:
    """A table in which every twentieth row has one of five faults; which line has which."""
    seeded: dict[str, set[int]] = {}
    lines = []
    for n in range(count):
        line, number = good(n), n + 2
        if n % 20 == 7:
            kind = n // 20 % 5
            code, line = (
                ("imports.missing", f"K{n:06d},,{BODY},2020-01-02,1"),
                ("imports.not_a_date", f"K{n:06d},林小满,{BODY},2020-13-40,1"),
                ("cards.unknown_body", f"K{n:06d},林小满,不存在的机构,2020-01-02,1"),
                ("imports.twice", good(n - 1)),
                ("cards.bad_number", f"K{n:06d}X,林小满,{BODY},2020-01-02,1"),
            )[kind]
            seeded.setdefault(code, set()).add(number)
        lines.append(line)
    return sheet(*lines), seeded


@pytest.mark.feature("15.15", part="machinery: the report equals the seed, a second run adds nothing")
def test_the_report_equals_the_seed_and_a_second_run_adds_nothing(clerk):
    """1,000 rows, with KAPOK_FULL 100,000; 5 % of them faulty."""
    count = 100_000 if FULL else 1_000
    content, seeded = faulty_sheet(count)
    wrong = sum(map(len, seeded.values()))
    assert wrong == count // 20
    batch = checked(content, clerk)
    assert (batch.state, batch.total, batch.faulty, batch.sound) == (Batch.CHECKED, count, wrong, count - wrong)
    assert cards() == 0, "a dry run stores nothing"
    found: dict[str, set[int]] = {}
    for row in faulty_rows(batch, CARDS, values=False):
        for _column, code, _says in row.faults:
            found.setdefault(code, set()).add(row.number)
    assert found == seeded
    assert {(one.code, one.count) for one in fault_counts(batch, CARDS)} == {(code, len(lines)) for code, lines in seeded.items()}
    approve_batch(batch.id, by=clerk)
    work_off()
    batch.refresh_from_db()
    assert (batch.state, batch.added, cards()) == (Batch.DONE, count - wrong, count - wrong)
    again = taken_or_nothing(content, clerk)
    assert (again.added, again.same, again.faulty, cards()) == (0, count - wrong, wrong, count - wrong)


def taken_or_nothing(content: bytes, clerk) -> Batch:
    batch = checked(content, clerk)
    assert batch.sound == 0
    with pytest.raises(NotNow):
        approve_batch(batch.id, by=clerk)
    return batch


def test_the_mended_sheet_of_faults_can_be_handed_in_again(clerk):
    content, _ = faulty_sheet(100)
    batch = taken(content, clerk)
    lines = [list(map(str, line)) for line in sheets.fault_lines(batch, CARDS)]
    assert lines[0] == ["编号", "姓名", "发证机关", "发证日期", "金额", "原行号", "错误代码", "错误说明"]
    for line in lines[1:]:
        line[0], line[1], line[2], line[3] = f"K9{line[5]:0>5}", "林大满", BODY, "2020-01-02"
    mended = taken(sheets.as_csv(lines), clerk, "mended.csv")
    assert (mended.added, mended.faulty, mended.strange) == (5, 0, ["原行号", "错误代码", "错误说明"])
    assert cards() == 100


def test_a_known_key_with_another_content_is_a_fault_not_a_change(clerk):
    taken(sheet(good(1)), clerk)
    batch = checked(sheet(good(1).replace("林小满", "林大满"), good(2)), clerk)
    assert [(row.number, row.faults[0][1]) for row in faulty_rows(batch, CARDS)] == [(2, "imports.differs")]
    assert batch.sound == 1


def test_what_the_kind_refuses_while_taking_is_named_and_can_come_again(clerk):
    batch = taken(sheet(good(1), good(2).replace("林小满", "拒收")), clerk)
    assert (batch.state, batch.added, batch.faulty) == (Batch.DONE, 1, 1)
    assert [row.faults[0][1:] for row in faulty_rows(batch, CARDS)] == [("cards.bad_name", "姓名不能导入。")]
    assert TakenKey.objects.count() == 1
    assert taken(sheet(good(2)), clerk).added == 1


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (f",林小满,{BODY},,", "number", "imports.missing"),
        (f"K{'1' * 30},林小满,{BODY},,", "number", "imports.too_long"),
        (f"4.40301E+17,林小满,{BODY},,", "number", "imports.digits_lost"),
        (f"K1,林小满,{BODY},昨天,", "issued", "imports.not_a_date"),
        (f"K1,林小满,{BODY},,十元", "sum", "imports.not_a_number"),
        (f"K1,林\x07,{BODY},,", "name", "imports.control"),
        (f"K1,林小满,{BODY},,,,多余", "", "imports.too_wide"),
        ("K1,林小满,无,,", "body", "cards.unknown_body"),
    ],
)
def test_every_fault_names_its_column_and_says_what_to_do(clerk, line, column, code):
    batch = checked(sheet(line), clerk)
    (row,) = faulty_rows(batch, CARDS)
    assert (row.number, row.faults[0][:2]) == (2, (column, code))
    assert row.faults[0][2] != code and "{" not in row.faults[0][2]


@pytest.mark.parametrize("day", ["2020-01-02", "2020/1/2", "2020年1月2日", "20200102", "2020.01.02", "2020-01-02 00:00:00"])
def test_dates_are_read_as_people_write_them(clerk, day):
    batch = checked(sheet(f'K1,林小满,{BODY},{day},"1,234.50"'), clerk)
    row = batch.rows.get()
    assert (row.state, row.faults) == (StagedRow.SOUND, [])


def test_gb18030_tabs_aliases_and_blank_lines_are_read(clerk):
    text = f"卡号\t姓 名*\t发证机关\n\nK1\t𬭎小满\t{BODY}\n\n"
    batch = taken(text.encode("gb18030"), clerk, "老系统.txt")
    assert (batch.added, batch.total) == (1, 1)


def test_a_workbook_is_read_with_its_dates_and_long_numbers(clerk):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["编号", "姓名", "发证机关", "发证日期", "金额", "备注"])
    page.append(["K000000000000000001", "林小满", BODY, clock.today(), 12.5, None])
    page.append([123456, "林大满", BODY, None, 3, "x"])
    out = io.BytesIO()
    book.save(out)
    batch = taken(out.getvalue(), clerk, "cards.xlsx")
    assert (batch.added, batch.faulty, batch.strange) == (2, 0, ["备注"])
    with connection.cursor() as cursor:
        cursor.execute("select number from imports_test_card order by 1")
        assert [row[0] for row in cursor.fetchall()] == ["123456", "K000000000000000001"]


def test_a_bundle_gives_a_row_per_file_and_names_what_cannot_be_read(clerk):
    from kapok.kernel.common.errors import KapokError

    class Broken(KapokError):
        code = "ofd.damaged"

    def read(name: str, content: bytes):
        if b"|" not in content:
            raise Broken
        return dict(zip(("number", "name", "body"), content.decode().split("|"), strict=True))

    kind = CARDS.__class__(**{**CARDS.__dict__, "read_file": read})
    running.import_kinds.put(CARDS.key, kind)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a/一.ofd", f"K1|林小满|{BODY}")
        package.writestr("b.ofd", "?")
        package.writestr("说明.txt", "x")
    batch = taken(out.getvalue(), clerk, "bundle.zip")
    assert (batch.added, batch.faulty, batch.strange) == (1, 1, ["说明.txt"])
    (row,) = faulty_rows(batch, kind)
    assert (row.file, row.faults[0][1]) == ("b.ofd", "imports.unreadable") and "ofd.damaged" in row.faults[0][2]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b\n1,2\n", "imports.columns_missing"),
        (HEAD.encode(), "imports.no_rows"),
        (b"", "imports.columns_missing"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "imports.not_a_table"),
        (b"\xff\xfe\xff\xff", "imports.damaged"),
        (b"PK\x03\x04broken", "imports.damaged"),
        (b"PK\x03\x04xl/workbook.xml", "imports.damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(clerk, content, code):
    batch = checked(content, clerk)
    assert (batch.state, batch.problem) == (Batch.REFUSED, code)


def test_a_workbook_that_swells_or_declares_entities_is_refused(clerk, monkeypatch):
    from kapok.kernel.imports.reading import zipped

    def package(sheet_xml: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr("xl/workbook.xml", b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>')
            made.writestr("xl/worksheets/sheet1.xml", sheet_xml)
        return out.getvalue()

    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    bomb = (
        b"<worksheet "
        + space
        + b"><sheetData><row><c t='inlineStr'><is><t>"
        + b" " * 5_000_000
        + b"</t></is></c></row></sheetData></worksheet>"
    )
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet ' + space + b"><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>"
    monkeypatch.setattr(zipped.measured, "__defaults__", (1_000_000,))
    assert checked(package(bomb), clerk).problem == "imports.too_large"
    assert checked(package(entity), clerk).problem == "imports.damaged"


def test_sheets_never_run_and_keep_long_numbers(clerk):
    batch = checked(sheet("=1+1,@林,-无,昨天,"), clerk)
    lines = list(csv.reader(io.StringIO(sheets.as_csv(sheets.fault_lines(batch, CARDS)).decode("utf-8-sig"))))
    assert lines[1][:3] == ["'=1+1", "'@林", "'-无"]
    book = openpyxl.load_workbook(io.BytesIO(sheets.as_xlsx(sheets.fault_lines(batch, CARDS), "错误")))
    assert [cell.data_type for cell in book.active[2]][:3] == ["s", "s", "s"]
    assert book.active["A2"].value == "=1+1" and book.active["A2"].number_format == "@"


def test_the_reconciliation_counts_by_group_and_sums_up(clerk):
    batch = taken(sheet(good(1), good(2), "K3,林小满,深圳市公安局,,", "K4,林小满,无,,"), clerk)
    counted = {one.group: (one.rows, one.added, one.faulty) for one in group_counts(batch)}
    assert counted == {BODY: (2, 2, 0), "深圳市公安局": (1, 1, 0), "无": (1, 0, 1)}
    assert list(sheets.group_lines(batch))[-1] == ["合计", 4, 3, 3, 0, 1]


def test_a_batch_told_to_stop_keeps_what_was_taken(clerk, monkeypatch):
    batch = checked(sheet(*map(good, range(1200))), clerk)
    approve_batch(batch.id, by=clerk)
    real = running.take_rows

    def stopping(*args, **said) -> Taken:
        done = real(*args, **said)
        stop_batch(batch.id, by=clerk)
        monkeypatch.setattr(running, "take_rows", real)
        return done

    monkeypatch.setattr(running, "take_rows", stopping)
    work_off()
    batch.refresh_from_db()
    assert (batch.state, batch.added, cards()) == (Batch.STOPPED, 500, 500)
    with pytest.raises(NotNow):
        stop_batch(batch.id, by=clerk)


def test_a_killed_worker_goes_on_where_it_was(clerk, monkeypatch):
    batch = checked(sheet(*map(good, range(1200))), clerk)
    approve_batch(batch.id, by=clerk)
    real, calls = running.take_rows, []

    def dying(*args, **said) -> Taken:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit("killed")
        return real(*args, **said)

    monkeypatch.setattr(running, "take_rows", dying)
    with pytest.raises(SystemExit):
        work_off()
    assert cards() == 500
    assert work_off() == 0, "somebody else may be at it"
    Batch.objects.filter(id=batch.id).update(beat=clock.wall() - timedelta(minutes=2))
    work_off()
    batch.refresh_from_db()
    assert (batch.state, batch.added, cards()) == (Batch.DONE, 1200, 1200)


def test_every_portion_has_its_entry_and_none_holds_a_value(clerk):
    batch = taken(sheet(*map(good, range(600))), clerk)
    entries = list(Entry.objects.filter(about=batch.id, event__startswith="imports.").order_by("id").values_list("event", "data"))
    assert [event for event, _ in entries] == ["imports.uploaded", "imports.approved", "imports.taken", "imports.taken"]
    assert [data["added"] for event, data in entries if event == "imports.taken"] == [500, 100]
    assert "林小满" not in str(entries)


def test_another_agency_sees_nothing_of_it(clerk):
    batch = checked(sheet(good(1)), clerk)
    stranger = holder("clerk", org=make_org("天河区市场监督管理局").id)
    other_role = holder("reviewer", org=clerk.org)
    for who in (stranger, other_role):
        for verb in (approve_batch, stop_batch):
            with pytest.raises(NotHere):
                verb(batch.id, by=who)
    with pytest.raises(NotHere):
        upload_batch("test.cards", "a.csv", sheet(good(2)), by=other_role)


def test_old_batches_are_forgotten_rows_file_and_key(clerk):
    batch = taken(sheet(good(1), good(2)), clerk)
    sealed = bytes(StagedRow.objects.filter(batch=batch).first().sealed)
    forget_old()
    assert batch.rows.count() == 2, "not yet"
    Batch.objects.filter(id=batch.id).update(beat=clock.wall() - KEEP - timedelta(days=1))
    forget_old()
    batch.refresh_from_db()
    assert (batch.rows.count(), batch.file, batch.forgotten, batch.added) == (0, None, True, 2)
    with pytest.raises(SubjectForgotten):
        running.unseal_json(batch.id, sealed, about=running.ABOUT)
    assert checked(sheet(good(1)), clerk).same == 1, "what was taken stays known"


def test_the_report_is_a_to_do_of_whoever_handed_the_file_in_until_he_decides(clerk):
    batch = checked(sheet(good(1)), clerk)
    task = Task.objects.get(source=batch.id)
    assert (task.owner, task.state, task.title) == (clerk.account, Task.OPEN, "核对导入报告：测试卡")
    assert task.title_en == "Read the import report: 测试卡" and task.link == f"/work/imports/{batch.id}/"
    approve_batch(batch.id, by=clerk)
    task.refresh_from_db()
    assert task.state == Task.DONE


@pytest.mark.parametrize("trouble", ["taken by another way", "a mistake in the kind", "a refusal of the kind"])
def test_a_row_nobody_can_take_is_named_and_holds_up_none(clerk, monkeypatch, trouble):
    """What the database or the kind stumbles over: that row is a fault, all others come in, and the batch behind has its turn."""

    def take(run, rows):
        if trouble.startswith("a ") and any(row.values["number"] == "K000003" for row in rows):
            raise IndexError if "mistake" in trouble else NotNow(state="")
        return CARDS.take(run, rows)

    monkeypatch.setitem(running.import_kinds._entries, CARDS.key, replace(CARDS, take=take))
    batch, behind = checked(sheet(*map(good, range(10))), clerk), checked(sheet(*map(good, range(20, 25))), clerk)
    if trouble.startswith("taken"):
        with connection.cursor() as cursor:
            cursor.execute("insert into imports_test_card values ('K000003', '', '')")
    for each in (batch, behind):
        approve_batch(each.id, by=clerk)
    work_off()
    for each in (batch, behind):
        each.refresh_from_db()
    assert [(each.state, each.added, each.faulty) for each in (batch, behind)] == [(Batch.DONE, 9, 1), (Batch.DONE, 5, 0)]
    (row,) = faulty_rows(batch, CARDS)
    assert (row.number, row.faults[0][1]) == (5, "imports.not_now" if "refusal" in trouble else "imports.not_taken")
    assert TakenKey.objects.count() == 14, "its key stays free"


def test_a_check_that_stumbles_ends_its_batch_and_no_other(clerk, monkeypatch):
    def check(run, rows):
        raise LookupError

    broken = upload_batch("test.cards", "a.csv", sheet(good(3)), by=clerk)
    monkeypatch.setitem(running.import_kinds._entries, CARDS.key, replace(CARDS, check_rows=check))
    work_off()
    monkeypatch.undo()
    assert checked(sheet(good(4)), clerk).state == Batch.CHECKED
    broken.refresh_from_db()
    assert (broken.state, broken.problem) == (Batch.REFUSED, "imports.broken")
