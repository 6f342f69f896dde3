"""Holders with accounts, licences that may be used, and a desk that knows items and cases, for tests of using licences."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from uuid import UUID

from django.test import Client

from kapok.kernel.access.public import Actor, actor_of_account
from kapok.kernel.accounts.public import Account, open_account
from kapok.kernel.common import clock
from kapok.kernel.common.codes import uscc
from kapok.kernel.common.ids import uuid7
from kapok.kernel.parties.public import Party, register_company
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.models import Licence
from kapok.support.licences.queries.using_desks import CaseFacts, case_desks
from kapok.support.licences.rules.using import ItemFacts
from kapok.support.licences.tests.factories import SYSTEM, Issuer, issuer, person

_numbers = count(1)


@dataclass
class Holder:
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


def holder(name: str = "林小满") -> Holder:
    """A natural person with an account."""
    party = person(name)
    account = open_account(f"licence-holder-{next(_numbers)}", name, "person", party=party, by=SYSTEM)
    return Holder(account, party, actor_of_account(account.id))


def company_of(who: Holder, name: str = "示范商贸有限公司") -> Party:
    """A legal person whose representative this holder is."""
    return register_company(name, uscc.make("91", "440300", f"{30_000_000 + next(_numbers)}"), representative=who.party, by=SYSTEM)


def held(office: Issuer, party: Party, **said: Any) -> Licence:
    """A licence of this party, sealed and in force."""
    issued = office.issue(party, **said)
    drain()
    return Licence.objects.get(id=issued.id)


@dataclass
class Desk:
    """Items and cases somebody keeps; what intake registers in the product."""

    items: dict[str, ItemFacts] = field(default_factory=dict)
    cases: dict[str, CaseFacts] = field(default_factory=dict)

    def item(self, code: str) -> ItemFacts | None:
        return self.items.get(code)

    def case(self, number: str) -> CaseFacts | None:
        return self.cases.get(number)

    def cases_of(self, party: UUID, type_code: str = "") -> list[CaseFacts]:
        return [
            each
            for each in self.cases.values()
            if each.applicant == party and each.type_codes and (not type_code or type_code in each.type_codes)
        ]

    def serve(self, office: Issuer, code: str = "000199990001", *, needs: tuple[str, ...] = ()) -> ItemFacts:
        """An item of an office whose material list asks for these types."""
        self.items[code] = ItemFacts(code, "办理场所备案", 9_000_001, office.scope, frozenset(needs))
        return self.items[code]

    def open(self, office: Issuer, party: Party, code: str = "000199990001", *, number: str = "", **said: Any) -> CaseFacts:
        """A case of that item."""
        made = CaseFacts(
            number or f"44030{next(_numbers):010d}", uuid7(), code, self.items[code].name if code in self.items else "场所许可", party.id,
            office.org.name, "open", "", clock.now(), None,
        )  # fmt: skip
        self.cases[made.number] = replace(made, **said)
        return self.cases[made.number]


@contextmanager
def desk_of() -> Iterator[Desk]:
    """A desk in place of the product's."""
    before = case_desks.all()
    made = Desk()
    case_desks._entries.clear()
    case_desks.put("test", made)
    try:
        yield made
    finally:
        case_desks._entries.clear()
        for key, entry in before.items():
            case_desks.put(key, entry)


__all__ = ["Desk", "Holder", "company_of", "desk_of", "held", "holder", "issuer"]
