"""The papers of a case: each says what the law wants said, on one A4 page when nothing is unusual."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from kapok.kernel.documents.public import template, templates
from kapok.kernel.documents.typesetting import typeset

pytestmark = pytest.mark.feature("08.06", part="document")

COMMON = {
    "agency": "广州市越秀区市场监督管理局", "issued_on": "2026-11-25", "recipient": "林小满", "item": "食品经营许可（新办）",
    "item_code": "11440104007510892J4440131040001", "serial": "440104202611251234561",
    "case_number": "11440104007510892J4440131040001202611250008", "phone": "020-12345", "supervise_phone": "12345",
    "window": "越秀区政务服务中心三楼 12 号窗口", "served_at": "2026-11-25 10:20",
}  # fmt: skip
LAW = ["《中华人民共和国行政许可法》第三十二条"]
REMEDY = "如不服本决定，可以依法申请行政复议或者提起行政诉讼。"
PAPERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "receipt": (
        {"applied_at": "2026-11-25 10:20", "channel": "网上申办", "acceptance_due": "2026-12-02",
         "materials": [{"name": f"材料{n}", "form": "复印件", "count": f"{n} 份"} for n in range(1, 6)]},
        ("收件回执", "2026年12月2日前", "材料5", "5份", "440104202611251234561", "待用印"),
    ),
    "acceptance_notice": (
        {"applied_on": "2026-11-24", "accepted_on": "2026-11-25", "promised": "10 个工作日", "promised_due": "2026-12-09",
         "statutory": "20 个工作日", "statutory_due": "2026-12-23", "fees": ["不收费"]},
        ("受理通知书", "决定予以受理", "2026年12月9日（10个工作日）", "2026年12月23日", "202611250008", "送达"),
    ),
    "refusal_decision": (
        {"applied_on": "2026-11-24", "reason": "申请事项依法不属于本机关职权范围。", "basis": LAW, "remedy": REMEDY},
        ("不予受理决定书", "不属于本机关职权范围", "行政许可法》第三十二条", "决定不予受理", "行政复议"),
    ),
    "correction_notice": (
        {"applied_on": "2026-11-24", "faults": [{"what": "营业执照", "says": "请上传副本。"}, {"what": "地址", "says": "请写全。"}],
         "deadline": "2026-12-09"},
        ("补正告知书", "一次性告知", "营业执照", "请写全", "2026年12月9日前"),
    ),
    "extension_notice": (
        {"reason": "复查尚未完成", "basis": LAW, "days": "10 个工作日", "due_before": "2026-12-09", "due_after": "2026-12-23"},
        ("延期告知书", "延长10个工作日", "负责人批准", "2026年12月23日"),
    ),
    "special_notice": (
        {"procedure": "专家评审", "reason": "涉及新工艺", "basis": LAW, "started_on": "2026-11-26", "expected": "约 15 个工作日"},
        ("特别程序告知书", "专家评审", "不计入办理时限"),
    ),
    "decision": (
        {"outcome": "granted", "outcome_text": "准予许可", "accepted_on": "2026-11-25", "basis": LAW, "licence_name": "食品经营许可证"},
        ("决定：准予许可", "食品经营许可证"),
    ),
    "termination_notice": ({"kind": "uncorrected", "deadline": "2026-12-09"}, ("终止", "仍未提交补正材料")),
    "withdrawal_notice": ({"withdrawn_at": "2026-11-27 15:03", "reason": "经营地点变更"}, ("撤回", "经营地点变更")),
    "collection_slip": (
        {"results": [{"name": "食品经营许可证", "number": "JY1", "copies": "1"}],
         "collected_by": "林小满", "id_masked": "4401****1234"},
        ("领取凭证", "JY1", "领取人签名", "4401****1234"),
    ),
}  # fmt: skip


def paper(name: str, data: dict[str, Any]) -> tuple[str, int]:
    kind = template(f"intake.{name}")
    pdf = typeset(kind, data, number="越市监受〔2026〕128号", issued_at=datetime(2026, 11, 25, tzinfo=UTC), sealed=False)
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", ""), len(pages)


def test_every_paper_of_intake_stands_in_this_table():
    assert {kind.key for kind in templates() if kind.key.startswith("intake.")} == {f"intake.{name}" for name in PAPERS}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_what_it_must_on_one_page(name):
    own, said = PAPERS[name]
    text, pages = paper(name, {**COMMON, **own})
    for words in (*said, "广州市越秀区市场监督管理局", "林小满", "越市监受〔2026〕128号", "2026年11月25日"):
        assert words in text, words
    assert pages == 1
    assert ("待用印" in text) is (name != "collection_slip")


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_can_be_made_from_the_least_data(name):
    text, _ = paper(name, {"agency": "某局", "issued_on": "2026-11-25", "item": "事项"})
    assert "某局" in text


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_with_very_long_content_runs_over_pages_and_loses_nothing(name):
    own, _ = PAPERS[name]
    agency = "广东省某某某某某某某某某某某某某某管理委员会综合行政执法局"
    long = {"agency": agency, "item": "事" * 180, "reason": "因" * 900, "basis": LAW * 6}
    many = {"materials": [{"name": f"材料{n}", "form": "电子件", "count": "1 份"} for n in range(60)],
            "faults": [{"what": f"材料{n}", "says": "请" * 60} for n in range(60)]}  # fmt: skip
    text, pages = paper(name, {**COMMON, **own, **long, **{k: v for k, v in many.items() if k in own}})
    if "materials" in own or "faults" in own:
        assert pages > 1 and "材料59" in text


def test_a_refusal_by_decision_gives_reason_and_remedy_and_a_deemed_acceptance_says_so():
    text, _ = paper("decision", {**COMMON, "outcome": "denied", "reason": "布局不符合规范", "remedy": REMEDY, "basis": LAW})
    assert "布局不符合规范" in text and "决定：不予许可" in text and "行政诉讼" in text
    assert "依法自收到申请之日起即为受理" in paper("acceptance_notice", {**COMMON, "deemed": True})[0]
