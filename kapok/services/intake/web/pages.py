"""The work list and the search: what is waiting, whose it is, by when."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import SIGNED_IN, Actor, guard
from kapok.kernel.calendar.public import WorkingCalendar
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden
from kapok.kernel.ui.public import CLERK, BadCursor, Due, Link, Slice, menu, render
from kapok.services.intake.queries import FREE, MINE, Cursor, cases_by_number, work_list
from kapok.services.intake.rules import table

SIZE = 50
SOON = 3
"""Working days left from which a due date is amber."""
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "new": (_("待受理"), ("applied", "preaccepted")),
    "correcting": (_("待补正"), ("correcting",)),
    "examining": (_("审批"), ("accepted", "examining", "special")),
    "all": (_("全部"), ()),
}
WHOSE: dict[str, Any] = {"": _("所有在办"), MINE: _("我签收的"), FREE: _("可签收的")}


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


@guard(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The workbench: the queue for those who have one, else the first page that is theirs."""
    if actor_of(request).may("intake.see"):
        return HttpResponseRedirect(reverse("intake:queue"))
    links = menu.links(CLERK, "nav", request)
    if not links or actor_of(request).kind != "staff":
        raise Forbidden(deed="intake.see")
    return HttpResponseRedirect(links[0].href)


@guard("intake.see")
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases within reach by due date: by state, and own, free or all."""
    tab, whose = request.GET.get("tab", "all"), request.GET.get("whose", "")
    tab, whose = tab if tab in TABS else "all", whose if whose in WHOSE else ""
    page = work_list(actor_of(request), states=TABS[tab][1], whose=whose, after=_cursor(request.GET.get("after", "")), limit=SIZE)
    after = f"{page.next[0].isoformat() if page.next[0] else '-'}~{page.next[1]}" if page.next else None
    context = {
        "rows": _with_dues(page.rows), "slice": Slice(page.rows, after, size=SIZE), "table": table(),
        "tabs": [Link(title, _address(key, whose), current=key == tab) for key, (title, _states) in TABS.items()],
        "choices": [Link(title, _address(tab, key), current=key == whose) for key, title in WHOSE.items()],
    }  # fmt: skip
    return render(request, "intake/queue.jinja", context)


def _with_dues(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row with its chip, by one calendar for all of them."""
    calendar, today = current_calendar(), clock.today()
    for row in rows:
        day = clock.local(row["due_at"]).date() if row["due_at"] else None
        row["due"] = None if day is None else Due(day, "paused") if row["paused"] else _running(calendar, today, day)
    return rows


def _running(calendar: WorkingCalendar, today: date, day: date) -> Due:
    left = calendar.working_days_between(today, day) if day >= today else -max(1, calendar.working_days_between(day, today))
    return Due(day, "overdue" if left < 0 else "soon" if left <= SOON else "ok", left)


def _address(tab: str, whose: str) -> str:
    asked = urlencode({name: value for name, value in (("tab", tab), ("whose", whose)) if value})
    return f"{reverse('intake:queue')}?{asked}"


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    due, _mark, case = text.partition("~")
    try:
        moment = None if due == "-" else datetime.fromisoformat(due)
        if moment is not None and moment.tzinfo is None:
            raise BadCursor
        return moment, UUID(case)
    except ValueError:
        raise BadCursor from None


@guard("intake.see")
def find(request: HttpRequest) -> HttpResponse:
    """Any case within reach, by number or by the applicant's document.

    By POST: an ID number must stand in no address, log or history.
    """
    text = request.POST.get("q", "").strip()[:64] if request.method == "POST" else ""
    rows = cases_by_number(actor_of(request), text) if text else []
    if len(rows) == 1:
        return HttpResponseRedirect(reverse("intake:case", args=[rows[0]["id"]]))
    return render(request, "intake/find.jinja", {"rows": rows, "asked": bool(text), "table": table()})
