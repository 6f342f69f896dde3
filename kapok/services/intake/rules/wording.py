"""What a person reads of a clock: each step of `rules.explain` as a sentence."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.kernel.common import clock
from kapok.services.intake.rules import ClockState, table
from kapok.services.intake.rules.explain import ClockStep, Explanation

LIMITS: dict[str, Any] = {
    "acceptance": gettext_lazy("受理期限"),
    "statutory": gettext_lazy("法定办结时限"),
    "promised": gettext_lazy("承诺办结时限"),
    "correction": gettext_lazy("补正期限"),
}
_UNITS: dict[str, Any] = {
    "work_day": gettext_lazy("个工作日"),
    "natural_day": gettext_lazy("个自然日"),
    "hour": gettext_lazy("小时"),
}
_CAUSES: dict[str, Any] = {"payment": gettext_lazy("缴费"), "delivery": gettext_lazy("寄递")}


def step_sentence(step: ClockStep) -> str:
    """One step of the reckoning, as a sentence with its dates."""
    unit = step.note.get("unit", "")
    words = {
        "since": _moment(step.since), "until": _moment(step.until) or _("现在"), "count": step.count, "why": _cause(step.why),
        "limit": f"{step.note.get('limit', '')} {_UNITS.get(unit, '')}", "version": step.note.get("version", ""),
        "counted": _("当天不计入") if step.note.get("day_zero") else _("当天计入"),
    }  # fmt: skip
    sentence = _("自 %(since)s 起算 %(limit)s") if unit == "hour" else _SENTENCES[step.kind]()
    return str(sentence % words)


def stood_still(state: ClockState) -> list[tuple[datetime, datetime | None, str]]:
    """The stretches in which the limits stood still: from when, until when (None: still), and by which act."""
    found: list[tuple[datetime, datetime | None, str]] = []
    for event in state.events:
        at = datetime.fromtimestamp(event.at, UTC)
        if event.letter == "p":
            found.append((at, None, _cause(event.why)))
        elif event.letter in "rz" and found and found[-1][1] is None:
            found[-1] = (found[-1][0], at, found[-1][2])
    return found


def explained(explanation: Explanation) -> list[tuple[str, list[str]]]:
    """Every limit of a case with its sentences."""
    return [(str(LIMITS[limit]), [step_sentence(step) for step in steps]) for limit, steps in explanation.steps.items()]


_SENTENCES: dict[str, Any] = {
    "start": lambda: _("自 %(since)s 起算 %(limit)s，%(counted)s"),
    "calendar": lambda: _("按工作日历第 %(version)s 版计算；%(since)s 及以后的放假安排尚未公布"),
    "holiday": lambda: _("%(since)s 至 %(until)s %(why)s，%(count)s 天不计入"),
    "makeup": lambda: _("%(since)s 为调休上班日，计入"),
    "weekend": lambda: _("其间周末共 %(count)s 天不计入"),
    "pause": lambda: _("%(since)s 至 %(until)s 因%(why)s暂停，%(count)s 天不计入"),
    "late_pause": lambda: _("%(since)s 因%(why)s暂停时期限已满，不改变届满日"),
    "last_day": lambda: _("%(since)s 因%(why)s暂停，当天为最后一天，顺延至恢复之日"),
    "extend": lambda: _("%(since)s 决定延长 %(count)s 天"),
    "roll": lambda: _("%(since)s 为%(why)s，顺延至 %(until)s"),
    "provisional": lambda: _("届满日落在放假安排尚未公布的日期（%(since)s 及以后），为暂定日期"),
    "due": lambda: _("%(since)s 届满"),
}


def _moment(text: str) -> str:
    """A day as it is; a moment as its minute in the province."""
    if not text:
        return ""
    if len(text) == 10:
        day = date.fromisoformat(text)
        return f"{day.year}-{day.month:02d}-{day.day:02d}"
    return f"{clock.local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"


def _cause(key: str) -> str:
    return str(_CAUSES.get(key) or table().act_name(key))
