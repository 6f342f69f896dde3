"""The desks of seals, for the browser sweeps."""

from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from kapok.kernel.access.public import grant
from kapok.kernel.accounts.public import Account
from kapok.kernel.crypto.public import sm3
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample
from kapok.support.seals.actions.batches import apply_for_task, decide_task
from kapok.support.seals.actions.drafting import begin_stamping
from kapok.support.seals.actions.importing import import_seals
from kapok.support.seals.actions.people import authorise_user
from kapok.support.seals.actions.queueing import queue_use
from kapok.support.seals.actions.steps import apply_for_change, apply_for_seal, do_step
from kapok.support.seals.data import SealFacts
from kapok.support.seals.models import SealUser
from kapok.support.seals.public import use_seal
from kapok.support.seals.tests import pages_verify
from kapok.support.seals.tests.factories import (
    PROVINCE,
    SYSTEM,
    account,
    actor,
    letter,
    office,
    paper,
    pdf_paper,
    sealed_office,
    staff,
    wish,
)

_numbers = count(1)
LONG = "深圳市城市管理和综合执法局（深圳市林业局、深圳市园林绿化管理中心）"


class Desk:
    """An office with a seal of every kind of state, and somebody who may do everything there; made once."""

    def __init__(self) -> None:
        if not provinces():
            with TemporaryDirectory() as folder:
                small_province(Path(folder))
        number = next(_numbers)
        self.org: Org = office(f"深圳市样章第{number}管理局")
        self.seal: SealFacts = sealed_office(self.org)
        sealed_office(self.org, "licence")
        self.who: Account = account("leader", self.org, name="林保管")
        grant(self.who, "admin", org=self.org.id, reason="样章", by=SYSTEM)
        grant(self.who, "operator", org=self.org.id, reason="样章", by=SYSTEM)
        authorise_user(self.seal.id, self.who.id, keeper=True, reason="保管人", by=SYSTEM)
        authorise_user(self.seal.id, account("clerk", self.org, name="陈窗口").id, per_day=20, reason="窗口用章", by=SYSTEM)
        self._doing()

    def _doing(self) -> None:
        applicant = staff("leader", self.org)
        for kind, holder in (("department", "政策法规处"), ("personal", "李国栋"), ("approval", "")):
            seal = apply_for_seal(self.org.id, kind, f"样章第{kind}号", holder=holder, reason="首次制章", file=letter(), by=applicant)
            if kind != "department":
                do_step(seal.id, "approve", reason="同意", by=staff("admin", self.org))
            self.applied = seal

    def used(self) -> Any:
        """A use of its own."""
        return use_seal(wish(self.seal, case_number="440300202611250001"), by=actor(self.who)).use

    def task(self, *, decided: bool) -> Any:
        """A batch, waiting or approved."""
        digests = [sm3(f"文件{number}".encode()).hex() for number in range(12)]
        by = staff("leader", self.org)
        authorise_user(self.seal.id, by.account or self.who.id, reason="批量", by=SYSTEM)
        task = apply_for_task(self.seal.id, digests, reason="批量换发场所许可证", by=by)
        if decided:
            decide_task(task.id, approve=True, reason="同意", by=actor(self.who))
        return task.id

    def draft(self, media: str = "ofd") -> str:
        content = paper(pages=3) if media == "ofd" else pdf_paper(2)
        return str(begin_stamping(f"准予许可决定书.{media}", content, by=actor(self.who)).id)


@cache
def _desk() -> Desk:
    return Desk()


def keeper() -> Any:
    return _desk().who


def newcomer() -> Any:
    """Somebody without a seal, in an office without one and with a long name."""
    _desk()
    return account("leader", office(f"{LONG}{next(_numbers)}"))


def operator() -> Any:
    _desk()
    return account("operator", region=PROVINCE)


def _seal(tail: str = "") -> Any:
    return lambda: f"/work/seals/{_desk().seal.id}/{tail}"


def _changing() -> str:
    desk = _desk()
    seal = sealed_office(office(f"深圳市变更第{next(_numbers)}局"))
    grant(desk.who, "admin", org=seal.org, reason="样章", by=SYSTEM)
    apply_for_change(seal.id, "destroy", reason="机构撤销", file=letter(), by=SYSTEM)
    do_step(seal.id, "approve_change", reason="同意", by=staff("admin", region=PROVINCE))
    return f"/work/seals/{seal.id}/step/carry_out/"


def _uses() -> str:
    _desk().used()
    return "/work/seals/uses/"


def _queue() -> str:
    desk = _desk()
    queue_use(wish(desk.seal), by=actor(desk.who))
    return "/work/seals/queue/"


def _import() -> str:
    desk, out = _desk(), BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("坏的.esl", b"not a seal")
    return f"/work/seals/imports/{import_seals('全市印章.zip', out.getvalue(), by=actor(desk.who)).id}/"


def _end_user() -> str:
    user = SealUser.objects.filter(seal=_desk().seal.id, ended_at=None, keeper=False).first()
    assert user is not None
    return f"/work/seals/{_desk().seal.id}/users/{user.id}/end/"


PAGES = [
    Sample("seals:list", login=keeper),
    Sample("seals:list", login=keeper, make=lambda: "/work/seals/?tab=doing", name="seals-doing"),
    Sample("seals:list", login=newcomer, name="seals-empty"),
    Sample("seals:seal", login=keeper, make=_seal()),
    Sample("seals:seal", login=keeper, make=lambda: f"/work/seals/{_desk().applied.id}/", name="seals-approved"),
    Sample("seals:apply", login=keeper),
    Sample("seals:step", login=keeper, make=_seal("step/suspend/")),
    Sample("seals:step", login=keeper, make=_seal("step/apply_change/"), name="seals-change"),
    Sample("seals:step", login=keeper, make=lambda: f"/work/seals/{_desk().applied.id}/step/make/", name="seals-make"),
    Sample("seals:step", login=keeper, make=_changing, name="seals-destroy"),
    Sample("seals:bindings", login=keeper, make=_seal("bindings/")),
    Sample("seals:authorise", login=keeper, make=_seal("authorise/")),
    Sample("seals:end-user", login=keeper, make=_end_user),
    Sample("seals:stamp", login=keeper),
    Sample("seals:stamp", login=newcomer, name="seals-nobody"),
    Sample("seals:draft", login=keeper, make=lambda: f"/work/seals/stamp/{_desk().draft()}/"),
    Sample("seals:draft", login=keeper, make=lambda: f"/work/seals/stamp/{_desk().draft('pdf')}/", name="seals-pdf"),
    Sample("seals:uses", login=keeper, make=_uses),
    Sample("seals:uses", login=newcomer, name="seals-empty"),
    Sample("seals:use", login=keeper, make=lambda: f"/work/seals/uses/{_desk().used()}/"),
    Sample("seals:queue", login=keeper, make=_queue),
    Sample("seals:tasks", login=keeper, make=lambda: (_desk().task(decided=False), "/work/seals/tasks/")[1]),
    Sample("seals:new-task", login=keeper),
    Sample("seals:task", login=keeper, make=lambda: f"/work/seals/tasks/{_desk().task(decided=False)}/"),
    Sample("seals:task", login=keeper, make=lambda: f"/work/seals/tasks/{_desk().task(decided=True)}/", name="seals-approved"),
    Sample("seals:imports", login=keeper),
    Sample("seals:import", login=keeper, make=_import),
    Sample("seals:pki", login=operator),
]
PAGES += pages_verify.PAGES
