"""A small item for pure tests: two 环节 (the second with four eyes), a form, two materials, both kinds of special procedure."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from kapok.services.intake.data import CaseFacts, Doer
from kapok.services.items.data import (
    CompiledItem,
    FormField,
    Limit,
    Material,
    SpecialProcedure,
    Step,
)

FORM = (
    FormField("name", "姓名"),
    FormField("note", "说明", type="textarea", required=False, max_length=50),
    FormField("kind", "类别", type="choice", options=(("a", "甲"), ("b", "乙"))),
    FormField("detail", "乙类说明", shown_when=(("kind", "b"),)),
)
MATERIALS = (
    Material("photo", "照片", accept=("image/jpeg",), max_megabytes=1),
    Material("deed", "产权证明", form="both", originals=1, copies=2),
    Material("plan", "平面图", required=False),
)
EVERYTHING = frozenset({"applicant", "agent", "window", "clerk", "approver", "superior", "leader", "agency", "carrier", "clock"})


def item(**changes: Any) -> CompiledItem:
    base = CompiledItem(
        version_id=UUID(int=1),
        item_id=1,
        number=1,
        digest="0" * 64,
        effective_on=date(2026, 1, 1),
        cancelled_on=None,
        base_code="440118009000",
        impl_code="11440100007482575H3440118009000",
        name="示例许可",
        type_code="01",
        level="3",
        org_id=1,
        org_uscc="11440100007482575H",
        org_name="示例局",
        org_nature="1",
        region="440100000000",
        kind="2",
        basis=("示例条例第一条",),
        statutory=Limit(20),
        promised=Limit(10),
        conditions=(),
        flow_text=(),
        form=FORM,
        materials=MATERIALS,
        fees=(),
        steps=(Step("review", "审查"), Step("approve", "决定", four_eyes=True)),
        questions=(),
        handling=(),
        special=(SpecialProcedure(1, "延长审批", days=10), SpecialProcedure(2, "专家评审"), SpecialProcedure(2, "听证")),
        audience=("1", "2"),
        channels=("1", "2", "3"),
        themes=(),
        scope_of_service="",
        visits=0,
        online=True,
        appointment=False,
        express=True,
        pay_online=False,
        consult=True,
        correction_in_examination=True,
        result_name="示例许可证",
        result_type="licence",
        result_sample="",
        places=(),
        phone_consult="",
        phone_supervise="",
        faq=(),
    )
    return replace(base, **changes)


def facts(state: str, **parts: Any) -> CaseFacts:
    """A case in a state; in examination from 已受理 on, at the last 环节 unless told otherwise."""
    examined = state in ("accepted", "examining", "special")
    parts.setdefault("accepted", examined)
    parts.setdefault("step", "approve" if examined else "")
    return CaseFacts(state=state, item=parts.pop("item", None) or item(), **parts)


def doer(*capacities: str, account: str = "me") -> Doer:
    return Doer(frozenset(capacities) or EVERYTHING, account)


PAYLOADS: dict[tuple[str, str], dict[str, Any]] = {
    ("apply", "filed"): {"channel": "2"},
    ("request_correction", "listed"): {"faults": [{"kind": "field", "key": "name", "says": "与证件不符"}]},
    ("request_correction", "again"): {
        "faults": [{"kind": "material", "key": "deed", "says": "页码不全"}],
        "reason": "首次告知遗漏",
    },
    ("accept", "refused"): {"reason": "不属于本机关职权", "basis": "行政许可法第三十二条"},
    ("accept_correction", "refused"): {"reason": "补正后仍不符合", "basis": "行政许可法第三十二条"},
    ("examine", "pass"): {"opinion": "同意"},
    ("examine", "return"): {"opinion": "请复核"},
    ("examine", "other"): {"opinion": "征求意见中"},
    ("request_special", "extend"): {"reason": "案情复杂", "basis": "行政许可法第四十二条", "approver": "chief", "days": 5},
    ("request_special", "pause"): {
        "procedure": "听证",
        "reason": "涉及重大利益",
        "basis": "行政许可法第四十六条",
        "approver": "chief",
    },
    ("conclude_special", "concluded"): {"result": "听证通过", "file": "0190f"},
    ("decide", "denied"): {"reason": "不符合条件", "remedy": "六十日内可申请行政复议"},
    ("decide", "other"): {"result": "转办"},
    ("decide", "terminated"): {"reason": "申请人主体资格消灭"},
    ("collect", "collected"): {"collected_by": "本人", "method": "window", "collected_at": "2026-11-25T10:00:00+08:00"},
}


def payload(act: str, outcome: str) -> dict[str, Any]:
    return dict(PAYLOADS.get((act, outcome), {}))
