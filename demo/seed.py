"""Fills an empty node: agencies, items, people, accounts, a quarter of history. Done again, it changes nothing."""

import time
import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from demo import history, ledger
from demo.cast import DATA, Accounts, cast_of, open_accounts, register, staff_of
from demo.people import COMPANIES, PERSONS, companies, persons
from demo.trust import license_companies, license_history, publish_types, seal_agencies
from kapok.kernel.access.public import Actor, system_actor
from kapok.kernel.calendar.public import current
from kapok.kernel.common import clock
from kapok.kernel.orgs.public import load_agencies
from kapok.services.intake.public import Case
from kapok.services.items.public import BaseItem, CompiledItem, Item, import_items, item_in_force

LICENCES = 120
"""How many of the history's granted cases have their licence here: enough for lists to look real."""
Say = Callable[[str], None]


def seed(say: Say, *, cases: int = history.CASES, people: int = PERSONS, firms: int = COMPANIES) -> Accounts:
    """Everything the demonstration stands on; `say` is told what was done and how long it took."""
    by = system_actor("演示")
    with _Took(say) as took:
        took("agencies", load_agencies(DATA / "agencies.toml", by=by))
        took("items", new_items(by=by))
        took("licence types", publish_types())
        accounts = open_accounts(by=by)
        took("accounts", len(accounts.people) + len(accounts.staff))
        took("seals", seal_agencies(items_in_force()))
        took("business licences", license_companies(accounts.companies, accounts.said))
        if not Case.objects.filter(serial__startswith="44").exists():
            took("history", tell_history(cases, people, firms, by=by))
            took("licences of the history", license_history(items_in_force(), LICENCES))
    return accounts


def new_items(*, by: Actor) -> dict[str, int]:
    """Items the node does not know yet, and how many came in. What people changed stands; `kapok items import` takes a changed file."""
    known = set(BaseItem.objects.values_list("base_code", flat=True))
    came: Counter[str] = Counter(items=0)
    for path in sorted((DATA / "items").glob("*.toml")):
        if _base_code(path) not in known:
            came.update(asdict(import_items(path, by=by)))
    return dict(came)


def _base_code(path: Path) -> str:
    """What the file says; empty where it is no TOML, which the import then says with its name."""
    with suppress(tomllib.TOMLDecodeError, UnicodeDecodeError):
        return str(tomllib.loads(path.read_text("utf-8")).get("base", {}).get("base_code", ""))
    return ""


def items_in_force() -> list[CompiledItem]:
    """Every item of the node that can be applied for now, by code."""
    codes = Item.objects.order_by("impl_code").values_list("impl_code", flat=True)
    return [item for code in codes if (item := item_in_force(code)) is not None and item.steps]


def tell_history(cases: int, people: int, firms: int, *, by: Actor) -> int:
    """A quarter of cases up to now, loaded in bulk."""
    persons_, items = list(persons(people)), items_in_force()
    companies_ = list(companies(persons_, firms))
    parties, firm_parties = register(persons_, companies_, by=by)
    cast = cast_of(parties, firm_parties, companies_, persons_, staff_of(items, by=by))
    world = history.World(items, persons_, companies_, current(), clock.now())
    return ledger.load(history.plan(world, cases), cast, world.calendar)


class _Took:
    """Says each thing done with the seconds since the last."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def __enter__(self) -> "_Took":
        self.since = time.monotonic()
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def __call__(self, what: str, result: object) -> None:
        seconds = time.monotonic() - self.since
        self.since = time.monotonic()
        self.say(f"{what}: {result} ({seconds:.1f} s)")
