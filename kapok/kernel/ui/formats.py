"""How dates, money, numbers and personal numbers are written; the Jinja2 filters."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kapok.kernel.common import clock

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DayCounter = Callable[[date, date], int]
_count_working_days: DayCounter | None = None


def use_day_counter(counter: DayCounter) -> None:
    """Given by the calendar: working days in (a, b]. Until then relative days are natural days and say so."""
    global _count_working_days
    _count_working_days = counter


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _day(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def long_date(value: date | datetime | None) -> str:
    """2026年11月23日; 23 Nov 2026 in English."""
    if value is None:
        return "—"
    day = _day(value)
    if _english():
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(value: date | datetime | None) -> str:
    """11月23日; 23 Nov in English."""
    if value is None:
        return "—"
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]}" if _english() else f"{day.month}月{day.day}日"


def hour(value: datetime | None) -> str:
    """15:40 by the province's clock."""
    return "—" if value is None else clock.local(value).strftime("%H:%M")


def moment(value: datetime | None) -> str:
    """2026年11月23日 15:40."""
    return "—" if value is None else f"{long_date(value)} {hour(value)}"


def stamp(value: datetime | None) -> str:
    """11-23 15:40: for dense tables."""
    return "—" if value is None else clock.local(value).strftime("%m-%d %H:%M")


def iso(value: date | datetime) -> str:
    """For the datetime attribute of <time>."""
    return clock.local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def amount(value: Decimal | int | float | None) -> str:
    """Yuan: ¥1,234.00."""
    return "—" if value is None else f"¥{Decimal(str(value)):,.2f}"


def fen(value: int | None) -> str:
    """Fen, as money is kept: 123400 is ¥1,234.00."""
    return "—" if value is None else amount(Decimal(value) / 100)


def number(value: int | float | None) -> str:
    """12,345."""
    return "—" if value is None else f"{value:,}"


def percent(value: float | None, digits: int = 1) -> str:
    """A share of one: 0.994 is 99.4%."""
    return "—" if value is None else f"{value * 100:.{digits}f}%"


def mask(text: str | None, head: int = 4, tail: int = 4) -> str:
    """4401**********1234; short texts keep no more than a third at either end."""
    if not text:
        return "—"
    third = len(text) // 3
    head, tail = min(head, third), min(tail, third)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def mask_name(name: str | None) -> str:
    """陈晓岚 is 陈*岚, 陈岚 is 陈*."""
    if not name:
        return "—"
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def size(octets: int) -> str:
    """1.5 MB."""
    value = float(octets)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


def ago(value: datetime | None) -> str:
    """刚刚, 5 分钟前, 3 小时前, 2 天前: how fresh something is."""
    if value is None:
        return "—"
    minutes = int((clock.now() - value).total_seconds() // 60)
    if minutes < 1:
        return _("刚刚")
    if minutes < 60:
        return ngettext("%(n)s 分钟前", "%(n)s 分钟前", minutes) % {"n": minutes}
    if minutes < 60 * 24:
        return ngettext("%(n)s 小时前", "%(n)s 小时前", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s 天前", "%(n)s 天前", minutes // 1440) % {"n": minutes // 1440}


def working_days_until(day: date | datetime) -> tuple[int, bool]:
    """Days from today to `day` (negative when past), and whether they are working days."""
    today, until = clock.today(), _day(day)
    if _count_working_days is None:
        return (until - today).days, False
    if until >= today:
        return _count_working_days(today, until), True
    return -_count_working_days(until, today), True


def days_words(days: int, working: bool = True) -> str:
    """还有 3 个工作日, 今天到期, 已超 2 个工作日."""
    if days == 0:
        return _("今天到期")
    if days > 0:
        text = ngettext("还有 %(n)s 个工作日", "还有 %(n)s 个工作日", days) if working else ngettext("还有 %(n)s 天", "还有 %(n)s 天", days)
    else:
        text = (
            ngettext("已超 %(n)s 个工作日", "已超 %(n)s 个工作日", -days) if working else ngettext("已超 %(n)s 天", "已超 %(n)s 天", -days)
        )
    return text % {"n": abs(days)}


def days_left(day: date | datetime | None) -> str:
    """The same from a date."""
    return "—" if day is None else days_words(*working_days_until(day))


FILTERS: dict[str, Callable[..., Any]] = {
    "date": long_date,
    "short_date": short_date,
    "time": hour,
    "moment": moment,
    "stamp": stamp,
    "iso": iso,
    "amount": amount,
    "fen": fen,
    "number": number,
    "percent": percent,
    "mask": mask,
    "mask_name": mask_name,
    "size": size,
    "ago": ago,
    "days_left": days_left,
    "days_words": days_words,
}
