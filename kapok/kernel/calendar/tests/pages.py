"""The pages of the calendar, for the browser sweeps."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps as django_apps
from django.contrib.auth import get_user_model

from kapok.kernel.calendar.data import DayKind, SpecialDay
from kapok.kernel.calendar.public import amend, current
from kapok.kernel.calendar.tests.factories import ADMIN
from kapok.kernel.common import clock
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample

_made = count(1)


def operator() -> Any:
    """An account that may change the calendar in the whole province; its tables stand above, so they come by name."""
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))
    account = get_user_model().objects.create(login=f"calendar-{next(_made)}", name="日历管理员", kind="staff")
    granted = {"role": "admin", "region": "440000000000", "reason": "维护工作日历", "starts": clock.now()}
    django_apps.get_model("access", "Grant").objects.create(account=account, **granted)
    return account


def amended() -> str:
    """The page of a version."""
    day = current().add_working_days(clock.today(), 12)
    version = amend([SpecialDay(day, DayKind.HOLIDAY, "台风停工")], "关于台风期间停工的通知", clock.today() + timedelta(days=1), by=ADMIN)
    return f"/ops/calendar/versions/{version.number}/"


PAGES = [
    Sample("calendar:year", login=operator),
    Sample("calendar:amend", login=operator),
    Sample("calendar:version", make=amended, login=operator),
]
