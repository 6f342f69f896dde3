"""The portal's pages, for the browser sweeps."""

from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common import clock
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample
from kapok.services.intake.actions.act import act
from kapok.services.intake.public import Content, begin_draft, save_draft
from kapok.services.intake.tests.factories import MATERIALS, Office, office, person
from kapok.services.items.public import cancel_item
from kapok.services.items.tests.factories import SHENZHEN, SYSTEM, account
from kapok.services.portal.actions.upkeep import plan_maintenance, put_notice
from kapok.services.portal.tests.pages_mine import LIFE

_made = count(1)
NAME = "在城市建筑物、设施上张贴、悬挂大型户外广告和宣传品及利用公共场所举办展览展销活动许可"
QUESTIONS = [
    {"key": "place", "text": "场所是自有的还是租用的？", "choices": [{"key": "own", "text": "自有"}, {"key": "rent", "text": "租用"}]}
]
ELEMENTS: dict[str, Any] = {
    "consult": True,
    "fees": [{"name": "场所检测费", "standard": "每处 120 元", "basis": "收费目录第三条", "amount_fen": 12000}],
    "materials": [{**MATERIALS[0], "blank_form": "申请表空表.pdf", "sample": "申请表样表.pdf"}, *MATERIALS[1:]],
}


@cache
def _office() -> Office:
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))
    return office("深圳市样张管理局", base={"name": "样张场所许可"}, elements=ELEMENTS)


@cache
def _long() -> Office:
    """An item and an agency with very long names."""
    _office()
    return office("深圳市城市管理和综合执法局（深圳市林业局、深圳市园林绿化管理中心）", base={"name": NAME}, elements={"faq": []})


@cache
def _asking() -> Office:
    """An item that asks for the applicant's 情形."""
    _office()
    return office("深圳市样张住房局", base={"name": "样张租赁备案"}, elements={"questions": QUESTIONS})


class Citizen:
    """A person and what belongs to it, made once: the page and its reader go together."""

    account: Any = None

    def login(self) -> Any:
        if self.account is None:
            _office()
            self.party = person("林小满")
            self.account = open_account(f"portal-{next(_made)}", "林小满", "person", party=self.party, by=SYSTEM)
            self.actor = actor_of_account(self.account.id)
        return self.account

    def case(self, *done: tuple[str, str, dict[str, Any]], page: str = "") -> str:
        """The page of an own case after some acts of the desk."""
        self.login()
        case = _office().case(self.party)
        for name, outcome, given in done:
            act(case, name, outcome, given, by=_office().clerk)
        return f"/mine/cases/{case}/{page}"

    def draft(self, step: str, **content: Any) -> str:
        """A step of an own draft."""
        self.login()
        kept = begin_draft(_asking().law, by=self.actor)
        save_draft(kept.id, Content(**content), step, by=self.actor)
        return f"/drafts/{kept.id}/{step}/"


def busy() -> Any:
    """A person with cases in several states and a draft."""
    who = Citizen()
    who.case()
    who.case(ACCEPTED)
    who.case(CORRECTING)
    who.draft("form")
    _long().case(who.party)
    return who.account


def newcomer() -> Any:
    return Citizen().login()


def guide(which: Any) -> str:
    return f"/portal/guide/{which().item.impl_code}"


def keeper() -> Any:
    """An administrator of a city with a notice and a maintenance."""
    who = newcomer_at_desk()
    admin, now = actor_of_account(who.id), clock.now()
    put_notice(SHENZHEN, "窗口搬迁", "政务服务中心二楼窗口搬至三楼，办理时间不变。", now, now + timedelta(days=9), by=admin)
    plan_maintenance("系统升级", "请到政务服务中心窗口办理", now, now + timedelta(hours=8), impl_code=_office().item.impl_code, by=admin)
    return who


def newcomer_at_desk() -> Any:
    """An administrator of a city without anything."""
    return account("admin", _office().org)


def stopped(which: str) -> str:
    """An item in maintenance, or one that was cancelled and has a successor."""
    made = office(f"深圳市样张{which}局", base={"name": f"样张{which}许可"})
    now = clock.now()
    if which == "guide":
        plan_maintenance("系统升级", "请到窗口办理", now, now + timedelta(hours=8), impl_code=made.item.impl_code, by=SYSTEM)
    else:
        office("深圳市样张接替局", base={"name": "样张ended许可"})
        cancel_item(made.item.impl_code, clock.today(), "职责划转", by=SYSTEM)
    return guide(lambda: made)


ACCEPTED = ("accept", "accepted", {})
FAULTS = [{"kind": "material", "key": "plan", "says": "缺第二页"}, {"kind": "field", "key": "place", "says": "地址不完整"}]
CORRECTING = ("request_correction", "listed", {"faults": FAULTS})
me = Citizen()
FILLED: dict[str, Any] = {"situation": {"place": "own"}, "answers": {"name": "林小满", "place": "示范路1号"}}

BROWSING = [
    Sample("portal:home", make=lambda: (_office(), "/")[1]),
    Sample("portal:home", login=busy, name="portal:home-busy"),
    Sample("portal:search", make=lambda: (_office(), _long(), "/search/")[2]),
    Sample("portal:search", make=lambda: "/search/?q=没有这样的事项", name="portal:search-none"),
    Sample("portal:persons"),
    Sample("portal:companies"),
    Sample("portal:agencies"),
    Sample("portal:themes"),
    Sample("portal:accessibility"),
    Sample("portal:regions"),
    Sample("portal:regions", make=lambda: "/regions/?q=沙面", name="portal:regions-found"),
    Sample("portal:region", make=lambda: "/regions/440103001001/", name="portal:region-village"),
    Sample("portal:region", make=lambda: "/regions/440300000000/", name="portal:region-city"),
    Sample("portal:scene", make=lambda: "/scenes/restaurant/"),
    Sample("portal:guide", make=lambda: guide(_office)),
    Sample("portal:guide", make=lambda: guide(_long), name="portal:guide-long"),
]
APPLYING = [
    Sample("portal:draft", make=lambda: me.draft("situation"), login=me.login, name="portal:draft-situation"),
    Sample("portal:draft", make=lambda: me.draft("form", **FILLED), login=me.login, name="portal:draft-form"),
    Sample("portal:draft", make=lambda: me.draft("materials", **FILLED), login=me.login, name="portal:draft-materials"),
    Sample("portal:draft", make=lambda: me.draft("check", **FILLED), login=me.login, name="portal:draft-check"),
]
MINE = [
    Sample("portal:mine", login=busy),
    Sample("portal:mine", login=newcomer, name="portal:mine-none"),
    Sample("portal:case", make=me.case, login=me.login),
    Sample("portal:case", make=lambda: me.case(ACCEPTED), login=me.login, name="portal:case-accepted"),
    Sample("portal:case", make=lambda: me.case(CORRECTING), login=me.login, name="portal:case-correcting"),
    Sample("portal:receipt", make=lambda: me.case(page="receipt/"), login=me.login),
    Sample("portal:correct", make=lambda: me.case(CORRECTING, page="correct/"), login=me.login),
    Sample("portal:withdraw", make=lambda: me.case(page="withdraw/"), login=me.login),
]
UPKEEP = [
    Sample("portal:desk-notices", login=keeper),
    Sample("portal:desk-notices", login=newcomer_at_desk, name="portal:desk-notices-none"),
    Sample("portal:desk-notice", login=keeper),
    Sample("portal:desk-maintenance", login=keeper),
    Sample("portal:desk-maintenance", login=newcomer_at_desk, name="portal:desk-maintenance-none"),
    Sample("portal:desk-stop", login=keeper),
    Sample("portal:guide", make=lambda: stopped("guide"), name="portal:guide-stopped"),
    Sample("portal:guide", make=lambda: stopped("ended"), status=410, name="portal:guide-ended"),
]
PAGES = [*BROWSING, *APPLYING, *MINE, *LIFE, *UPKEEP]
