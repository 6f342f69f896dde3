"""The pages of the imports, for the browser sweeps."""

from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.access.tests.factories import holder
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.imports.access import USE
from kapok.kernel.imports.models import Batch
from kapok.kernel.imports.public import Taken, approve_batch, import_kinds, upload_batch, work_off
from kapok.kernel.imports.tests.kinds import CARDS, HEAD
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample

KIND = replace(CARDS, key="sample.cards", title="食品小作坊登记证（存量）", deed=USE, take=lambda run, rows: Taken())
_made = count(1)
_clerks: dict[str, Account] = {}


def clerk() -> Account:
    """One clerk for all samples, so that his pages show the batches made for them."""
    known = Account.objects.filter(id=_clerks["clerk"].id).first() if _clerks else None
    if known is None:
        import_kinds.put(KIND.key, KIND)
        _ground()
        actor = holder("clerk", org=make_org(f"南山区市场监督管理局{next(_made)}").id)
        known = _clerks["clerk"] = Account.objects.get(id=actor.account)
    return known


def batch(name: str, lines: list[str], *, head: str = HEAD, approve: bool = False) -> Batch:
    by = actor_of_account(clerk().id)
    made = upload_batch(KIND.key, name, (head + "\n".join(lines)).encode(), by=by)
    work_off()
    if approve:
        approve_batch(made.id, by=by)
        work_off()
    made.refresh_from_db()
    return made


def rows(faulty: bool) -> list[str]:
    """Sixty rows of three bodies, with every kind of fault when asked."""
    bodies = ("广州市市场监督管理局", "深圳市市场监督管理局南山监管局", "佛山市顺德区市场监督管理局")
    first = next(_made) * 1000
    made = [f"K{first + n:06d},林小满,{bodies[n % 3]},2020-01-02,12.50" for n in range(60)]
    if faulty:
        made[3:3] = ["K9,,不存在的机构名称很长很长很长的一个,2020-99-99,十元", f"{made[0]}", "4.4E+17,林,广州市市场监督管理局,昨天,"]
    return made


def report() -> str:
    return f"/work/imports/{batch('2019年前小作坊登记证存量台账（南山）.csv', rows(faulty=True)).id}/"


def finished() -> str:
    return f"/work/imports/{batch('存量台账.csv', rows(faulty=False), approve=True).id}/"


def refused() -> str:
    return f"/work/imports/{batch('台账.csv', ['1,2'], head='甲,乙' + chr(10)).id}/"


def running() -> str:
    made = batch("大台账.csv", rows(faulty=True))
    Batch.objects.filter(id=made.id).update(state=Batch.CHECKING, done=41_230, total=100_000, began=clock.wall(), beat=clock.wall())
    return f"/work/imports/{made.id}/"


def _ground() -> None:
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))


def nobody() -> Any:
    _ground()
    return Account.objects.get(id=holder("clerk", org=make_org(f"坪山区市场监督管理局{next(_made)}").id).account)


def upload_page() -> str:
    clerk()
    return f"/work/imports/new/{KIND.key}/"


PAGES = [
    Sample("imports:list", login=nobody, name="imports:empty"),
    Sample("imports:upload", make=upload_page, login=clerk),
    Sample("imports:batch", make=report, login=clerk),
    Sample("imports:batch", make=finished, login=clerk, name="imports:finished"),
    Sample("imports:batch", make=refused, login=clerk, name="imports:refused"),
    Sample("imports:batch", make=running, login=clerk, name="imports:running"),
    Sample("imports:list", login=clerk),
]
