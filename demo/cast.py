"""Brings the people on stage: parties of synthetic persons and companies, demo accounts, and staff for every agency with items."""

import random
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from demo.ledger import Cast, Seated
from demo.people import FEMALE, MALE, SURNAMES, Company, Person
from kapok.kernel.access.public import Actor, grant
from kapok.kernel.accounts.public import Account, open_account, sign_up
from kapok.kernel.common import clock
from kapok.kernel.orgs.public import org_by_key
from kapok.kernel.parties.public import Party, register_company, register_person
from kapok.services.items.public import CompiledItem

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Accounts:
    """The accounts of accounts.toml by key or login, the companies' parties by key, and the password they share."""

    people: dict[str, Account]
    staff: dict[str, Account]
    companies: dict[str, Party]
    password: str
    said: dict[str, Any]


def open_accounts(*, by: Actor) -> Accounts:
    """Open what accounts.toml names; what is there already stays as it is."""
    said = tomllib.loads((DATA / "accounts.toml").read_text("utf-8"))
    people: dict[str, Account] = {}
    for row in said["citizen"]:
        known = Account.objects.filter(login=row["phone"]).first()
        people[row["key"]] = known or sign_up(row["name"], row["number"], row["phone"], said["password"], by=by)
    companies = {}
    for row in said["company"]:
        owner = people[row["representative"]].party
        companies[row["key"]] = register_company(row["name"], row["uscc"], representative=owner, by=by)
    staff = {row["login"]: _staff(row, said["password"], by) for row in said["staff"]}
    return Accounts(people, staff, companies, said["password"], said)


def _staff(row: dict[str, Any], password: str, by: Actor) -> Account:
    known = Account.objects.filter(login=row["login"]).first()
    if known:
        return known
    account = open_account(row["login"], row["name"], Account.STAFF, password=password, org=_org(row["org"]), by=by)
    for given in row["grants"]:
        org = _org(given["org"]) if "org" in given else None
        grant(account, given["role"], org=org, region=given.get("region", ""), starts=_long_ago(), reason="演示账号", by=by)
    return account


def _long_ago() -> datetime:
    """Before the first day of the history, so that a part of it can be played again by the same staff."""
    return clock.now() - timedelta(days=400)


def _org(key: str) -> int:
    return org_by_key(key).id


def register(people: Sequence[Person], companies: Sequence[Company], *, by: Actor) -> tuple[list[Party], list[Party]]:
    """Parties of the synthetic people and companies, in their order; known ones are found again."""
    persons = [register_person(p.name, p.number, p.phone, address=p.address, by=by) for p in people]
    of = {person.number: party for person, party in zip(people, persons, strict=True)}
    firms = [
        register_company(firm.name, firm.uscc, representative=of[firm.representative.number], phone=firm.phone, address=firm.address, by=by)
        for firm in companies
    ]
    return persons, firms


def staff_of(items: Iterable[CompiledItem], *, by: Actor) -> dict[tuple[int, str], Seated]:
    """A clerk, an approver for each 环节 and a leader for every agency that has items, with grants in their agency."""
    parts: dict[int, int] = {}
    for item in items:
        ordinary = max((place + 1 for place, step in enumerate(item.steps) if step.role != "leader"), default=0)
        parts[item.org_id] = max(parts.get(item.org_id, 1), ordinary)
    dice = random.Random(4412)
    seats: dict[tuple[int, str], Seated] = {}
    for org in sorted(parts):
        for part in ("clerk", *(f"approver{n + 1}" for n in range(parts[org])), "leader"):
            name = dice.choice(SURNAMES) + "".join(dice.choices(MALE + FEMALE, k=2))
            seats[org, part] = _seat(org, part, name, by)
    return seats


def _seat(org: int, part: str, name: str, by: Actor) -> Seated:
    login = f"org{org}.{part}"
    account = Account.objects.filter(login=login).first()
    if account is None:
        account = open_account(login, name, Account.STAFF, org=org, by=by)
        grant(account, part.rstrip("0123456789"), org=org, starts=_long_ago(), reason="演示岗位", by=by)
    return Seated(account.id, account.name, org)


def cast_of(
    persons: Sequence[Party], firms: Sequence[Party], companies: Sequence[Company], people: Sequence[Person], staff: dict[Any, Seated]
) -> Cast:
    """Who plays in the plan of history."""
    by_number: dict[str, UUID] = {person.number: party.id for person, party in zip(people, persons, strict=True)}
    return Cast(
        people=[(party.id, party.name_masked) for party in persons],
        companies=[(party.id, party.name_masked) for party in firms],
        people_of_companies=[by_number[company.representative.number] for company in companies],
        staff=staff,
        names=[person.name for person in people],
        company_names=[company.name for company in companies],
    )
