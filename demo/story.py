"""The story `make demo` plays: four applications, through the actions that pages and APIs call, over the last weeks.

Legal time stands still at each step, so that days pass without waiting and nobody else's clock moves.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from rich.console import Console

from demo.cast import Accounts
from demo.filling import fill
from demo.people import Company, Person
from demo.telling import Teller
from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.calendar.public import current
from kapok.kernel.common import clock
from kapok.kernel.files.public import open_file, store
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.orgs.public import org_by_key
from kapok.services.intake.public import Application, Case, Given, act, apply, hand_in, held_for, queue
from kapok.services.items.public import Asked, CompiledItem, item_in_force, search_items
from kapok.support.licences.public import LicenceFacts, drain, file_of, licence_of_case

BACK = 30  # working days the story reaches back
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def tell(accounts: Accounts, console: Console) -> list[UUID]:
    """Play the whole story; returns the cases it made."""
    story = _Story(accounts, Teller(console, steps=31))
    with story.tell.telling():
        return [story.restaurant(), story.silence(), story.elsewhere(), story.village()]


def told(accounts: Accounts) -> bool:
    """Whether this node has the story's cases already: its people hand in nothing else unless somebody plays them."""
    return Case.objects.filter(applicant_id__in=[account.party_id for account in accounts.people.values()]).exists()


class _Story:
    def __init__(self, accounts: Accounts, tell: Teller) -> None:
        self.accounts, self.tell = accounts, tell
        self.dice = random.Random(8)
        self.day = current().add_working_days(clock.today(), -BACK)

    # -- who acts

    def citizen(self, key: str, company: str = "") -> Actor:
        return actor_of_account(self.accounts.people[key].id, self.accounts.companies[company].id if company else None)

    def staff(self, login: str) -> Actor:
        return actor_of_account(self.accounts.staff[login].id)

    def person(self, key: str) -> Person:
        row = next(row for row in self.accounts.said["citizen"] if row["key"] == key)
        return Person(row["name"], row["number"], row["phone"], row["number"][:6], row["address"])

    def company(self, key: str) -> Company:
        row = next(row for row in self.accounts.said["company"] if row["key"] == key)
        owner = self.person(row["representative"])
        return Company(row["name"], row["uscc"], "餐饮服务", row["uscc"][2:8], owner.address, owner.phone, owner)

    # -- when

    @contextmanager
    def at(self, working_days: int, hour: int, minute: int = 0) -> Iterator[datetime]:
        """Legal time so many working days after the story's first day."""
        moment = clock.at(current().add_working_days(self.day, working_days), hour, minute)
        with clock.frozen(moment):
            yield moment

    # -- the chapters

    def restaurant(self) -> UUID:
        """补正, 特别程序, 延长审批, 办结, 领取: one case that meets everything."""
        tell, owner, firm = self.tell, self.citizen("liang", "canyin"), self.company("canyin")
        clerk, examiner = self.staff("clerk.dz.market"), self.staff("examiner.dz.market")
        inspector, leader = self.staff("inspector.dz.market"), self.staff("leader.dz.market")
        tell.chapter("一、在端州开一家餐馆：食品经营许可")
        with self.at(0, 9, 20):
            item = self.find("食品经营许可", "dz_market")
            limits = f"法定 {item.statutory.value} 个工作日，承诺 {item.promised.value} 个工作日"
            tell.step("梁志远", f"搜索“食品经营许可”，找到{item.org_name}的事项：{limits}")
        with self.at(0, 9, 45):
            filled = fill(item, firm.representative, firm, self.dice, today=clock.today())
            situation = {"kind": "new", "format": "catering"}
            case = self.hand_in_application(item, owner, firm.representative, firm, situation)
            tell.step("梁志远", f"在网上提交申请（首次申请，餐饮服务），填写 {len(filled.answers)} 项", case)
        fault = {"kind": "material", "key": "layout", "says": "布局图没有标明专间面积和人流、物流走向，请补充"}
        with self.at(1, 10):
            act(case, "request_correction", "listed", {"faults": [fault]}, by=clerk)
            tell.step("受理人员 罗建文", "一次告知需要补正：布局图没有标明专间面积", case)
        with self.at(3, 15):
            self.correct(case, owner)
            tell.step("梁志远", "上传补正后的布局图", case)
        with self.at(4, 9, 30):
            act(case, "accept_correction", "accepted", {"opinion": "材料齐全"}, by=clerk)
            tell.step("受理人员 罗建文", "补正受理，出具受理通知书", case)
        with self.at(5, 11):
            act(case, "examine", "pass", {"opinion": "资料符合要求，提请现场核查"}, by=examiner)
            tell.step("审查人员 谢宇", "资料审查通过", case)
        with self.at(6, 10):
            ask = {"procedure": "现场核查整改", "reason": "专间未设置洗手消毒设施，需要整改", "approver": str(leader.account),
                   "basis": "《食品经营许可和备案管理办法》第二十一条"}  # fmt: skip
            act(case, "request_special", "pause", ask, by=inspector)
            tell.step("核查人员 许浩", "现场核查发现问题，进入特别程序，计时暂停", case)
        with self.at(11, 16):
            act(case, "conclude_special", "concluded", {"result": "整改到位", "file": "现场核查记录表"}, by=inspector)
            tell.step("核查人员 许浩", "复查整改到位，计时恢复", case)
        with self.at(11, 16, 20):
            act(case, "examine", "pass", {"opinion": "现场核查符合要求"}, by=inspector)
            tell.step("核查人员 许浩", "现场核查通过", case)
        with self.at(12, 9):
            longer = {
                "reason": "核查情况复杂，需要会商",
                "approver": str(leader.account),
                "days": 5,
                "basis": "《食品经营许可和备案管理办法》第二十三条",
            }
            act(case, "request_special", "extend", longer, by=inspector)
            tell.step("核查人员 许浩", "经负责人批准，延长审批 5 个工作日", case)
        with self.at(14, 10):
            act(case, "decide", "granted", {"opinion": "准予许可", "result": "食品经营许可证"}, by=leader)
            tell.step("负责人 唐海", "准予许可，办结；许可证在同一事务中产生，待签章", case)
        with self.at(14, 10, 1):
            licence = self.sealed(case)
        with self.at(15, 20) as now:
            act(case, "collect", "collected", {"collected_by": "梁志远", "method": "online", "collected_at": now.isoformat()}, by=owner)
            tell.step("梁志远", "在网上领取电子许可证", case)
        tell.console.print("\n  [bold]这件事的时限是怎么算出来的（explain-clock）[/bold]")
        tell.clock_of(case)
        self.show(licence)
        return case

    def silence(self) -> UUID:
        """Nobody answers: the clock accepts."""
        tell, nurse = self.tell, self.citizen("chen")
        tell.chapter("二、五个工作日没有答复：视为受理")
        with self.at(2, 14, 10):
            item = self.find("护士执业注册", "zq_health")
            tell.step("陈雅婷", f"找到{item.org_name}的“护士执业注册”")
        with self.at(2, 14, 40):
            case = self.hand_in_application(item, nurse, self.person("chen"), None, {"kind": "first", "late": "no"})
            tell.step("陈雅婷", "提交首次注册申请", case)
        due = Case.objects.get(id=case).due_at
        assert due is not None
        with clock.frozen(due - timedelta(hours=6)):
            fire_due()
            tell.step("法定时限", "第五个工作日下班，仍然没有人处理；期限未满，时钟不动", case)
        with clock.frozen(due + timedelta(seconds=1)):
            fire_due()
            tell.step("法定时限", "期限届满，依法视为受理", case)
        return case

    def elsewhere(self) -> UUID:
        """A 广州 item received in 肇庆: both see it, 广州 decides."""
        tell, window = self.tell, self.staff("window.zq.cross")
        clerk, examiner, leader = self.staff("clerk.gz.fund"), self.staff("examiner.gz.fund"), self.staff("leader.gz.fund")
        tell.chapter("三、在肇庆的窗口办广州的事：提取住房公积金（异地代收）")
        with self.at(18, 9, 10):
            item = self.find("住房公积金提取", "gz_fund")
            tell.step("肇庆窗口 邓丽", f"为住在肇庆的林木棉打开{item.org_name}的事项")
        with self.at(18, 9, 30):
            there = org_by_key("zq_fund").id
            lin = self.accounts.people["lin"].party
            assert lin is not None
            case = self.hand_in_application(item, window, self.person("lin"), None, {}, applicant=lin.id, received_by=there)
            tell.step("肇庆窗口 邓丽", "收取材料并提交，办件归广州办理", case)
        with self.at(18, 9, 31):
            seen = {login: self.sees(login, case) for login in ("window.zq.cross", "clerk.gz.fund", "clerk.dz.health")}
            tell.step("两地都能看到", "、".join(f"{login} {'可见' if sees else '不可见'}" for login, sees in seen.items()))
        with self.at(18, 11):
            act(case, "accept", "accepted", {"opinion": "材料齐全"}, by=clerk)
            tell.step("广州受理人员 冯涛", "受理，编号由广州给出", case)
        with self.at(19, 10):
            act(case, "examine", "pass", {"opinion": "购房事实核验一致"}, by=examiner)
            tell.step("广州审核人员 韩冰", "审核通过", case)
        with self.at(19, 15):
            act(case, "decide", "granted", {"opinion": "准予提取", "result": "住房公积金提取核准"}, by=leader)
            tell.step("广州负责人 曹明", "复核准予，资金转入本人账户", case)
        return case

    def village(self) -> UUID:
        """A limit in natural days at a village."""
        tell, helper = self.tell, self.staff("village.lengkeng")
        tell.chapter("四、村里办的事：高龄老人津贴（自然日）")
        with self.at(20, 9, 0):
            item = self.find("高龄老人津贴", "lengkeng_village")
            tell.step("代办员 黄秀英", f"到老人家里代办“{item.name}”")
        with self.at(20, 9, 40):
            old = self.accounts.people["huang"].party
            assert old is not None
            case = self.hand_in_application(item, helper, self.person("huang"), None, {}, applicant=old.id)
            tell.step("代办员 黄秀英", "代老人提交申请", case)
        with self.at(20, 10, 10):
            act(case, "accept", "accepted", {"opinion": "年龄和户籍已核对"}, by=helper)
            tell.step("代办员 黄秀英", "受理", case)
        with self.at(22, 16):
            act(case, "examine", "pass", {"opinion": "已入户核对"}, by=helper)
            tell.step("代办员 黄秀英", "核对情况", case)
        with self.at(23, 9):
            act(case, "decide", "granted", {"opinion": "同意上报", "result": item.result_name}, by=helper)
            tell.step("代办员 黄秀英", "出具受理意见，报镇人民政府", case)
        return case

    # -- what the chapters share

    def sealed(self, case: UUID) -> LicenceFacts:
        """The licence the case ended in, once its files bear their seals."""
        drain()
        licence = licence_of_case(case)
        assert licence is not None
        self.tell.step("电子证照", f"签章完成：{licence.name} {licence.number}，证照标识 {licence.identifier}")
        return licence

    def show(self, licence: LicenceFacts) -> None:
        """Put both files where whoever follows the story may look at them, and verify them."""
        self.tell.console.print("\n  [bold]这张证照查验的结果（kapok verify）[/bold]")
        folder = Path(settings.KAPOK_HOME) / "story"
        folder.mkdir(exist_ok=True)
        for kind in ("ofd", "pdf"):
            path = folder / f"{licence.name}.{kind}"
            path.write_bytes(open_file(file_of(licence.id, kind)))
            self.tell.verified(path)

    def find(self, words: str, agency: str) -> CompiledItem:
        """Search as a citizen does, then take the agency's own item from what was found."""
        org = org_by_key(agency).id
        line = next(line for line in search_items(Asked(text=words, org_id=org)).lines)
        found = item_in_force(line.impl_code)
        assert found is not None
        return found

    def sees(self, login: str, case: UUID) -> bool:
        """Whether the case stands in somebody's queue."""
        return any(row["id"] == case for row in queue(self.staff(login), limit=500).rows)

    def hand_in_application(
        self, item: CompiledItem, by: Actor, person: Person, company: Company | None, situation: dict[str, str], *,
        applicant: UUID | None = None, received_by: int | None = None,
    ) -> UUID:  # fmt: skip
        window = applicant is not None
        owner = applicant or by.for_party
        assert owner is not None
        filled = fill(item, person, company, self.dice, today=clock.today(), window=window, situation=situation)
        held = held_for(owner, item.materials)
        materials = tuple(self.given(key, how, originals, copies, owner, by, held) for key, how, originals, copies in filled.materials)
        application = Application(
            version=item.version_id, applicant=owner, answers=filled.answers, situation=filled.situation, materials=materials,
            channel="1" if window else "2", agent=by.party if by.acts_for else None, received_by=received_by, again=True,
        )  # fmt: skip
        return apply(application, by=by).case

    def given(self, key: str, how: str, originals: int, copies: int, owner: UUID, by: Actor, held: dict[str, Any]) -> Given:
        """At a window as the paper lies there; online a licence that is held (免提交), else a file."""
        if by.kind == "staff":
            return Given(key, how, (), originals, copies)
        if key in held:
            return Given(key, "licence", licence=held[key][0].id)
        return Given(key, "upload", (self.file(f"{key}.pdf", owner, by),))

    def file(self, name: str, owner: UUID, by: Any) -> tuple[str, str, int]:
        kept = store(PDF, name=name, media_type="application/pdf", subject=owner, by=by)
        return str(kept.id), "application/pdf", len(PDF)

    def correct(self, case: UUID, owner: Actor) -> None:
        party = owner.for_party
        assert party is not None
        hand_in(case, {}, (Given("layout", "upload", (self.file("布局图（补正）.pdf", party, owner),)),), by=owner)
