"""What an applicant is told of a case: one message an act, in citizens' words (notices.toml)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from kapok.kernel.access.public import Actor, clock_actor, system_actor
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.journal.public import Sealed, action
from kapok.kernel.notices.public import Sending, send_all
from kapok.services.intake import rules
from kapok.services.intake.data import Dues
from kapok.services.intake.models import Case
from kapok.services.intake.queries import state_rule
from kapok.services.intake.rules import ClockState
from kapok.services.intake.rules.papers import PERMIT
from kapok.services.items.public import CompiledItem, compiled

TOLD = {
    "intake.applied": "applied",
    "intake.preaccepted": "preaccepted",
    "intake.correction_requested": "correction",
    "intake.accepted": "accepted",
    "intake.not_accepted": "not_accepted",
    "intake.correction_completed": "correction_completed",
    "intake.extended": "extended",
    "intake.special_started": "special",
    "intake.special_concluded": "special_done",
    "intake.decided": "granted",
    "intake.closed": "",
    "intake.collected": "collected",
}
"""The template of an event; some outcomes have one of their own name."""
OWN_WORDS = frozenset({"deemed", "denied", "withdrawn", "terminated", "uncorrected"})
METHODS = {"window": "窗口领取", "express": "邮寄", "online": "网上领取", "terminal": "自助终端领取"}
OUTCOMES_EN = {"granted": "granted", "denied": "denied", "other": "completed"}


@dataclass(frozen=True)
class _Told:
    """An act to be told: what it said, and the case as it stands now."""

    said: dict[str, Any]
    case: Case
    item: CompiledItem

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.said.get("data") or {})


@action("intake.tell")
def tell(entries: Sequence[Sealed]) -> int:
    """Tell the applicants (and who applied in their names) of acts, each once; history loaded in bulk is not told. How many messages."""
    fresh = [entry for entry in entries if not entry.data.get("seeded")]
    cases = {case.id: case for case in Case.objects.select_related("org").filter(id__in={entry.about for entry in fresh})}
    sendings: list[Sending] = []
    rule = cache(state_rule)
    for entry in fresh:
        case = cases.get(entry.about)
        item = compiled(case.version) if case else None
        outcome = entry.data["outcome"]
        if case is None or item is None or not rule(case.version, case.item_id, entry.data["state_to"], outcome).notify:
            continue
        template = outcome if outcome in OWN_WORDS else TOLD[entry.event]
        key = f"{entry.event}:{case.id}:{entry.data['sequence']}"
        sendings += _sendings(template, case, _words(_Told(entry.data, case, item)), key)
    return len(send_all(sendings, by=system_actor("统一申办平台"))) if sendings else 0


@action("intake.remind")
def remind(case_id: UUID, *, by: Actor | None = None) -> None:
    """The time to answer a 补正告知 has passed and nothing ends by itself: say so once."""
    case = Case.objects.select_related("org").get(id=case_id)
    item = compiled(case.version)
    if item is None or case.state != "correcting" or case.answered:
        return
    limit = rules.due(ClockState.load(case.clock), current_calendar()).correction
    words = _common(case, item) | _on("due", limit.due_at if limit else clock.now())
    send_all(_sendings("correction_overdue", case, words, f"correction_overdue:{case.id}:{case.sequence}"), by=by or clock_actor())


def _sendings(template: str, case: Case, words: dict[str, Any], dedupe: str) -> list[Sending]:
    people = dict.fromkeys(each for each in (case.applicant_id, case.agent_id) if each)
    return [Sending(f"intake.{template}", each, words, dedupe) for each in people]


def _common(case: Case, item: CompiledItem) -> dict[str, Any]:
    return {
        "item": case.item_name, "serial": case.serial, "number": case.number or "", "org": case.org.name, "case": str(case.id),
        "phone": item.phone_consult,
    }  # fmt: skip


def _words(told: _Told) -> dict[str, Any]:
    """Every word a template may ask for."""
    data, case = told.data, told.case
    common = _common(case, told.item) | _on("due", _acceptance(case)) | _promise(told) | _outcome(told)
    remedy = _sentence(data.get("remedy"))
    return common | {
        **_correction(told), "reason": _plain(data.get("reason")), "basis": _plain(data.get("basis")), "remedy": remedy,
        "procedure": data.get("procedure", ""), "collected_by": data.get("collected_by", ""),
        "method": METHODS.get(str(data.get("method")), ""), "collected_at": _minute(data.get("collected_at")),
    }  # fmt: skip


def _acceptance(case: Case) -> datetime:
    """The limit of acceptance, even where it has stopped since."""
    first = _dues(case, case.applied_at).acceptance
    return first.due_at if first else case.applied_at


def _dues(case: Case, at: datetime) -> Dues:
    """The limits as they stood at a moment, whatever has happened since."""
    state = ClockState.load(case.clock)
    events = tuple(event for event in state.events if event.at <= int(at.timestamp()))
    return rules.due(replace(state, events=events), current_calendar())


def _promise(told: _Told) -> dict[str, str]:
    """By when the case will be decided: the promise, else the law's limit."""
    text = told.said.get("due_promised") or told.said.get("due_statutory")
    if not text:
        return {"promise": "", "promise_en": ""}
    day = _on("due", datetime.fromisoformat(text))
    return {"promise": f"将在{day['due']}前办结。", "promise_en": f"It will be decided by {day['due_en']}. "}


def _outcome(told: _Told) -> dict[str, str]:
    outcome, permit = told.said["outcome"], told.item.type_code == PERMIT
    words = {"granted": "准予许可" if permit else "准予办理", "denied": "不予许可" if permit else "不予办理"}
    result = told.item.result_name
    return {
        "outcome": words.get(outcome) or _plain(told.data.get("result")) or "办结", "outcome_en": OUTCOMES_EN.get(outcome, outcome),
        "collect": f"请领取“{result}”。" if result and outcome == "granted" else "",
        "collect_en": f"Please collect “{result}”. " if result and outcome == "granted" else "",
    }  # fmt: skip


def _correction(told: _Told) -> dict[str, str]:
    names = {("field", field.key): field.label for field in told.item.form}
    names |= {("material", material.key): material.name for material in told.item.materials}
    faults = told.data.get("faults") or []
    lines = [f"{n}. {names.get((f['kind'], f['key']), f['key'])}：{f['says']}" for n, f in enumerate(faults, 1)]
    limit = _dues(told.case, datetime.fromisoformat(told.said["occurred_at"])).correction if faults else None
    day = _on("by", limit.due_at) if limit else {"by": "", "by_en": ""}
    return {
        "faults": "\n".join(lines), "by": f"于{day['by']}前" if limit else "尽快", "by_en": f" by {day['by_en']}" if limit else "",
    }  # fmt: skip


def _on(key: str, moment: datetime) -> dict[str, str]:
    day = clock.local(moment)
    return {key: f"{day.year}年{day.month}月{day.day}日", f"{key}_en": f"{day:%Y-%m-%d}"}


def _minute(text: Any) -> str:
    return f"{clock.local(datetime.fromisoformat(str(text))):%Y-%m-%d %H:%M}" if text else ""


def _plain(text: Any) -> str:
    """Words put into a sentence that has its own full stop."""
    return str(text or "").strip().rstrip("。.").replace("\n", "；")


def _sentence(text: Any) -> str:
    said = _plain(text)
    return f"{said}。" if said else ""
