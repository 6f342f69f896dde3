"""People, companies and an office with hours to book, for the portal's tests and those of the apps above."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.test import Client

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.accounts.public import Account, open_account
from kapok.kernel.calendar.public import current as current_calendar
from kapok.kernel.common import clock
from kapok.kernel.common.codes import uscc
from kapok.kernel.parties.public import Party, register_company
from kapok.services.intake.tests.factories import MATERIALS, Office, office, person
from kapok.services.items.tests.factories import SYSTEM, staff
from kapok.services.portal.actions.booking import Opening, open_slots
from kapok.services.portal.models import Slot

_made = count(1)
MORNING = ((time(9), time(12)),)


@dataclass
class Citizen:
    """Somebody with an account, acting alone or for a company."""

    account: Account
    party: Party
    actor: Actor

    def browser(self, *, acts_for: Party | None = None) -> Client:
        """A browser signed in; acting for a company as the switch page would set it."""
        client = Client()
        session = client.session
        session["account"] = str(self.account.id)
        session["acts_for"] = str(acts_for.id) if acts_for else ""
        session.save()
        return client

    def acting_for(self, company: Party) -> Actor:
        return actor_of_account(self.account.id, company.id)


def citizen(name: str = "林小满") -> Citizen:
    """A natural person with an account."""
    party = person(name)
    account = open_account(f"portal-citizen-{next(_made)}", name, "person", party=party, by=SYSTEM)
    return Citizen(account, party, actor_of_account(account.id))


def company(of: Citizen, name: str = "示范商贸有限公司") -> Party:
    """A legal person whose representative is this citizen."""
    number = uscc.make("91", "440300", f"{20_000_000 + next(_made)}")
    return register_company(name, number, representative=of.party, by=SYSTEM)


def served(name: str = "深圳市预约测试局", **said: Any) -> Office:
    """An office whose item can be booked and asked about."""
    elements = {
        "appointment": True,
        "consult": True,
        "audience": ["自然人", "企业法人"],
        "materials": MATERIALS,
        **said.pop("elements", {}),
    }
    return office(name, elements=elements, **said)


def leader_of(place: Office) -> Actor:
    return staff("leader", place.org)


def working_day(ahead: int = 1) -> date:
    """A working day from tomorrow on."""
    return current_calendar().add_working_days(clock.today(), ahead)


def hours(place: Office, *, capacity: int = 2, ahead: int = 1, minutes: int = 60, **changes: Any) -> list[Slot]:
    """The hours of one working day, opened for everything at an office."""
    day = working_day(ahead)
    said = {"org": place.org.id, "impl_code": "", "place": "3号窗口", "first": day, "last": day, "spans": MORNING, "minutes": minutes}
    open_slots(Opening(**{**said, "capacity": capacity, **changes}), by=place.leader)
    start = clock.at(day)
    return list(Slot.objects.filter(org=place.org, starts__gte=start, starts__lt=start + timedelta(days=1)).order_by("starts"))


def case_of(place: Office, party: Party) -> UUID:
    return place.case(party)
