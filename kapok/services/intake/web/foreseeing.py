"""Before an act that moves or stops the clock: what becomes of the due dates, to be confirmed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from kapok.kernel.accounts.public import Account
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.ui.public import render
from kapok.services.intake.actions.act import Done
from kapok.services.intake.models import Case
from kapok.services.intake.rules import ClockState, days_left, table
from kapok.services.intake.rules.clock import UNIT_OF, Length
from kapok.services.intake.rules.wording import LIMITS

CONFIRMED = frozenset({"request_special"})
"""Acts asked twice."""
_UNITS: dict[str, Any] = {
    "work_day": gettext_lazy("还剩 %(n)s 个工作日"),
    "natural_day": gettext_lazy("还剩 %(n)s 个自然日"),
    "hour": gettext_lazy("还剩 %(n)s 小时"),
}


def confirm_page(request: HttpRequest, case: Case, done: Done, posted: Mapping[str, str], staff: Sequence[Account]) -> HttpResponse:
    """What is about to be done, in words, and each due date now and after it; nothing is done yet."""
    name, outcome = posted["act"], posted["outcome"]
    words, people = table(), {str(one.id): one.name for one in staff}
    told = [(words.data_name(key), people.get(value, value)) for key, value in posted.items() if key in words.data and value]
    context = {
        "case": case, "title": f"{words.act_name(name)} · {words.outcome_name(name, outcome)}", "told": told,
        "dues": _dues(case, done), "pauses": done.state == "special",
        "kept": [(key, value) for key, value in posted.items() if key not in ("csrfmiddlewaretoken", "sure", "change")],
    }  # fmt: skip
    return render(request, "intake/confirm.jinja", context)


def _dues(case: Case, done: Done) -> list[dict[str, Any]]:
    """Each limit that runs: its end now, its end afterwards, and what is left of it when it stops."""
    state = ClockState.load(case.clock)
    limits = (("statutory", state.statutory, case.due_statutory, done.due_statutory),
              ("promised", state.promised, case.due_promised, done.due_promised))  # fmt: skip
    return [
        {"limit": LIMITS[key], "before": before, "after": after, "left": _left(before, length), "moved": before != after}
        for key, length, before, after in limits if before and after
    ]  # fmt: skip


def _left(due_at: Any, length: Length) -> str:
    unit = UNIT_OF[length.unit]
    return _UNITS[unit] % {"n": max(0, days_left(due_at, clock.now(), current_calendar(), unit))}
