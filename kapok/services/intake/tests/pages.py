"""The pages of the desk, for the browser sweeps."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.configuring import name_deputy, set_element
from kapok.services.intake.models import Case
from kapok.services.intake.tests.factories import Office, office
from kapok.services.items.tests.factories import staff


@cache
def _office() -> Office:
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))
    return office("深圳市样张局")


def clerk() -> Any:
    """A window clerk with some cases."""
    if not _office_has_cases():
        for _ in range(3):
            _office().case()
    return Account.objects.get(id=_office().clerk.account)


def _office_has_cases() -> bool:
    return Case.objects.filter(org=_office().org).exists()


def approver() -> Any:
    return Account.objects.get(id=_office().approver.account)


def filed() -> str:
    return f"/work/intake/cases/{_office().case()}/"


def examined() -> str:
    return f"/work/intake/cases/{_office().accepted()}/"


def correcting() -> str:
    case = _office().case()
    faults = [{"kind": "material", "key": "plan", "says": "缺第二页"}]
    act(case, "request_correction", "listed", {"faults": faults}, by=_office().clerk)
    return f"/work/intake/cases/{case}/"


def sheet() -> str:
    return f"/work/intake/window/{_office().item.impl_code}/"


@cache
def _admin() -> Any:
    """The city's administrator, with something set and somebody standing in."""
    city = staff("admin", region="440300000000")
    day, where = clock.now(), _office()
    windows = [{"name": f"{n}号综合窗口", "place": "一楼", "hours": "周一至周五 9:00-12:00，14:00-17:30"} for n in (1, 2)]
    set_element("440300000000", "hours", "周一至周五 9:00-12:00，14:00-17:30", "新大厅启用", rule="locked", by=city)
    set_element("440300000000", "windows", windows, "新大厅启用", by=city)
    line = {"step": "审查", "item": "", "role": "approver", "four_eyes": True, "handlers": [str(where.approver.account)]}
    set_element("440300000000", "steps", [line], "换人复核", by=city)
    name_deputy(where.approver.account, where.leader.account, day, day + timedelta(days=5), "年假", by=city)
    return Account.objects.get(id=city.account)


def admin() -> Any:
    _office().case()
    return _admin()


def setup(tail: str = "") -> Any:
    return lambda: f"/work/intake/setup/440300000000/{tail}"


PAGES = [
    Sample("intake:queue", login=clerk),
    Sample("intake:find", login=clerk),
    Sample("intake:case", make=filed, login=clerk, name="intake-filed"),
    Sample("intake:case", make=examined, login=approver, name="intake-examined"),
    Sample("intake:case", make=correcting, login=clerk, name="intake-correcting"),
    Sample("intake:window", login=clerk),
    Sample("intake:take-in", make=sheet, login=clerk),
    Sample("intake:pick-up", login=clerk),
    Sample("intake:setup", login=admin),
    Sample("intake:setup-region", make=setup(), login=admin),
    Sample("intake:setup-region", make=lambda: "/work/intake/setup/440305000000/", login=admin, name="intake-setup-county"),
    Sample("intake:setup-history", make=setup("history/"), login=admin),
    Sample("intake:setup-handlers", make=setup("handlers/"), login=admin),
    Sample("intake:setup-deputies", make=setup("deputies/"), login=admin),
    Sample("intake:setup-element", make=setup("elements/windows/"), login=admin, name="intake-setup-windows"),
    Sample("intake:setup-element", make=setup("elements/steps/"), login=admin, name="intake-setup-steps"),
    Sample("intake:setup-element", make=setup("elements/hall/"), login=admin, name="intake-setup-hall"),
    Sample("intake:setup-element", make=setup("elements/deputies/"), login=admin, name="intake-setup-deputies"),
    Sample("intake:receipt", make=lambda: f"{filed()}receipt/", login=clerk),
]
