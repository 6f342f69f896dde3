"""Pages of 我的, of booking and asking, and of the portal's desks, for the browser sweeps."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kapok.kernel.access.public import grant
from kapok.kernel.accounts.public import Account
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample
from kapok.services.intake.actions.act import act
from kapok.services.intake.tests.factories import Office
from kapok.services.items.tests.factories import PROVINCE, SYSTEM
from kapok.services.items.tests.factories import account as staff_account
from kapok.services.portal.actions.asking import answer_question, ask_question, extend_answer
from kapok.services.portal.actions.booking import book, cancel_booking
from kapok.services.portal.actions.keeping import keep_favourite
from kapok.services.portal.actions.wording import set_wording
from kapok.services.portal.models import Appointment, Question, Slot
from kapok.services.portal.tests.factories import Citizen, citizen, company, hours, served, working_day

ASKED = ("租用的场所可以申请吗？", "场所是租来的，合同还剩八个月。\n请问可以申请吗？需要房东出具什么材料？")
ANSWER = "可以。请在“场所”一栏填写租赁地址，并上传租赁合同；合同剩余期限不少于六个月即可。"


@cache
def place() -> Office:
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))
    made = served("深圳市样张服务局", base={"name": "样张经营场所许可"})
    for ahead in (1, 2, 3):
        hours(made, capacity=2, ahead=ahead)
    return made


@cache
def me() -> Citizen:
    """A person with something of everything."""
    office = place()
    who = citizen("林小满")
    code, slots = office.item.impl_code, list(Slot.objects.filter(org=office.org).order_by("starts"))
    gone = book(code, slots[0].id, by=who.actor)
    cancel_booking(gone.id, by=who.actor)
    book(code, slots[1].id, by=who.actor)
    for title, text in (ASKED, ("办好后能寄到家里吗？", "窗口离我家很远，能否邮寄？"), ("要等多久？", "提交以后一般多久能办好？")):
        ask_question(title, text, impl_code=code, by=who.actor)
    first, second, _third = Question.objects.filter(party=who.party).order_by("id")
    answer_question(first.id, ANSWER, by=office.clerk)
    extend_answer(second.id, 3, "需要向邮政企业核实。", by=office.leader)
    keep_favourite(code, True, by=who.actor)
    return who


def login() -> Any:
    return me().account


@cache
def newcomer() -> Any:
    place()
    return citizen("王新来").account


@cache
def representative() -> Any:
    who = citizen("陈代表")
    company(who)
    return who.account


def case(*done: tuple[str, str, dict[str, Any]], page: str = "") -> str:
    """The page of an own case after some acts of the desk."""
    made = place().case(me().party)
    for name, outcome, given in done:
        act(made, name, outcome, given, by=place().leader if name == "decide" else place().clerk if name == "accept" else place().approver)
    return f"/mine/cases/{made}/{page}"


ACCEPTED = ("accept", "accepted", {})
DECIDED = (ACCEPTED, ("examine", "pass", {"opinion": "符合条件"}), ("decide", "granted", {"opinion": "准予许可"}))


def question(number: int = 0) -> str:
    return f"/mine/questions/{Question.objects.filter(party=me().party).order_by('id')[number].id}/"


def booking(state: str = Appointment.BOOKED, tail: str = "") -> str:
    return f"/mine/appointments/{Appointment.objects.filter(party=me().party, state=state)[0].id}/{tail}"


def to_book(tail: str = "") -> str:
    return f"/book/{place().item.impl_code}/{tail}"


@cache
def leader() -> Any:
    me()
    who = Account.objects.get(id=place().leader.account)
    grant(who, "clerk", org=place().org.id, reason="测试", by=SYSTEM)
    grant(who, "admin", org=place().org.id, reason="测试", by=SYSTEM)
    return who


@cache
def province_admin() -> Any:
    place()
    return staff_account("admin", place().org, region=PROVINCE)


def worded() -> str:
    """A state whose words were set by the agency."""
    words = {"label": "待您补正", "says": "请在补正告知书的期限内上传缺少的材料。", "notify": True}
    set_wording("correcting", words, item=place().item.impl_code, reason="写得更明白", by=place_admin())
    return f"/work/portal/wording/{place().item.impl_code}/correcting/"


def place_admin() -> Any:
    from kapok.kernel.access.public import actor_of_account

    return actor_of_account(leader().id)


def desk_day() -> str:
    me()
    return f"/work/portal/appointments/?day={working_day()}"


def slot() -> str:
    me()
    return f"/work/portal/appointments/slots/{Slot.objects.filter(org=place().org, booked=1)[0].id}/"


def asked() -> str:
    me()
    return f"/work/portal/questions/{Question.objects.filter(org=place().org, state='waiting')[0].id}/"


LIFE = [
    Sample("portal:materials", make=lambda: (case(ACCEPTED), "/mine/materials/")[1], login=login),
    Sample("portal:materials", login=newcomer, name="portal:materials-none"),
    Sample("portal:questions", login=login),
    Sample("portal:questions", login=newcomer, name="portal:questions-none"),
    Sample("portal:question", make=question, login=login, name="portal:question-answered"),
    Sample("portal:question", make=lambda: question(1), login=login, name="portal:question-extended"),
    Sample("portal:appointments", login=login),
    Sample("portal:appointments", login=newcomer, name="portal:appointments-none"),
    Sample("portal:appointment", make=lambda: booking(tail="?done=booked"), login=login, name="portal:appointment-booked"),
    Sample("portal:appointment", make=lambda: booking(tail="?cancel=1"), login=login, name="portal:appointment-cancel"),
    Sample("portal:favourites", login=login),
    Sample("portal:favourites", login=newcomer, name="portal:favourites-none"),
    Sample("portal:favourite", make=lambda: f"/favourites/{place().item.impl_code}/", login=login),
    Sample("portal:book", make=to_book, login=newcomer, name="portal:book-days"),
    Sample("portal:book", make=lambda: to_book(f"?day={working_day(2)}"), login=newcomer, name="portal:book-hours"),
    Sample("portal:book", make=to_book, login=login, name="portal:book-known"),
    Sample("portal:ask", make=lambda: f"/ask/{place().item.impl_code}/", login=login),
    Sample("portal:case", make=lambda: case(*DECIDED), login=login, name="portal:case-decided"),
    Sample("portal:collect", make=lambda: case(*DECIDED, page="collect/"), login=login),
    Sample("portal:upload", make=lambda: case(ACCEPTED, page="upload/"), login=login),
    Sample("portal:desk-day", make=desk_day, login=leader),
    Sample("portal:desk-day", make=lambda: "/work/portal/appointments/?day=2030-01-01", login=leader, name="portal:desk-day-none"),
    Sample("portal:desk-open", login=leader),
    Sample("portal:desk-slot", make=slot, login=leader),
    Sample("portal:desk-questions", login=leader),
    Sample("portal:desk-questions", make=lambda: "/work/portal/questions/?tab=overdue", login=leader, name="portal:desk-questions-none"),
    Sample("portal:desk-question", make=asked, login=leader),
    Sample("portal:desk-wording", login=leader),
    Sample("portal:desk-wording-item", make=lambda: f"/work/portal/wording/{place().item.impl_code}/", login=province_admin),
    Sample("portal:desk-wording-state", make=worded, login=leader),
]
