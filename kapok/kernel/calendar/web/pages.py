"""The calendar for operators: a year at a glance, versions, an amendment with preview."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapok.kernel.calendar import public as calendar
from kapok.kernel.calendar.models import KIND_LABELS, CalendarDay, CalendarVersion
from kapok.kernel.calendar.web.forms import WORDS, AmendmentForm
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.kernel.common.guards import guard
from kapok.kernel.ui.public import ErrorLine, error_lines, keyset, render

SHADES = {"workday": "0", "weekend": "na", "bridge": "1", "holiday": "2", "makeup": "3"}
LABELS = dict(KIND_LABELS)
NAMES = (
    gettext_noop("元旦"), gettext_noop("春节"), gettext_noop("清明节"), gettext_noop("劳动节"), gettext_noop("端午节"),
    gettext_noop("中秋节"), gettext_noop("国庆节"), gettext_noop("抗战胜利纪念日"),
)  # fmt: skip
"""Holidays have names in every language; occasions of amendments stand as written."""

FIRST, LAST = 2004, 2103


@guard("calendar.amend")
def show_year(request: HttpRequest) -> HttpResponse:
    """Twelve rows of days: worked, off, made up; the special days in words; the versions."""
    asked = request.GET.get("year", "")
    year = min(max(int(asked), FIRST), LAST) if asked.isascii() and asked.isdigit() else clock.today().year
    shown = calendar.latest()
    days = list(shown.days(date(year, 1, 1) - timedelta(days=1), date(year, 12, 31))) if year > FIRST else _first_year(shown)
    context = {
        "year": year,
        "before": year - 1 if year > FIRST else None,
        "after": year + 1 if year < LAST else None,
        "shown": shown,
        "in_force": calendar.current().version,
        "worked": sum(day.working for day in days),
        "off": sum(not day.working for day in days),
        "provisional": shown.is_provisional(date(year, 1, 1)),
        "soon": _missing_soon(shown) if year != shown.provisional_from.year else None,
        "months": _months(days),
        "legend": [(shade, LABELS[kind]) for kind, shade in SHADES.items()],
        "blocks": blocks_of(days),
        "versions": calendar.versions(20),
    }
    return render(request, "calendar/year.jinja", context)


@guard("calendar.amend")
def show_version(request: HttpRequest, number: int) -> HttpResponse:
    """What a version said anew, and the dates it moved."""
    version = CalendarVersion.objects.filter(number=number).first()
    if version is None:
        raise calendar.NoSuchVersion(version=number)
    days = version.days.order_by("on") if number > 1 else ()
    said = [(day.on, _weekday(day.on), _kind(day), _name(day.name)) for day in days]
    page = keyset(version.moves.all(), request, order=("id",), size=50)
    return render(request, "calendar/version.jinja", {"version": version, "days": said, "page": page})


@guard("calendar.amend")
def amend_days(request: HttpRequest) -> HttpResponse:
    """Ask, show what would move, and publish once that was confirmed."""
    form = AmendmentForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form, error_lines(form) if form.is_bound else [])
    said = form.cleaned_data
    seen = calendar.preview(said["days"], published_through=said["year"])
    if request.POST.get("step") == "confirm":
        try:
            version = _publish(request, said)
        except KapokError as refused:
            return _ask(request, form, [ErrorLine("id_days", refused.message())], status=refused.status)
        messages.success(request, _("已发布工作日历版本%(number)s。") % {"number": version.number})
        return HttpResponseRedirect(reverse("calendar:version", args=[version.number]))
    return render(request, "calendar/preview.jinja", _previewed(form, seen))


def _publish(request: HttpRequest, said: dict[str, Any]) -> CalendarVersion:
    by: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    base = request.POST.get("base", "")
    fixed: dict[str, Any] = {"by": by, "base": int(base) if base.isascii() and base.isdigit() else None}
    if said["year"]:
        return calendar.publish_year(said["year"], said["days"], said["reason"], said["effective"], **fixed)
    return calendar.amend(said["days"], said["reason"], said["effective"], **fixed)


def _previewed(form: AmendmentForm, seen: calendar.Preview) -> dict[str, Any]:
    before = calendar.latest()
    changes = [
        (day.on, _weekday(day.on), _kind(before.day(day.on)), _kind(day), _name(day.name))
        for day in sorted(seen.days, key=lambda each: each.on)
    ]
    titles = {key: source.title for key, source in calendar.recompute_sources.all().items()}
    moves = [(titles[key], len(found), found[:20]) for key, found in seen.moves.items()]
    return {"form": form, "changes": changes, "moves": moves, "moved": seen.moved, "base": before.version}


def _ask(request: HttpRequest, form: AmendmentForm, errors: list[ErrorLine], status: int = 422) -> HttpResponse:
    context = {"form": form, "errors": errors, "words": list(WORDS), "next_year": calendar.latest().published_through + 1}
    return render(request, "calendar/amend.jinja", context, status=status if errors else 200)


def _missing_soon(shown: calendar.WorkingCalendar) -> int | None:
    """The next year, when it begins within sixty days and is not published: limits already run into it."""
    first = shown.provisional_from
    return first.year if first - clock.today() <= timedelta(days=60) else None


def _first_year(shown: calendar.WorkingCalendar) -> list[calendar.Day]:
    """The calendar's own first day has no day before it to count from."""
    first = date(FIRST, 1, 1)
    return [shown.day(first), *shown.days(first, date(FIRST, 12, 31))]


def _months(days: list[calendar.Day]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    rows: dict[int, list[tuple[str, str, str]]] = {}
    for day in days:
        words = f"{day.on.isoformat()} {_kind(day)} {_name(day.name)}".strip()
        rows.setdefault(day.on.month, []).append((SHADES[day.kind], words, ""))
    year = days[0].on.year
    return [(dateformat.format(date(year, month, 1), "M"), cells) for month, cells in rows.items()]


@dataclass
class Block:
    """Days off in a row as a notice tells them, and the weekend days worked for them."""

    first: date
    last: date
    names: list[str]
    worked: list[date]

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def title(self) -> str:
        return _("、").join(_name(name) for name in self.names)


def blocks_of(days: list[calendar.Day]) -> list[Block]:
    """Holidays grouped into blocks; a made-up day stands with the nearest block of its name, or else alone."""
    blocks: list[Block] = []
    for day in (each for each in days if each.kind in ("holiday", "bridge")):
        if blocks and day.on - blocks[-1].last == timedelta(days=1):
            blocks[-1].last = day.on
        else:
            blocks.append(Block(day.on, day.on, [], []))
        if day.name and day.name not in blocks[-1].names:
            blocks[-1].names.append(day.name)
    for day in (each for each in days if each.kind == "makeup"):
        near = [block for block in blocks if day.name in block.names]
        if near:
            min(near, key=lambda block: abs(block.first - day.on)).worked.append(day.on)
        else:
            blocks.append(Block(day.on, day.on - timedelta(days=1), [day.name], [day.on]))
    return sorted(blocks, key=lambda block: block.first)


def _kind(day: calendar.Day | calendar.SpecialDay | CalendarDay) -> Any:
    """A day off by amendment is no statutory holiday."""
    off_once = day.kind == "holiday" and day.name not in NAMES
    return _("放假") if off_once else LABELS[day.kind]


def _name(name: str) -> str:
    return _(name) if name in NAMES else name


def _weekday(day: date) -> str:
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[day.weekday()]
