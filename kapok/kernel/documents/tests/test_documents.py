"""A document exists from its transaction on; its paper is made once."""

import io
import threading
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from kapok.kernel.access.public import ANONYMOUS, Actor, system_actor
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto import public as crypto
from kapok.kernel.documents import public as documents
from kapok.kernel.documents.templates import Template, _found
from kapok.kernel.documents.tests.conftest import COMMON
from kapok.kernel.documents.typesetting import ROOT
from kapok.kernel.files.public import StoredFile
from kapok.kernel.journal.public import Entry

pytestmark = [
    pytest.mark.django_db, pytest.mark.usefixtures("node_files", "kinds"), pytest.mark.feature("08.06", part="document"),
]  # fmt: skip
BY = system_actor("test")


@pytest.fixture
def kinds():
    """A paper that is sealed and one that never is."""
    path = ROOT / "kernel/documents/tests/plain.typ"
    _found()["test.notice"] = {1: Template("test.notice", 1, "告知书", path)}
    _found()["test.slip"] = {1: Template("test.slip", 1, "凭证", path, needs_seal=False)}
    yield
    _found().pop("test.notice"), _found().pop("test.slip")


def issued(template: str = "test.notice", **more) -> documents.Document:
    about = uuid7()
    given = {"about_kind": "case", "about": about, "subject": about, "data": COMMON, "number": f"N{about}", "by": BY, **more}
    return documents.issue_document(template, **given)


def test_issuing_makes_one_row_with_number_and_sealed_data_one_journal_entry_and_no_file(node_files):
    row = issued()
    row.refresh_from_db()
    assert (row.state, row.file_id, row.number) == ("unsealed", None, f"N{row.about}")
    assert "林小满".encode() not in bytes(row.sealed) and documents.data_of(row)["recipient"] == "林小满"
    (entry,) = Entry.objects.filter(about=row.about)
    assert entry.event == "documents.issued" and "林小满" not in str(entry.data)
    assert not node_files.exists()


def test_a_second_download_is_equal_byte_for_byte_even_if_the_template_has_changed_since(kinds, monkeypatch):
    row = issued()
    first = documents.render(row.id)
    assert first.startswith(b"%PDF-")
    _found()["test.notice"] = {1: Template("test.notice", 1, "另一个标题", ROOT / "kernel/documents/tests/broken.typ")}
    assert documents.render(row.id) == first
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_first_downloads_at_once_get_the_same_bytes_and_keep_one_file():
    row, got = issued(), []

    def work() -> None:
        try:
            got.append(documents.render(row.id))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8 and len(set(got)) == 1
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_decision_leaves_neither_document_nor_number():
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = issued(number="", number_key="K")
        assert lost.number == "K0001"
        raise RuntimeError
    assert not documents.Document.objects.filter(id=lost.id).exists()
    assert issued(number="", number_key="K").number == "K0001"


def test_a_number_is_given_once_per_kind_of_paper():
    issued(number="一号")
    issued("test.slip", number="一号")
    with pytest.raises(IntegrityError), transaction.atomic():
        issued(number="一号")


def test_issuing_costs_a_fixed_number_of_statements_and_the_row_alone_none(django_assert_num_queries):
    subject = uuid7()
    crypto.ensure_key(subject)
    with django_assert_num_queries(0):
        row = documents.issue_row("test.notice", about_kind="case", about=subject, subject=subject, number="x", data=COMMON, by=BY)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"insert into documents_document ({documents.COLUMNS}) select {documents.CASTS}", row.params)
    assert documents.data_of(documents.document(row.id))["item"] == COMMON["item"]
    with transaction.atomic(), django_assert_num_queries(4):  # savepoint, document, entry, release
        issued(about=subject, subject=subject)


def test_a_folded_document_takes_the_number_its_statement_makes_and_prints_it():
    case = uuid7()
    crypto.ensure_key(case)
    data = {**COMMON, "number_is": "case"}
    row = documents.issue_row("test.notice", about_kind="case", about=case, subject=case, number="", data=data, by=BY)
    sql, params = row.fold("u", "u.number")
    with connection.cursor() as cursor:
        cursor.execute(f"with u as (select %s::text || '0008' as number) {sql}", ["44010420261125", *params])
    found = documents.document(row.id)
    assert found.number == "440104202611250008"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(documents.render(row.id))).pages)
    assert "办件编号440104202611250008" in text.replace("\n", "").replace(" ", "")


def test_a_folded_document_of_an_act_not_done_does_not_exist():
    case = uuid7()
    crypto.ensure_key(case)
    row = documents.issue_row("test.notice", about_kind="case", about=case, subject=case, number="x", data=COMMON, by=BY)
    sql, params = row.fold("u")
    with connection.cursor() as cursor:
        cursor.execute(f"with u as (select 1 where false) {sql}", params)
    with pytest.raises(NotHere):
        documents.document(row.id)


@pytest.mark.django_db(transaction=True)
def test_without_a_seal_provider_the_document_waits_and_gets_its_seal_later(seal):
    from kapok.kernel.documents.ports import sealers

    stamp = sealers._entries.pop("seal")
    row = issued()
    before = documents.render(row.id)
    assert documents.render(row.id) == before == documents.reseal(row.id)
    assert documents.document(row.id).state == "unsealed"
    sealers.put("seal", stamp)
    after = documents.render(row.id)
    assert b"% sealed by" in after and documents.render(row.id) == after == documents.reseal(row.id)
    assert documents.document(row.id).state == "issued"
    assert StoredFile.objects.count() == 1


def test_with_a_seal_provider_the_paper_is_sealed_at_once(seal):
    row = issued()
    assert "广州市越秀区市场监督管理局" in documents.render(row.id)[-100:].decode("utf-8", "ignore")
    assert documents.document(row.id).state == "issued"


def test_a_seal_that_cannot_be_used_now_gives_a_marked_paper_that_is_not_kept(seal):
    row = issued()
    seal.broken = KapokError()
    assert b"% sealed by" not in documents.render(row.id)
    assert StoredFile.objects.count() == 0
    seal.broken = None
    assert b"% sealed by" in documents.render(row.id)


def test_forgetting_the_subject_makes_data_and_paper_unreadable_and_keeps_the_number():
    row = issued()
    documents.render(row.id)
    crypto.forget(row.subject)
    for ask in (lambda: documents.render(row.id), lambda: documents.data_of(documents.document(row.id))):
        with pytest.raises(crypto.SubjectForgotten):
            ask()
    assert documents.documents_about(row.about)[0].number == row.number


def person() -> Actor:
    account = uuid7()
    return Actor(ActorRef("person", "申请人", account=account), account=account, kind="person")


@pytest.fixture
def owner():
    anna = person()
    documents.readers.put("letter", lambda actor, document: actor.account == anna.account)
    yield anna
    documents.readers._entries.pop("letter")


def test_a_document_is_found_only_by_whom_its_app_lets_read_it(owner):
    row = issued(about_kind="letter")
    assert documents.document_for(owner, row.id).id == row.id
    orphan = issued(about_kind="nobody")
    for actor, which in ((person(), row.id), (ANONYMOUS, row.id), (owner, uuid7()), (owner, orphan.id)):
        with pytest.raises(NotHere):
            documents.document_for(actor, which)


def download(rf, actor: Actor, document_id: UUID):
    from kapok.kernel.documents.web.pages import download as view

    request = rf.get("/")
    request.actor = actor
    return view(request, document_id=document_id)


def test_the_download_is_a_pdf_for_its_owner_a_sign_in_for_nobody_and_absent_for_others(rf, owner):
    row = issued(about_kind="letter")
    response = download(rf, owner, row.id)
    assert response["Content-Type"] == "application/pdf" and response.content == documents.render(row.id)
    assert response["Cache-Control"] == "private, no-store"
    assert download(rf, ANONYMOUS, row.id).status_code == 302
    with pytest.raises(NotHere):
        download(rf, person(), row.id)
