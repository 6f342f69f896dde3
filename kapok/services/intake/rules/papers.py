"""What the papers of a case say (documents/*.typ): each act's facts put into the words a citizen reads. Pure.

A paper is Chinese whatever language the screen has; days and hours are those of the province.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kapok.kernel.common import clock
from kapok.services.intake.data import Transition
from kapok.services.intake.rules.columns import After
from kapok.services.intake.rules.guards import OTHER_SPECIAL

if TYPE_CHECKING:
    from kapok.services.items.public import CompiledItem, Limit

CHANNELS = {"1": "窗口收件", "2": "网上申办", "3": "移动端申办", "4": "自助终端申办", "9": "其他"}
"""GB/T 39046 A.5."""
METHODS = {"upload": "电子件", "paper": "纸质件", "licence": "电子证照", "promised": "告知承诺", "tolerated": "容缺"}
UNITS = {"work_day": "个工作日", "natural_day": "个自然日", "hour": "小时"}
PERMIT = "01"
"""行政许可, GB/T 39046 A.1: only these are 许可 in the words of a decision."""


@dataclass(frozen=True)
class Standing:
    """What is known of a case when a paper is made."""

    item: "CompiledItem"
    serial: str
    number: str
    recipient: str
    channel: str
    applied_at: datetime
    accepted_at: datetime | None = None
    due_before: datetime | None = None
    agent: str = ""
    received_by: str = ""
    approver: str = ""
    materials: Sequence[tuple[str, str, int, int]] = ()  # name, method, originals, copies


def paper(standing: Standing, done: Transition, at: datetime, *, after: After | None = None, acceptance: datetime | None = None) -> Any:
    """The data of the paper an act makes, by the keys its template names; only 申办 has no `after`, and an `acceptance` limit."""
    item = standing.item
    place = item.places[0] if item.places else None
    common = {
        "agency": item.org_name, "issued_on": _day(at), "recipient": standing.recipient, "item": item.name, "item_code": item.impl_code,
        "serial": standing.serial, "case_number": standing.number, "phone": item.phone_consult, "supervise_phone": item.phone_supervise,
        "window": f"{place.name} {place.address}".strip() if place else "", "served_at": _minute(at),
        "served_how": "窗口送达" if done.act == "apply" and standing.channel == "1" else "网上送达",
    }  # fmt: skip
    if done.act == "apply":
        return common | _receipt(standing, at, acceptance)
    if after is None:
        raise ValueError(done.act)
    own = _OWN[done.document](standing, done, after, at)
    return common | {key: value for key, value in own.items() if value not in (None, "", [])}


def _receipt(standing: Standing, at: datetime, acceptance: datetime | None) -> dict[str, Any]:
    lines = [_material(*material) for material in standing.materials]
    return {
        "applied_at": _minute(at), "channel": CHANNELS.get(standing.channel, ""), "received_by": standing.received_by,
        "agent": standing.agent, "acceptance_due": _day(acceptance), "materials": lines,
    }  # fmt: skip


def _material(name: str, method: str, originals: int, copies: int) -> dict[str, str]:
    counts = [("原件", originals), ("复印件", copies)]
    given = [(form, count) for form, count in counts if count]
    if not given:
        return {"name": name, "form": METHODS.get(method, ""), "count": "1 份"}
    each = f"各 {originals} 份" if originals == copies else "、".join(f"{count} 份" for _, count in given)
    return {"name": name, "form": "、".join(form for form, _ in given), "count": each}


def _acceptance(standing: Standing, done: Transition, after: After, at: datetime) -> dict[str, Any]:
    item = standing.item
    return {
        "number_is": "case", "applied_on": _day(standing.applied_at), "accepted_on": _day(at), "promised": limit_text(item.promised),
        "promised_due": _day(after.promised), "statutory": limit_text(item.statutory), "statutory_due": _day(after.statutory),
        "deemed": done.outcome == "deemed", "fees": [f"{fee.name}：{fee.standard}" for fee in item.fees] or ["不收费"],
    }  # fmt: skip


def _refusal(standing: Standing, done: Transition, after: After, at: datetime) -> dict[str, Any]:
    return {"applied_on": _day(standing.applied_at), **_grounds(done)}


def _correction(standing: Standing, done: Transition, after: After, at: datetime) -> dict[str, Any]:
    names = {("field", field.key): field.label for field in standing.item.form}
    names |= {("material", material.key): material.name for material in standing.item.materials}
    faults = [{"what": names.get((f["kind"], f["key"]), f["key"]), "says": f["says"]} for f in after.marked]
    limit = after.correction
    return {
        "applied_on": _day(standing.applied_at), "faults": faults, "reason": done.data.get("reason"),
        "deadline": _day(limit) if limit and limit > at else "", "in_examination": standing.accepted_at is not None,
    }  # fmt: skip


def _extension(standing: Standing, done: Transition, after: After, at: datetime) -> dict[str, Any]:
    unit = UNITS[standing.item.promised.unit] if standing.item.promised.unit != "hour" else UNITS["natural_day"]
    return {
        **_grounds(done), "days": f" {done.days} {unit}", "approver": standing.approver, "due_before": _day(standing.due_before),
        "due_after": _day(after.due_at),
    }  # fmt: skip


def _special(standing: Standing, done: Transition, after: After, at: datetime) -> dict[str, Any]:
    named = (s for s in standing.item.special if s.kind == OTHER_SPECIAL and s.name == done.data.get("procedure"))
    days = next((special.days for special in named), None)
    return {
        **_grounds(done), "procedure": done.data.get("procedure"), "started_on": _day(at), "approver": standing.approver,
        "expected": f"约 {days} 个工作日" if days else "",
    }  # fmt: skip


def _decision(standing: Standing, done: Transition, after: After, at: datetime) -> dict[str, Any]:
    item, permit = standing.item, standing.item.type_code == PERMIT
    granted = done.outcome == "granted"
    words = {
        "granted": "准予许可" if permit else "准予办理",
        "denied": "不予许可" if permit else "不予办理",
        "other": str(done.data.get("result", "")) or "办结",
    }
    grounds = _grounds(done)
    return {
        **grounds, "basis": grounds["basis"] or list(item.basis[:3]), "outcome": done.outcome, "outcome_text": words[done.outcome],
        "accepted_on": _day(standing.accepted_at), "licence_name": item.result_name if granted else "",
        "collect": _collecting(item) if granted else "",
    }  # fmt: skip


def _collecting(item: "CompiledItem") -> str:
    if not item.result_name:
        return ""
    where = f"可以到{item.places[0].name}领取" if item.places else "可以到办理机关领取"
    return f"“{item.result_name}”{where}{'，也可以申请邮寄' if item.express else ''}。"


def _termination(standing: Standing, done: Transition, after: After, at: datetime) -> dict[str, Any]:
    kind = "uncorrected" if done.outcome == "uncorrected" else "terminated"
    return {**_grounds(done), "kind": kind, "deadline": _day(standing.due_before) if kind == "uncorrected" else ""}


def _withdrawal(standing: Standing, done: Transition, after: After, at: datetime) -> dict[str, Any]:
    return {"withdrawn_at": _minute(at), "reason": done.data.get("reason")}


_OWN: dict[str, Callable[[Standing, Transition, After, datetime], dict[str, Any]]] = {
    "acceptance_notice": _acceptance,
    "refusal_decision": _refusal,
    "correction_notice": _correction,
    "extension_notice": _extension,
    "special_notice": _special,
    "decision": _decision,
    "termination_notice": _termination,
    "withdrawal_notice": _withdrawal,
}


def limit_text(limit: "Limit") -> str:
    """A limit as people read it: 10 个工作日, or 当场办结."""
    return f"{limit.value} {UNITS[limit.unit]}" if limit.value else "当场办结"


def _grounds(done: Transition) -> dict[str, Any]:
    basis = [line.strip() for line in str(done.data.get("basis", "")).splitlines() if line.strip()]
    return {"reason": done.data.get("reason"), "basis": basis, "remedy": done.data.get("remedy")}


def _day(moment: datetime | None) -> str:
    return f"{clock.local(moment):%Y-%m-%d}" if moment else ""


def _minute(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"
