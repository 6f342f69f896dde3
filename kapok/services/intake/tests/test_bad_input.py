"""One corpus through every door of intake, page and API: a 4xx with a Chinese reason at the field, and nothing stored anywhere."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kapok.kernel.access.public import Actor
from kapok.kernel.accounts.public import Account, make_token, sign_up
from kapok.kernel.api.models import Answer
from kapok.kernel.documents.models import Document
from kapok.kernel.files.models import StoredFile
from kapok.kernel.files.public import file_response, open_file, stored
from kapok.kernel.files.tests import made
from kapok.kernel.jobs.models import Timer
from kapok.kernel.journal.models import Entry
from kapok.kernel.parties.models import Party
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.models import Act, Case, Dossier, Draft, Handed, Seat
from kapok.services.intake.tests import corpus
from kapok.services.intake.tests.factories import Office, desk, number, office
from kapok.services.intake.tests.law import payload
from kapok.services.items.tests.factories import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.feature("08.15", part="one corpus through the door")]

TABLES = (Case, Act, Dossier, Handed, Seat, Draft, Party, StoredFile, Document, Entry, Timer, Answer)
CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
SPECIAL = [{"kind": 2, "name": "听证", "basis": "行政许可法第四十六条"}]
PAPERS = {
    "m-application": "on", "m-application-originals": "1", "m-application-copies": "0",
    "m-plan": "on", "m-plan-originals": "0", "m-plan-copies": "2",
}  # fmt: skip
FILES = {one.title: one for one in corpus.bad_uploads()}
NAMES = [title for title, one in FILES.items() if one.code == "files.name_unsafe"]
"""Bad only by their names, which the reading of a form may make harmless on the way: they have a test of their own."""
REFUSED = [title for title in FILES if title not in NAMES]


def assert_none(faults: list[str]) -> None:
    assert not faults, "\n".join(faults)


def test_the_corpus_has_more_than_eighty_cases() -> None:
    typed = len(corpus.bad_answers()) + len(corpus.bad_persons()) + len(corpus.bad_papers())
    assert len(REFUSED) >= 80 and typed >= 60


@pytest.fixture
def here(db: None, tmp_path: Path) -> Office:
    small_province(tmp_path)
    return office(elements={"form": corpus.FORM, "special": SPECIAL})


@pytest.fixture
def token(here: Office) -> str:
    account = sign_up("测试己", number(), "16012345678", "synthetic-2026", by=SYSTEM)
    return make_token(account, "测试", by=SYSTEM)


def rows() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES}


def api(token: str, address: str, body: Any, **more: Any) -> Any:
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY=uuid4().hex, raise_request_exception=False)
    if isinstance(body, dict) and more.pop("form", False):
        return client.post(f"/api/intake/v1{address}", body)
    text = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False)
    return client.post(f"/api/intake/v1{address}", text, content_type="application/json")


def application(here: Office, answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    materials = [{"key": "application", "method": "paper", "originals": 1}, {"key": "plan", "method": "paper", "copies": 2}]
    return {"version": str(here.law.version_id), "answers": answers, "materials": materials, **changes}


def sheet(answers: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"number": number(), "name": "测试庚", **PAPERS, **{f"f-{key}": value for key, value in answers.items()}, **said}


def wrong_by_api(answer: Any, field: str, before: dict[str, int], code: str = "") -> str:
    """What is wrong with a refusal by the API; nothing when it is a 4xx with a Chinese reason at the field, and nothing was stored."""
    if not 400 <= answer.status_code < 500:
        return f"answered {answer.status_code}"
    said = [fault for fault in answer.json().get("faults", []) if fault["field"] == field]
    if not said or not CHINESE.search(said[0]["says"]) or "{" in said[0]["says"]:
        return f"says {answer.json()}"
    if code and code not in {fault["code"] for fault in said}:
        return f"says {[fault['code'] for fault in said]}, not {code}"
    return "" if rows() == before else f"left {stored_since(before)}"


def wrong_by_page(answer: Any, anchor: str, before: dict[str, int]) -> str:
    """The same for a page: the summary on top links to the field and says why."""
    if not 400 <= answer.status_code < 500:
        return f"answered {answer.status_code}"
    summary = re.search(r'class="error-summary".*?</div>', answer.content.decode(), re.DOTALL)
    said = re.findall(r'<a href="#([^"]*)">([^<]*)</a>', summary.group(0)) if summary else []
    words = [text for place, text in said if place == anchor]
    if not words or not CHINESE.search(words[0]) or "{" in words[0]:
        return f"says {said}"
    return "" if rows() == before else f"left {stored_since(before)}"


def stored_since(before: dict[str, int]) -> dict[str, int]:
    return {name: count - before[name] for name, count in rows().items() if count != before[name]}


def test_every_bad_file_is_refused_by_the_api(here: Office, token: str) -> None:
    faults, before, version = [], rows(), str(here.law.version_id)
    for title in REFUSED:
        bad = FILES[title]
        upload = SimpleUploadedFile(bad.name, bad.content, content_type="application/pdf")
        answer = api(token, "/files", {"version": version, "material": "plan", "file": upload}, form=True)
        code = bad.code if title in TAKEN_BY_TYPE else ""
        faults += [f"{title}: {wrong}" for wrong in [wrong_by_api(answer, "plan", before, code)] if wrong]
    assert_none(faults)


TAKEN_BY_TYPE = [title for title in REFUSED if FILES[title].name.endswith((".pdf", ".png", ".jpg"))]
"""Files of a type the material takes: refused for what is in them."""


def test_every_bad_file_is_refused_on_the_page_of_a_case(here: Office) -> None:
    case = here.accepted()
    asked = payload("request_special", "pause") | {"approver": str(here.leader.account)}
    act(case, "request_special", "pause", asked, by=here.approver)
    client, faults, before = desk(here.approver), [], rows()
    said = {"act": "conclude_special", "outcome": "concluded", "expect": Case.objects.get(id=case).sequence, "result": "听证完毕"}
    for title in REFUSED:
        bad = FILES[title]
        content = bad.content.ljust(20 * 1024 * 1024 + 1) if bad.code == "files.too_large" else bad.content
        upload = SimpleUploadedFile(bad.name, content, content_type="application/pdf")
        answer = client.post(f"/work/intake/cases/{case}/act/", {**said, "file": upload})
        wrong = wrong_by_page(answer, "id_conclude_special_concluded_file", before)
        faults += [f"{title}: {wrong}"] if wrong else []
    assert_none(faults)
    assert Case.objects.get(id=case).state == "special"


def test_every_bad_answer_is_refused_by_the_api(here: Office, token: str) -> None:
    before = rows()
    wrong = {bad.title: wrong_by_api(api(token, "/applications", application(here, bad.answers)), bad.at, before, bad.code)
             for bad in corpus.bad_answers()}  # fmt: skip
    assert_none([f"{title}: {words}" for title, words in wrong.items() if words])


@pytest.mark.parametrize("sort", ["answers", "persons", "papers"])
def test_everything_bad_is_refused_at_the_window(here: Office, sort: str) -> None:
    cases: dict[str, list[tuple[str, dict[str, Any], str]]] = {
        "answers": [(bad.title, sheet(bad.answers), f"f-{bad.at}") for bad in corpus.bad_answers()],
        "persons": [(bad.title, sheet(corpus.GOOD, **bad.said), bad.at) for bad in corpus.bad_persons()],
        "papers": [(bad.title, sheet(corpus.GOOD, **bad.said), f"m-{bad.material}") for bad in corpus.bad_papers()],
    }
    client, before, faults = desk(here.clerk), rows(), []
    for title, said, field in cases[sort]:
        posted = {name: value for name, value in said.items() if value != ""}
        wrong = wrong_by_page(client.post(f"/work/intake/window/{here.item.impl_code}/", posted), f"id_{field}", before)
        faults += [f"{title}: {wrong}"] if wrong else []
    assert_none(faults)


BODIES: dict[str, tuple[Any, int]] = {
    "no JSON": ("{", 400), "nothing": ("", 422), "a list": ([], 422), "answers that are a list": ({"answers": []}, 422),
    "a version that is no id": ({"version": "1"}, 422), "a version nobody published": ({"version": str(uuid4())}, 404),
    "an applicant who is another": ({"applicant": str(uuid4())}, 404), "materials without a key": ({"materials": [{}]}, 422),
    "copies below nothing": ({"materials": [{"key": "plan", "method": "paper", "copies": -2}]}, 422),
    "copies without end": ({"materials": [{"key": "plan", "method": "paper", "copies": 10**6}]}, 422),
    "a count as a text": ({"materials": [{"key": "plan", "copies": "两"}]}, 422),
    "a file of another": ({"materials": [{"key": "plan", "files": [str(uuid4())]}]}, 422),
    "a method nobody knows": ({"materials": [{"key": "plan", "method": "pigeon"}]}, 422),
    "the same material twice": ({"materials": [{"key": "plan", "method": "paper", "copies": 2}] * 2}, 422),
    "a channel nobody knows": ({"channel": "7"}, 422), "three megabytes": ({"answers": {"place": "x" * 3 * 1024 * 1024}}, 413),
    "a thousand levels": ('{"answers":' + "[" * 5000 + "]" * 5000 + "}", 400),
}  # fmt: skip


@pytest.mark.parametrize("title", BODIES)
def test_a_request_that_makes_no_sense_is_refused_with_a_reason(title: str, here: Office, token: str) -> None:
    body, status = BODIES[title]
    before = rows()
    answer = api(token, "/applications", application(here, corpus.GOOD) | body if isinstance(body, dict) else body)
    assert answer.status_code == status, answer.content[:300]
    assert CHINESE.search(answer.content.decode()), answer.content[:300]
    assert rows() == before


def test_the_same_application_again_within_the_set_time_is_refused_by_api_and_at_the_window(here: Office, token: str) -> None:
    assert api(token, "/applications", application(here, corpus.GOOD)).status_code == 201
    before = rows()
    again = api(token, "/applications", application(here, corpus.GOOD))
    assert (again.status_code, again.json()["code"]) == (409, "intake.duplicate") and "请勿重复提交" in again.json()["detail"]
    assert rows() == before
    digits, client, address = number(), desk(here.clerk), f"/work/intake/window/{here.item.impl_code}/"
    assert client.post(address, sheet(corpus.GOOD, number=digits)).status_code == 302
    before = rows()
    assert not wrong_by_page(client.post(address, sheet(corpus.GOOD, number=digits)), "id_again", before)
    assert client.post(address, sheet(corpus.GOOD, number=digits, again="on")).status_code == 302


def test_the_good_ones_pass_so_that_it_is_the_fault_that_is_refused(here: Office, token: str) -> None:
    upload = SimpleUploadedFile("plan.pdf", made.pdf(), content_type="text/plain")
    kept = api(token, "/files", {"version": str(here.law.version_id), "material": "plan", "file": upload}, form=True)
    assert kept.status_code == 201 and kept.json()["media_type"] == "application/pdf", "the type is read from the content"
    materials = [{"key": "application", "method": "paper", "originals": 1}, {"key": "plan", "files": [kept.json()["file"]]}]
    full = {
        **corpus.GOOD, "note": "两行\n说明", "area": "120.5", "capital": "1,000.50", "opened": "2020-02-29", "kind": "a",
        "uses": ["x", "y"], "own": "yes", "region": "440300", "phone": "16012345678", "keeper": corpus.PERSON, "code": corpus.COMPANY,
    }  # fmt: skip
    done = api(token, "/applications", application(here, full, materials=materials))
    assert done.status_code == 201, done.content
    assert Handed.objects.get(case=done.json()["case"], key="plan").files == [kept.json()["file"]]
    assert desk(here.clerk).post(f"/work/intake/window/{here.item.impl_code}/", sheet(full)).status_code == 302


def test_the_file_of_another_cannot_be_handed_in(here: Office, token: str) -> None:
    other = make_token(sign_up("测试辛", number(), "16012345679", "synthetic-2026", by=SYSTEM), "测试", by=SYSTEM)
    upload = SimpleUploadedFile("plan.pdf", made.pdf(), content_type="application/pdf")
    kept = api(other, "/files", {"version": str(here.law.version_id), "material": "plan", "file": upload}, form=True).json()["file"]
    before = rows()
    answer = api(token, "/applications", application(here, corpus.GOOD, materials=[{"key": "plan", "files": [kept]}]))
    assert not wrong_by_api(answer, "plan", before, "material.not_kept")


@pytest.mark.parametrize("title", NAMES)
def test_an_unsafe_name_is_refused_or_comes_in_without_what_made_it_unsafe(title: str, here: Office, token: str) -> None:
    before = rows()
    answer = raw_upload(token, str(here.law.version_id), FILES[title].name, FILES[title].content)
    if answer.status_code == 201:
        given_out = named(answer.json()["file"])
        assert given_out.isprintable() and not set(given_out) & set("/\\") and given_out.strip("."), given_out
    else:
        assert 400 <= answer.status_code < 500 and CHINESE.search(answer.content.decode()) and rows() == before


def raw_upload(token: str, version: str, name: str, content: bytes) -> Any:
    """A form as a hostile sender writes it, byte by byte."""
    fields = {"version": version, "material": "plan"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    body = b"".join(parts) + head.encode("utf-8", "surrogatepass") + content + b"\r\n--x--\r\n"
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY=uuid4().hex, raise_request_exception=False)
    return client.post("/api/intake/v1/files", body, content_type="multipart/form-data; boundary=x")


def named(file_id: str) -> str:
    """The name a file is given out under."""
    row = stored(UUID(file_id))
    return unquote(str(file_response(row, open_file(row)).headers["Content-Disposition"]).partition("filename*=UTF-8''")[2])


def window_api(here: Office, doer: Actor) -> str:
    return make_token(Account.objects.get(id=doer.account), "测试", by=SYSTEM)


def test_a_window_hands_in_by_api_only_for_items_it_serves(here: Office) -> None:
    other = office("深圳市另一局")
    applicant = Party.objects.get(id=Case.objects.get(id=here.case()).applicant_id)
    before = rows()
    token = window_api(here, other.clerk)
    before |= {"Entry": rows()["Entry"]}
    answer = api(token, "/applications", application(here, corpus.GOOD, applicant=str(applicant.id), channel="1"))
    assert (answer.status_code, answer.json()["code"]) == (403, "intake.window_not_serving") and rows() == before
