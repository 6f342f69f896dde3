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
from kapok.kernel.regions.public import find_region
from kapok.kernel.ui.public import CLERK, BadCursor, Due, FieldView, Link, Option, Slice, menu, render
from kapok.services.intake.access import administered
from kapok.services.intake.queries import FREE, MINE, OVERDUE, SOON, Cursor, Narrow, Places, cases_by_number, places_of, work_list
from kapok.services.intake.rules import table
from kapok.services.intake.web.bulk import offered
from kapok.services.items.public import compiled

SIZE = 50
SOON_DAYS = 3
"""Working days left from which a due date is amber."""
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "new": (_("待受理"), ("applied", "preaccepted")),
    "correcting": (_("待补正"), ("correcting",)),
    "examining": (_("审批"), ("accepted", "examining", "special")),
    "all": (_("全部"), ()),
}
WHOSE: dict[str, Any] = {"": _("所有在办"), MINE: _("我签收的"), FREE: _("可签收的")}
DUES: dict[str, Any] = {"": _("全部"), OVERDUE: _("已超期"), SOON: _("三个工作日内到期")}


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    return actor


@guard(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The workbench: the queue for those who have one, else the first page that is theirs."""
    if actor_of(request).may("intake.see"):
        return HttpResponseRedirect(reverse("intake:queue"))
    if administered(actor_of(request)):
        return HttpResponseRedirect(reverse("intake:setup"))
    links = menu.links(CLERK, "nav", request)
    if not links or actor_of(request).kind != "staff":
        raise Forbidden(deed="intake.see")
    return HttpResponseRedirect(links[0].href)


@guard("intake.see")
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases within reach by due date: by state, own or free, and by unit, division, 环节 and due date."""
    actor, asked = actor_of(request), _asked(request)
    page = work_list(actor, _narrow(asked), after=_cursor(request.GET.get("after", "")), limit=SIZE)
    after = f"{page.next[0].isoformat() if page.next[0] else '-'}~{page.next[1]}" if page.next else None
    context = {
        "rows": _with_dues(page.rows), "slice": Slice(page.rows, after, size=SIZE), "table": table(), "asked": asked,
        "tabs": [Link(title, _address(asked, tab=key), current=key == asked["tab"]) for key, (title, _states) in TABS.items()],
        "filters": _filters(places_of(actor), asked), "clear": _address({}, tab=asked["tab"]),
        "narrowed": any(asked[name] for name in ("whose", "org", "region", "step", "due")), "bulk": offered(actor, TABS[asked["tab"]][1]),
        "first": "after" not in request.GET, "row_key": lambda row: f"{row['id']}~{row['sequence']}",
    }  # fmt: skip
    return render(request, "intake/queue.jinja", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    """What the address asks for; what is nonsense asks for nothing."""
    given = {name: request.GET.get(name, "")[:64] for name in ("tab", "whose", "org", "region", "step", "due")}
    code = given["region"].isascii() and given["region"].isdigit() and len(given["region"]) in (6, 12)
    return {
        "tab": given["tab"] if given["tab"] in TABS else "all",
        "whose": given["whose"] if given["whose"] in WHOSE else "",
        "org": given["org"] if given["org"].isascii() and given["org"].isdigit() and len(given["org"]) < 10 else "",
        "region": given["region"].ljust(12, "0") if code else "",
        "step": given["step"].replace("\0", "")[:40],
        "due": given["due"] if given["due"] in DUES else "",
    }  # fmt: skip


def _narrow(asked: dict[str, str]) -> Narrow:
    soon = clock.end_of(current_calendar().add_working_days(clock.today(), SOON_DAYS)) if asked["due"] == SOON else None
    return Narrow(
        TABS[asked["tab"]][1],
        asked["whose"],
        int(asked["org"]) if asked["org"] else None,
        asked["region"],
        asked["step"],
        asked["due"],
        soon,
    )


def _filters(places: Places, asked: dict[str, str]) -> list[FieldView]:
    """The choices there are; what leaves no choice is not asked."""
    steps: dict[str, str] = {}
    for key, version in places.steps:
        item = compiled(version)
        steps.setdefault(key, next((step.name for step in item.steps if step.key == key), key) if item else key)
    offered = {
        "whose": (_("承办人"), list(WHOSE.items())[1:]),
        "org": (_("单位"), [(str(key), name) for key, name in places.orgs]),
        "region": (_("区划"), [(code, _region_name(code)) for code in places.regions]),
        "step": (_("环节"), sorted(steps.items(), key=lambda step: step[1])),
        "due": (_("办理期限"), list(DUES.items())[1:]),
    }  # fmt: skip
    return [
        FieldView(name, label, kind="select", value=asked[name], required=True,
                  options=[Option("", _("全部")), *(Option(value, title) for value, title in known)])
        for name, (label, known) in offered.items() if len(known) > 1 or asked[name]
    ]  # fmt: skip


def _region_name(code: str) -> str:
    found = find_region(code)
    return found.name if found else code


def _with_dues(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row with its chip and the name of its 环节, by one calendar for all of them."""
    calendar, today = current_calendar(), clock.today()
    for row in rows:
        day = clock.local(row["due_at"]).date() if row["due_at"] else None
        item = compiled(row["version"]) if row["step"] else None
        row["step_name"] = next((step.name for step in item.steps if step.key == row["step"]), "") if item else ""
        row["due"] = None if day is None else Due(day, "paused") if row["paused"] else _running(calendar, today, day)
    return rows


def _running(calendar: WorkingCalendar, today: date, day: date) -> Due:
    left = calendar.working_days_between(today, day) if day >= today else -max(1, calendar.working_days_between(day, today))
    return Due(day, "overdue" if left < 0 else "soon" if left <= SOON_DAYS else "ok", left)


def _address(asked: dict[str, str], **changed: str) -> str:
    """The list with one thing changed and all else kept."""
    return f"{reverse('intake:queue')}?{urlencode({name: value for name, value in {**asked, **changed}.items() if value})}"


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
