"""Cases for tests, here and in the apps above: an agency with an item, its desk, applicants, and a case in any early state."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.test import Client

from kapok.kernel.access.public import Actor
from kapok.kernel.common.codes import citizen
from kapok.kernel.orgs.public import Org
from kapok.kernel.parties.public import Party, register_person
from kapok.services.intake.actions.act import act
from kapok.services.intake.actions.apply import Application, Given, apply
from kapok.services.items.models import Item
from kapok.services.items.public import CompiledItem, item_in_force
from kapok.services.items.tests.factories import SYSTEM, city_org, published, staff

_sequence = count(1)

FORM = [
    {"key": "name", "label": "姓名", "prefill": "party.name", "section": "申请人"},
    {"key": "place", "label": "场所地址", "section": "场所"},
]
PAPER: dict[str, Any] = {"form": "纸质", "source": "申请人自备", "basis": "办法第五条"}
MATERIALS = [
    {"key": "application", "name": "申请表", "originals": 1, "standard": "填写完整", **PAPER},
    {"key": "plan", "name": "设计图纸", "copies": 2, "standard": "签章齐全", **PAPER},
]
ANSWERS = {"name": "测试甲", "place": "示范路1号"}
PAPERS = (Given("application", "paper", (), 1, 0), Given("plan", "paper", (), 0, 2))


def number() -> str:
    """A citizen's number that nobody has: sequences from 996 are kept for centenarians."""
    born, nth = divmod(next(_sequence), 4)
    return citizen.make("440300", date(1990, 1, 1) + timedelta(days=born), 996 + nth)


def person(name: str = "测试甲", digits: str = "") -> Party:
    """A registered natural person."""
    return register_person(name, digits or number(), by=SYSTEM)


@dataclass
class Office:
    """An agency, an item of it for natural persons, and people of each role at its desk."""

    org: Org
    item: Item
    clerk: Actor
    approver: Actor
    leader: Actor

    @property
    def law(self) -> CompiledItem:
        found = item_in_force(self.item.impl_code)
        assert found is not None
        return found

    def case(self, applicant: Party | None = None, **changes: Any) -> UUID:
        """A case, handed in at this office's window."""
        applicant = applicant or person()
        application = Application(self.law.version_id, applicant.id, ANSWERS, {}, PAPERS, "1", again=True, **changes)
        return apply(application, by=self.clerk).case

    def accepted(self, applicant: Party | None = None) -> UUID:
        """A case in its first 环节."""
        case = self.case(applicant)
        act(case, "accept", "accepted", {}, by=self.clerk)
        return case


def office(name: str = "深圳市测试局", **said: Any) -> Office:
    """An office with one item in force."""
    org = city_org(name, **({"region": said.pop("region")} if "region" in said else {}))
    elements = {"audience": ["自然人"], "form": FORM, "materials": MATERIALS, **said.pop("elements", {})}
    item = published(org, elements=elements, **said)
    return Office(org, item, staff("clerk", org), staff("approver", org), staff("leader", org))


def desk(actor: Actor) -> Client:
    """A browser signed in as a member of staff."""
    client = Client()
    session = client.session
    session["account"] = str(actor.account)
    session.save()
    return client
