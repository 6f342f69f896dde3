"""The pages of the desk, for the browser sweeps."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kapok.kernel.accounts.public import Account
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample
from kapok.services.intake.actions.act import act
from kapok.services.intake.models import Case
from kapok.services.intake.tests.factories import Office, office


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


PAGES = [
    Sample("intake:queue", login=clerk),
    Sample("intake:find", login=clerk),
    Sample("intake:case", make=filed, login=clerk, name="intake-filed"),
    Sample("intake:case", make=examined, login=approver, name="intake-examined"),
    Sample("intake:case", make=correcting, login=clerk, name="intake-correcting"),
    Sample("intake:window", login=clerk),
    Sample("intake:take-in", make=sheet, login=clerk),
    Sample("intake:receipt", make=lambda: f"{filed()}receipt/", login=clerk),
]
