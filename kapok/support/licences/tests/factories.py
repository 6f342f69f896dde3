"""Types and licences for tests, here and in the apps above: an agency with a seal, people of each role, a published type."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.test import Client

from kapok.kernel.access.public import Actor, actor_of_account, grant, scope_of, system_actor
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common import clock
from kapok.kernel.common.codes import citizen, uscc
from kapok.kernel.common.ids import uuid7
from kapok.kernel.files.public import store
from kapok.kernel.orgs.public import Org
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.parties.public import Party, register_company, register_person
from kapok.support.licences.actions.issuing import issue_for_case
from kapok.support.licences.actions.signing import Made, finish
from kapok.support.licences.actions.types import import_type
from kapok.support.licences.data import Issued, TypeFacts
from kapok.support.licences.models import Signing, StatusEntry
from kapok.support.licences.queries.licences import holders_in, opened
from kapok.support.licences.queries.types import type_by_code
from kapok.support.seals.public import seed_seal

SYSTEM = system_actor("测试")
SHENZHEN = "440300000000"
_numbers = count(1)

TYPE = """
code = "{code}"
owner = "{owner}"
name = "{name}"
also = ["{name}副本"]
years = 5
second_person = [{second}]

[holder]
name = "party.name"
number = "party.number"

[numbering]
pattern = "测{{kind}}{{region}}{{serial}}{{check}}"
per = ["org", "year"]
width = 6
maps = {{ kind = {{ shop = "1", hall = "2" }} }}

[[items]]
code = "{item}"
name = "场所许可"

[[operations]]
when = {{ kind = "renew" }}
do = "extend"

[[operations]]
when = {{ kind = "change" }}
do = "change"

[[operations]]
when = {{ kind = "cancel" }}
do = "cancel"

[[fields]]
key = "holder_name"
label = "名称"
from = "party.name"
meta = "KZ_MC"
minimal = true

[[fields]]
key = "place"
label = "场所地址"
from = "answers.place"
meta = "KZ_DZ"
max_length = 60

[[fields]]
key = "kind"
label = "类别"
from = "answers.kind"
type = "choice"
options = {{ shop = "商店", hall = "会所" }}
required = false

[[fields]]
key = "until"
label = "有效期至"
from = "issue.to"
type = "date"

[layout]
title = "{name}"

[layout.paper]
size = "A5"
landscape = true
margin = 18

[[layout.part]]
text = "{name}"
size = 22
font = "bold"
align = "center"
below = 4

[[layout.part]]
kind = "fields"
size = 11
rows = [
    {{ label = "编号", value = "{{number}}" }},
    {{ label = "名称", value = "{{holder_name}}" }},
    {{ label = "场所地址", value = "{{place}}" }},
    {{ label = "有效期至", value = "{{until}}" }},
]

[[layout.part]]
kind = "signoff"
lines = ["{{issuer}}", "{{issued_on|date}}"]

[[layout.part]]
kind = "qr"
at = [18, 116]
width = 18
value = "{{qr}}"
"""
ANSWERS = {"place": "示范路1号", "kind": "shop"}


def account(name: str = "测试人员", org: Org | None = None) -> Any:
    return open_account(f"licence{next(_numbers)}", name, "staff", org=org.id if org else None, by=SYSTEM)


def staff(role: str = "", org: Org | None = None, *, region: str = "", name: str = "测试人员") -> Actor:
    """A member of staff with a role in an org, or in a jurisdiction."""
    made = account(name, org)
    if role:
        where: dict[str, Any] = {"region": region} if region or org is None else {"org": org.id}
        grant(made, role, reason="测试", by=SYSTEM, **where)
    return actor_of_account(made.id)


def person(name: str = "测试甲") -> Party:
    """A registered natural person; sequences from 996 are kept for centenarians, so nobody has the number."""
    n = next(_numbers)
    return register_person(name, citizen.make("440300", date.fromordinal(date(1985, 1, 1).toordinal() + n // 4), 996 + n % 4), by=SYSTEM)


def company(name: str = "深圳测试商贸有限公司") -> Party:
    return register_company(name, uscc.make("91", "440300", f"MK{next(_numbers):06d}"), by=SYSTEM)


@dataclass
class Issuer:
    """An agency that issues licences of one type, with people of each role."""

    org: Org
    type: TypeFacts
    item: str
    clerk: Actor
    approver: Actor
    leader: Actor
    scope: int

    def issue(self, holder: Party | None = None, answers: Mapping[str, Any] | None = None, **said: Any) -> Issued:
        """A licence from a case of its own."""
        number = f"44030{next(_numbers):08d}"
        with transaction.atomic():
            issued = issue_for_case(
                self.type, case=said.pop("case", None) or uuid7(), case_number=said.pop("case_number", number), item_code=self.item,
                item_name="场所许可", holder=(holder or person()).id, org=self.org.id, region=self.org.region_id, scope=self.scope,
                answers=answers if answers is not None else ANSWERS, valid_from=said.pop("valid_from", clock.today()),
                by=said.pop("by", self.approver), **said,
            )  # fmt: skip
        assert issued is not None
        return issued


def type_text(owner: Org, *, suffix: str = "", name: str = "场所许可证", second: str = "", item: str = "") -> str:
    """A type as its owner writes it."""
    number = next(_numbers)
    code = f"{owner.uscc}{suffix or f'{number % 1000:03d}'}"
    return TYPE.format(code=code, owner=owner.uscc, name=name, second=second, item=item or f"00013199{number:04d}")


def publish(text: str) -> TypeFacts:
    """A type taken over from its text and published."""
    version = import_type(text, editor=SYSTEM, reviewer=SYSTEM)
    assert version is not None
    found = type_by_code(version.type.code)
    assert found is not None
    return found


def issuer(
    name: str = "深圳市测试许可局", *, seal: bool = True, region: str = SHENZHEN, second: str = "", title: str = "场所许可证"
) -> Issuer:
    """An agency ready to issue; without a seal, what it issues waits."""
    org = make_org(name, level=3, region=region)
    type = publish(type_text(org, second=second, name=title))
    if seal:
        give_seal(org)
    return Issuer(
        org, type, type.items[0].code, staff("clerk", org), staff("approver", org), staff("leader", org), scope_of(org.id, region)
    )


def give_seal(org: Org) -> None:
    """The agency's seal, in use."""
    seed_seal(org.id, by=(system_actor("用印单位"), system_actor("印章审批"), system_actor("印章制作")))


@contextmanager
def catalogue_open() -> Iterator[None]:
    """The catalogue's entries can be changed for a while, as no program may: for tests of what is late or lost."""
    switch = "set constraints all immediate; alter table licences_directory {} trigger licences_directory_kept"
    with connection.cursor() as cursor:
        cursor.execute(switch.format("disable"))
        yield
        cursor.execute(switch.format("enable"))


def desk(actor: Actor) -> Client:
    """A browser signed in as a member of staff."""
    client = Client()
    session = client.session
    session["account"] = str(actor.account)
    session.save()
    return client


def history(licence: UUID) -> list[tuple[str, str]]:
    """Verb and state of each step."""
    return list(StatusEntry.objects.filter(licence=licence).order_by("sequence").values_list("verb", "state"))


def seal_by_hand(licence: UUID) -> bool:
    """What the signer does last, without a paper: for tests of what comes after."""
    worker = uuid7()
    Signing.objects.filter(licence=licence).update(worker=worker)
    waiting = Signing.objects.select_related("licence").filter(licence=licence).first()
    if waiting is None:
        return False
    ofd, pdf = (
        store(b"%PDF-1.4 " + licence.bytes, name=f"a.{kind}", media_type=f"application/{kind}", subject=None, by=None).id
        for kind in ("ofd", "pdf")
    )
    holders = holders_in(opened(waiting.licence))
    return finish(waiting, Made(ofd, pdf, licence.bytes * 2, licence.bytes * 2, clock.now(), holders), worker)
