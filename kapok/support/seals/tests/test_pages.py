"""The desk's pages, by the people they are for: from an application to a sealed file."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.accounts.public import Account
from kapok.kernel.crypto.public import sm3
from kapok.kernel.files.public import StoredFile
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.tests.factories import small_province
from kapok.support.seals.data import SealFacts
from kapok.support.seals.models import Seal, SealTask, SealUse, StampDraft
from kapok.support.seals.public import SealRefused, use_seal
from kapok.support.seals.tests.factories import SHENZHEN, SYSTEM, account, desk, office, paper, pdf_paper, sealed_office, user_of, wish

pytestmark = pytest.mark.django_db
LETTER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def org(db: None, tmp_path: Any) -> Org:
    small_province(tmp_path)
    return office()


@pytest.fixture
def seal(org: Org) -> SealFacts:
    return sealed_office(org)


def upload(content: bytes = b"", name: str = "申请.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pdf_paper(), kind)


@pytest.mark.feature("18.03", part="screens")
def test_a_seal_is_applied_for_approved_made_and_enabled_on_the_pages_by_three_people(org: Org) -> None:
    leader, admin, maker = desk(account("leader", org)), desk(account("admin", org)), desk(account("operator", org))
    said = {"org": org.id, "kind": "agency", "name": "深圳市市场监督管理局", "reason": "首次制章", "file": upload()}
    made = leader.post("/work/seals/new/", said)
    assert made.status_code == 302, made.content.decode()
    seal = Seal.objects.get()
    page = f"/work/seals/{seal.id}/"
    assert leader.get(page).status_code == 200
    assert leader.post(f"{page}step/approve/", {"reason": "同意"}).status_code == 404
    assert admin.post(f"{page}step/approve/", {"reason": ""}).status_code == 422
    assert admin.post(f"{page}step/approve/", {"reason": "同意"}).status_code == 302
    kept = StoredFile.objects.count()
    refused = admin.post(f"{page}step/make/", {"reason": "制作", "file": upload()})
    assert StoredFile.objects.count() == kept, "what came with a refused step is not kept"
    assert leader.post("/work/seals/new/", {**said, "name": "", "file": upload()}).status_code == 422
    assert StoredFile.objects.count() == kept
    assert refused.status_code == 422 and "须由不同的人办理" in refused.content.decode()
    assert maker.get(f"{page}preview/")["Content-Type"] == "image/png"
    assert maker.post(f"{page}step/make/", {"reason": "制作"}).status_code == 302
    assert admin.post(f"{page}step/enable/", {"reason": "启用"}).status_code == 302
    shown = leader.get(page).content.decode()
    assert "启用" in shown and "首次制章" in shown
    assert maker.get(f"{page}picture/").content.startswith(b"\x89PNG")
    assert "深圳市市场监督管理局" in leader.get("/work/seals/").content.decode()


def test_an_application_names_every_wrong_field(org: Org) -> None:
    leader = desk(account("leader", org))
    page = leader.post("/work/seals/new/", {"org": "0", "kind": "agency", "name": "", "reason": ""})
    assert page.status_code == 422 and "没有这个单位" in page.content.decode()
    said = {"org": org.id, "kind": "department", "name": "x", "reason": ""}
    text = leader.post("/work/seals/new/", said).content.decode()
    for words in ("请填写印章名称", "请填写内设机构或个人名称", "请填写事由", "请选择文件"):
        assert words in text
    said = {"org": org.id, "kind": "agency", "name": "公章名称", "reason": "首次制章"}
    assert "须附文件" in leader.post("/work/seals/new/", said).content.decode()
    assert Seal.objects.count() == 0


def clerk_of(seal: SealFacts, org: Org) -> Any:
    who = user_of(seal, org)
    return desk(Account.objects.get(id=who.account))


@pytest.mark.feature("18.04", part="screens")
def test_a_clerk_seals_an_ofd_at_a_place_and_gets_it_back_with_its_entry(seal: SealFacts, org: Org) -> None:
    clerk = clerk_of(seal, org)
    begun = clerk.post("/work/seals/stamp/", {"file": upload(paper(pages=3), "许可决定.ofd", "application/ofd")})
    assert begun.status_code == 302, begun.content.decode()
    draft = begun["Location"].partition("?")[0]
    page = clerk.get(draft).content.decode()
    assert 'data-page="1"' in page and "骑缝章" in page and seal.name in page
    assert clerk.get(f"{draft}pages/2/")["Content-Type"] == "image/svg+xml"
    said = {
        "seal": seal.id,
        "mode": "position",
        "pages": "3",
        "x": "130",
        "y": "210",
        "reason": "颁发许可",
        "case_number": "深市监许〔2026〕1号",
    }
    assert "请填写事由" in clerk.post(draft, {**said, "reason": ""}).content.decode()
    assert "不在文件页面内" in clerk.post(draft, {**said, "x": "999"}).content.decode()
    assert "页码范围填写有误" in clerk.post(draft, {**said, "pages": "9"}).content.decode()
    sealed = clerk.post(draft, said)
    assert sealed.status_code == 302, sealed.content.decode()
    use = SealUse.objects.get()
    assert (use.reason, use.places[0]["page"], use.case_number) == ("颁发许可", 3, "深市监许〔2026〕1号")
    shown = clerk.get(sealed["Location"]).content.decode()
    assert "已盖章并记入用印记录" in shown and bytes(use.document_sm3).hex() in shown
    file = clerk.get(f"/work/seals/uses/{use.id}/file/")
    assert sm3(file.content) == bytes(use.sealed_sm3)
    assert StampDraft.objects.count() == 0
    assert clerk.get(f"/work/seals/uses/{use.id}/pages/3/").status_code == 200


@pytest.mark.parametrize(
    ("said", "count"), [({"mode": "keyword", "keyword": "深圳市市场监督管理局"}, 3), ({"mode": "straddle", "pages": "3"}, 3)]
)
def test_a_seal_goes_beside_every_keyword_or_over_the_edges_of_all_pages(
    seal: SealFacts, org: Org, said: dict[str, str], count: int
) -> None:
    clerk = clerk_of(seal, org)
    draft = clerk.post("/work/seals/stamp/", {"file": upload(paper(pages=3), "许可决定.ofd", "application/ofd")})["Location"].partition(
        "?"
    )[0]
    answer = clerk.post(draft, {"seal": seal.id, "reason": "颁发许可", **said})
    assert answer.status_code == 302, answer.content.decode()
    assert len(SealUse.objects.get().places) == count


def test_a_colleague_without_authorisation_is_offered_no_seal_and_sees_no_foreign_file(seal: SealFacts, org: Org) -> None:
    other = desk(account("clerk", org))
    draft = other.post("/work/seals/stamp/", {"file": upload(paper(), "a.ofd", "application/ofd")})["Location"].partition("?")[0]
    assert "您还没有获授权的印章" in other.get(draft).content.decode()
    answer = other.post(draft, {"seal": seal.id, "mode": "position", "pages": "1", "x": "10", "y": "10", "reason": "颁发许可"})
    assert answer.status_code == 422 and SealUse.objects.count() == 0
    assert clerk_of(seal, org).get(draft).status_code == 404


def test_a_pdf_is_sealed_on_the_page_too(seal: SealFacts, org: Org) -> None:
    clerk = clerk_of(seal, org)
    draft = clerk.post("/work/seals/stamp/", {"file": upload(pdf_paper(2), "a.pdf")})["Location"].partition("?")[0]
    assert 'data-page="2"' in clerk.get(draft).content.decode()
    said = {"seal": seal.id, "mode": "position", "pages": "2", "x": "100", "y": "200", "reason": "颁发许可"}
    assert clerk.post(draft, said).status_code == 302
    assert clerk.post("/work/seals/stamp/", {"file": upload(b"hello", "a.txt", "text/plain")}).status_code == 422
    assert clerk.post("/work/seals/stamp/", {}).status_code == 422


def test_the_log_is_filtered_and_exported(seal: SealFacts, org: Org) -> None:
    clerk = clerk_of(seal, org)
    draft = clerk.post("/work/seals/stamp/", {"file": upload(paper(), "a.ofd", "application/ofd")})["Location"].partition("?")[0]
    clerk.post(draft, {"seal": seal.id, "mode": "position", "pages": "1", "x": "10", "y": "10", "reason": "=危险公式"})
    use = SealUse.objects.get()
    boss = desk(account("leader", org))
    assert "=危险公式" in boss.get("/work/seals/uses/").content.decode()
    assert "没有用印记录" in boss.get("/work/seals/uses/?q=不存在").content.decode()
    assert str(use.id) in boss.get(f"/work/seals/uses/?q={bytes(use.document_sm3).hex()}").content.decode()
    table = boss.get("/work/seals/uses/export/").content.decode("utf-8-sig")
    assert "'=危险公式" in table and bytes(use.sealed_sm3).hex() in table
    assert boss.get(f"/work/seals/uses/{use.id}/file/").status_code == 404
    foreign = desk(account("leader", office("广州市市场监督管理局", "440100000000")))
    assert "没有用印记录" in foreign.get("/work/seals/uses/").content.decode()
    assert foreign.get(f"/work/seals/uses/{use.id}/").status_code == 404


def test_a_batch_is_applied_for_approved_and_sealed_on_the_pages(seal: SealFacts, org: Org) -> None:
    clerk, boss = clerk_of(seal, org), desk(account("leader", org))
    files = [upload(paper(f"决定{number}"), f"{number}.ofd", "application/ofd") for number in range(3)]
    made = clerk.post("/work/seals/tasks/new/", {"seal": seal.id, "files": files, "reason": "批量换证"})
    assert made.status_code == 302, made.content.decode()
    task = SealTask.objects.get()
    page = f"/work/seals/tasks/{task.id}/"
    assert boss.post(page, {"decide": "approve", "reason": "同意"}).status_code == 302
    sent = [upload(paper(f"决定{number}"), f"{number}.ofd", "application/ofd") for number in (0, 1, 9)]
    answer = clerk.post(page, {"seal": "1", "files": sent, "pages": "1", "x": "130", "y": "200"}).content.decode()
    assert answer.count("用印记录") >= 2 and "不在已批准的批量任务的清单中" in answer
    assert SealUse.objects.count() == 2


def test_people_are_authorised_and_lose_it_on_the_page(seal: SealFacts, org: Org) -> None:
    boss, who = desk(account("leader", org)), account("clerk", org)
    page = f"/work/seals/{seal.id}/authorise/"
    assert boss.post(page, {"account": who.id, "per_day": "0", "reason": ""}).status_code == 422
    assert boss.post(page, {"account": who.id, "per_day": "5", "reason": "窗口用章", "until": "2099-01-01"}).status_code == 302
    user = Seal.objects.get().users.get()
    assert boss.get(f"/work/seals/{seal.id}/users/{user.id}/end/").status_code == 200
    assert boss.post(f"/work/seals/{seal.id}/users/{user.id}/end/", {"reason": "调岗"}).status_code == 302
    assert Seal.objects.get().users.filter(ended_at=None).count() == 0


def test_operators_see_certificates_and_custody(seal: SealFacts) -> None:
    page = desk(account("operator", region=SHENZHEN)).get("/ops/seals/").content.decode()
    assert "电子印章签发机构" in page and "密钥托管" in page
    crl = page.partition("/api/seals/v1/pki/crl/")[2].partition('"')[0]
    anybody = desk(account())
    assert anybody.get(f"/api/seals/v1/pki/crl/{crl}").content[:1] == b"\x30"
    assert BytesIO(anybody.get(f"/api/seals/v1/pki/ca/{crl.replace('.crl', '.cer')}").content).read(1) == b"\x30"


def test_lists_ask_no_more_for_more_rows(seal: SealFacts, org: Org) -> None:
    boss = desk(account("admin", region=SHENZHEN))
    clerk = user_of(seal, org)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert boss.get(address).status_code == 200
        return len(found)

    use_seal(wish(seal), by=clerk)
    pages = ("/work/seals/", "/work/seals/uses/", f"/work/seals/{seal.id}/", "/work/seals/uses/export/")
    before = [asked(page) for page in pages]
    for number in range(4):
        sealed_office(office(f"深圳市第{number}局"))
        use_seal(wish(seal), by=clerk)
    assert [asked(page) for page in pages] == before and max(before) <= 10


def test_a_keeper_says_what_systems_use_the_seal_for(seal: SealFacts, org: Org) -> None:
    boss = desk(account("leader", org))
    page = f"/work/seals/{seal.id}/bindings/"
    assert "文书" in boss.get(page).content.decode()
    assert boss.post(page, {"about_kind": "nonsense"}).status_code == 422
    assert boss.post(page, {"about_kind": "file", "purpose": "A1"}).status_code == 302
    assert use_seal(wish(seal, purpose="A1"), by=SYSTEM).content
    assert boss.post(page, {"end": "file|A1"}).status_code == 302
    with pytest.raises(SealRefused):
        use_seal(wish(seal, purpose="A1"), by=SYSTEM)
    assert desk(account("clerk", org)).get(page).status_code == 403
