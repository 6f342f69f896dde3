"""Seals for tests, here and in the apps above: agencies, staff by role, a seal in use, a paper to put it on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import pikepdf
from django.test import Client

from kapok.kernel.access.public import Actor, actor_of_account, grant, system_actor
from kapok.kernel.accounts.public import Account, open_account
from kapok.kernel.common.ids import uuid7
from kapok.kernel.files.public import StoredFile, store
from kapok.kernel.ofd.public import DocInfo, OfdDocument, Page, TextLine, write_ofd
from kapok.kernel.orgs.public import Org
from kapok.kernel.orgs.tests.factories import make_org
from kapok.support.seals.actions.people import authorise_user
from kapok.support.seals.data import SealFacts, SealRequest, StampPlace
from kapok.support.seals.public import seed_seal

SYSTEM = system_actor("测试")
PROVINCE, SHENZHEN, GUANGZHOU, NANSHAN, LIWAN = "440000000000", "440300000000", "440100000000", "440305000000", "440103000000"
_numbers = count(1)


def office(name: str = "深圳市市场监督管理局", region: str = SHENZHEN, level: int = 3) -> Org:
    return make_org(name, level=level, region=region)


def account(role: str = "", org: Org | None = None, *, region: str = "", name: str = "测试人员") -> Account:
    """A member of staff with a role in its own org, or in a jurisdiction."""
    made = open_account(f"sealstaff{next(_numbers)}", name, "staff", org=org.id if org else None, by=SYSTEM)
    if role:
        where: dict[str, Any] = {"region": region} if region or org is None else {"org": org.id}
        grant(made, role, reason="测试", by=SYSTEM, **where)
    return made


def actor(who: Account) -> Actor:
    """As the account stands now."""
    return actor_of_account(who.id)


def staff(role: str = "", org: Org | None = None, **said: Any) -> Actor:
    """The same, as an actor."""
    return actor(account(role, org, **said))


@dataclass(frozen=True)
class Hands:
    """Those who make a seal: who applies, who approves, who makes it."""

    applicant: Actor
    approver: Actor
    maker: Actor


def hands(org: Org) -> Hands:
    return Hands(staff("leader", org), staff("admin", org), staff("operator", org))


def letter(text: str = "申请材料") -> StoredFile:
    """A file to attach to a step."""
    return store(f"%PDF-1.4 {text}".encode(), name=f"{text}.pdf", media_type="application/pdf", subject=None, by=None)


def sealed_office(org: Org | None = None, kind: str = "agency") -> SealFacts:
    """An agency's seal in use."""
    org = org or office()
    three = tuple(system_actor(name) for name in ("申请人", "审批人", "制作人"))
    return seed_seal(org.id, kind, by=three)  # type: ignore[arg-type]  # three of them


def user_of(seal: SealFacts, org: Org, role: str = "clerk", per_day: int = 200) -> Actor:
    """A member of the agency's staff who may use its seal."""
    who = account(role, org, name="张用章")
    authorise_user(seal.id, who.id, per_day=per_day, reason="岗位职责", by=SYSTEM)
    return actor(who)


@cache
def paper(text: str = "准予许可决定书", pages: int = 1) -> bytes:
    """A small OFD."""
    drawn = tuple(
        Page(210, 297, (TextLine(30, 40, f"{text}（第{number}页）", 5.6), TextLine(120, 240, "深圳市市场监督管理局", 5.0)))
        for number in range(1, pages + 1)
    )
    return write_ofd(OfdDocument(drawn, DocInfo(text, datetime(2026, 3, 2, tzinfo=UTC))))


@cache
def pdf_paper(pages: int = 1) -> bytes:
    """A small PDF with empty pages."""
    from io import BytesIO

    document, out = pikepdf.new(), BytesIO()
    for _page in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.save(out, deterministic_id=True)
    return out.getvalue()


def wish(seal: SealFacts, content: bytes | None = None, **said: Any) -> SealRequest:
    """A request to use a seal on a paper."""
    given: dict[str, Any] = {
        "seal": seal.id, "request": uuid7(), "content": content or paper(), "media": "ofd", "reason": "颁发许可决定",
        "places": (StampPlace(1, 130, 210),),
    }  # fmt: skip
    return SealRequest(**{**given, **said})


def desk(who: Account) -> Client:
    """A browser signed in as a member of staff."""
    client = Client()
    session = client.session
    session["account"] = str(who.id)
    session.save()
    return client
