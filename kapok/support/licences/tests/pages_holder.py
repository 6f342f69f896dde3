"""Pages of 我的证照, of showing and using licences, for the browser sweeps."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from kapok.kernel.access.public import grant
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample
from kapok.support.licences.actions.changing import cancel, suspend
from kapok.support.licences.actions.using import use_licence
from kapok.support.licences.actions.using_codes import Allowed, consent
from kapok.support.licences.actions.using_copies import CopyTerms, annotated_copy
from kapok.support.licences.actions.using_objections import answer_objection, object_to_use
from kapok.support.licences.actions.using_show import ask_copy, read_code, show_code
from kapok.support.licences.actions.using_statements import statement_of_absence
from kapok.support.licences.actions.using_status import make_status_list
from kapok.support.licences.models import Licence, Objection, Statement, Use
from kapok.support.licences.queries.using_desks import case_desks
from kapok.support.licences.tests.factories import SYSTEM, Issuer, issuer, staff
from kapok.support.licences.tests.factories_using import Desk, Holder, company_of, held, holder

ITEM = "000199990077"


@cache
def _province() -> Issuer:
    """Another body, whose licences nobody here holds."""
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))
    return issuer("深圳市样张发证局", seal=False, title="食品经营许可证")


@cache
def _office() -> Issuer:
    _province()
    return issuer("深圳市样照管理局", title="公共场所卫生许可证")


@cache
def _desk() -> Desk:
    """A desk with an item that asks for the licence, beside the product's own."""
    made = Desk()
    made.serve(_office(), ITEM, needs=(_office().type.code,))
    case_desks.put("samples", made)
    return made


@cache
def me() -> Holder:
    """Somebody with licences in several states, uses of them, an objection, an authorisation."""
    office, who = _office(), holder("林小满")
    company_of(who)
    soon = held(office, who.party, valid_to=clock.today() + timedelta(days=12))
    for end in (cancel, suspend):
        ended = held(office, who.party)
        end(ended.id, reason="不再经营", **({"cause": "normal"} if end is cancel else {}), by=office.leader)
    _province().issue(who.party)
    mine = held(office, who.party, answers={"place": "深圳市南山区示范大道 1999 号示范中心东塔 3001 室之一", "kind": "hall"})
    desk = _desk()
    for _n in range(3):
        case = desk.open(office, who.party, ITEM)
        use_licence(mine.id, "duty", item_code=ITEM, case_number=case.number, by=office.clerk)
    first, second, _third = Use.objects.filter(holder=who.party.id).order_by("id")
    objected = object_to_use(first.id, "我没有办过这件事，也没有同意别人使用。", by=who.actor)
    answer_objection(objected.id, True, "经查，该办件填错了申请人，已责令改正，并删除了误存的照面数据。", by=office.leader)
    object_to_use(second.id, "这个办件我已经撤回了，为什么还在查我的证照？", by=who.actor)
    consent(soon.id, Allowed(office.org.id, ITEM, "办理场所备案", clock.now() + timedelta(days=20), most=3), by=who.actor)
    desk.open(office, who.party, office.item, type_codes=frozenset({office.type.code}))
    closed: dict[str, Any] = {
        "state": "closed",
        "outcome": "granted",
        "decided_at": clock.now(),
        "type_codes": frozenset({office.type.code}),
    }
    desk.open(office, who.party, office.item, **closed)
    statement_of_absence(_province().type.code, by=who.actor)
    return who


@cache
def newcomer() -> Holder:
    _province()
    return holder("王新来")


def login() -> Any:
    return me().account


def new() -> Any:
    return newcomer().account


def valid() -> UUID:
    """The licence that was made last and is in force."""
    return Licence.objects.filter(holder=me().party.id, state="valid").order_by("-id")[0].id


def of_state(state: str) -> Any:
    return lambda: f"/mine/licences/{Licence.objects.filter(holder=me().party.id, state=state).order_by('id')[0].id}/"


def one(tail: str = "") -> Any:
    return lambda: f"/mine/licences/{valid()}/{tail}"


def use(number: int) -> Any:
    return lambda: f"/mine/licences/uses/{Use.objects.filter(holder=me().party.id, mode='duty').order_by('id')[number].id}/"


def withdraw() -> str:
    licence = Licence.objects.filter(holder=me().party.id, state="valid").order_by("id")[0].id
    given = consent(licence, Allowed(_office().org.id, ITEM, "办理备案", clock.now() + timedelta(days=9)), by=me().actor)
    return f"/mine/licences/consents/{given.id}/withdraw/"


def copy() -> str:
    terms = CopyTerms("办理银行开户", "示范银行深圳分行", clock.now() + timedelta(days=30))
    return f"/mine/licences/copies/{annotated_copy(valid(), 'pdf', terms, by=me().actor).id}/"


def statement() -> str:
    return f"/mine/licences/statements/{Statement.objects.filter(party=me().party.id)[0].id}/?done=made"


def spent() -> str:
    code = show_code(valid(), by=me().actor).code
    read_code(code, by=me().actor)
    return f"/verify/show/{code}/"


def seen(ask: bool = False) -> str:
    key = read_code(show_code(valid(), by=me().actor).code, by=me().actor)
    if ask:
        ask_copy(key, for_whom="示范酒店", purpose="办理入住", by=me().actor)
    return f"/verify/show/seen/{key}/"


def view() -> str:
    case = _desk().open(_office(), me().party, ITEM)
    used = use_licence(valid(), "duty", item_code=ITEM, case_number=case.number, result="view", by=_office().clerk)
    return f"/verify/view/{used.token}/"


def lists() -> str:
    me()
    make_status_list(_office().org.uscc, by=_office().leader)
    return "/verify/status/"


@cache
def _clerk() -> Any:
    who = Account.objects.get(id=_office().clerk.account)
    grant(who, "leader", org=_office().org.id, reason="测试", by=SYSTEM)
    return who


def clerk() -> Any:
    me()
    return _clerk()


def desk_case() -> str:
    return f"/work/licences/use/?case={_desk().open(_office(), me().party, ITEM).number}"


def objection() -> str:
    return f"/work/licences/use/objections/{Objection.objects.filter(holder=me().party.id, state='waiting')[0].id}/"


def others() -> Any:
    """A supervisor with nothing to answer."""
    return Account.objects.get(id=staff("leader", _province().org).account)


HOLDER = [
    Sample("licences:mine", login=login, name="licences-mine"),
    Sample("licences:mine", make=lambda: "/mine/licences/?show=over", login=login, name="licences-mine-over"),
    Sample("licences:mine", login=new, name="licences-mine-none"),
    Sample("licences:holder-one", make=one(), login=login, name="licences-own-valid"),
    Sample("licences:holder-one", make=of_state("pending"), login=login, name="licences-own-pending"),
    Sample("licences:holder-one", make=of_state("suspended"), login=login, name="licences-own-suspended"),
    Sample("licences:holder-sheets", make=one("sheets/"), login=login),
    Sample("licences:holder-make-copy", make=one("copy/"), login=login),
    Sample("licences:holder-copy", make=copy, login=login),
    Sample("licences:holder-code", make=one("code/"), login=login),
    Sample("licences:holder-allow", make=one("allow/"), login=login),
    Sample("licences:holder-withdraw", make=withdraw, login=login),
    Sample("licences:holder-uses", login=login),
    Sample("licences:holder-uses", login=new, name="licences-uses-none"),
    Sample("licences:holder-use", make=use(0), login=login, name="licences-use-answered"),
    Sample("licences:holder-use", make=use(1), login=login, name="licences-use-objected"),
    Sample("licences:holder-use", make=use(2), login=login, name="licences-use-plain"),
    Sample("licences:holder-missing", login=login),
    Sample("licences:holder-missing", login=new, name="licences-missing-none"),
    Sample("licences:holder-statements", login=login),
    Sample("licences:holder-statement", make=statement, login=login),
    Sample("licences:show", make=one("show/"), login=login),
    Sample("licences:show-scan", make=spent, status=409, name="licences-scan-spent"),
    Sample("licences:show-seen", make=seen, name="licences-seen"),
    Sample("licences:show-seen", make=lambda: seen(True), name="licences-seen-asked"),
    Sample("licences:show-view", make=view),
    Sample("licences:status-lists", make=lists),
    Sample("licences:use", login=clerk, name="licences-use-desk"),
    Sample("licences:use", make=desk_case, login=clerk, name="licences-use-case"),
    Sample("licences:objections", login=clerk),
    Sample("licences:objections", login=others, name="licences-objections-none"),
    Sample("licences:objection", make=objection, login=clerk),
]
