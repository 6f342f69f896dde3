"""A quarter of case history as a plan: who applied for what and when, and every act that followed. Pure and always the same.

A plan says times, acts and data only; what they lead to is decided by intake's own rules, in `demo.ledger` when it is loaded in
bulk, and in the real actions when a sample of it is played again.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from demo.filling import Filled, fill
from demo.people import Company, Person
from kapok.kernel.calendar.public import WorkingCalendar
from kapok.kernel.common import clock
from kapok.services.items.public import CompiledItem

SEED = 7_000_019
CASES = 5200
DAYS = 92
NOT_OURS = {
    "reason": "申请事项依法不属于本机关职权范围",
    "basis": "《中华人民共和国行政许可法》第三十二条第一款第二项",
    "remedy": "可以依法申请行政复议或者提起行政诉讼",
}
DENIED = {"reason": "不符合受理条件中的法定条件", "remedy": "六十日内可以申请行政复议，六个月内可以提起行政诉讼"}


@dataclass(frozen=True)
class Deed:
    """One thing done to a case: an act of the table, or `hand_in` (the answer to a 补正告知)."""

    at: datetime
    act: str
    outcome: str = ""
    payload: dict[str, Any] | None = None
    who: str = "clerk"  # applicant, clerk, approver1 …, leader, clock
    materials: tuple[tuple[str, str, int, int], ...] = ()


@dataclass(frozen=True)
class CasePlan:
    """One case: `applicant` is a place in the list of people, or of companies when `company` is set."""

    place: int
    item: CompiledItem
    applicant: int
    company: bool
    channel: str
    filled: Filled
    applied_at: datetime
    deeds: tuple[Deed, ...]


@dataclass(frozen=True)
class World:
    """What a plan is made over."""

    items: Sequence[CompiledItem]
    people: Sequence[Person]
    companies: Sequence[Company]
    calendar: WorkingCalendar
    until: datetime


def plan(world: World, count: int = CASES, seed: int = SEED) -> Iterator[CasePlan]:
    """So many cases in the order they were applied for; what would happen after `until` is left out, so the case is still open."""
    dice = random.Random(seed)
    start = clock.local(world.until).date() - timedelta(days=DAYS)
    moments = sorted(_application_time(world, start, dice) for _ in range(count))
    weights = [_popularity(item) for item in world.items]
    for place, moment in enumerate(moments):
        item = dice.choices(world.items, weights)[0]
        own = random.Random(seed * 1_000_003 + place)
        yield _Planner(world, item, own).case(place, moment)


def _application_time(world: World, start: date, dice: random.Random) -> datetime:
    """Most on working days and in office hours; nothing in the last hour."""
    latest = world.until - timedelta(hours=1)
    while True:
        day = start + timedelta(days=dice.randrange(DAYS + 1))
        if not world.calendar.is_working(day) and dice.random() < 0.8:
            continue
        hour = dice.choice((9, 9, 10, 10, 11, 14, 15, 15, 16, 17, 20, 21))
        moment = clock.at(day, hour, dice.randrange(60), dice.randrange(60))
        if moment < latest:
            return moment


def _popularity(item: CompiledItem) -> float:
    """Everyday services are asked for more than rare permits."""
    weight = 3.0 if item.kind == "1" else 1.0
    if "1" in item.audience:
        weight *= 2
    return weight * (0.5 if item.level == "2" else 0.6 if item.level == "6" else 1.0)


class _Planner:
    """Lays one case's timeline; `self.at` is the moment of the last deed."""

    def __init__(self, world: World, item: CompiledItem, dice: random.Random) -> None:
        self.world, self.item, self.dice = world, item, dice
        self.deeds: list[Deed] = []
        self.at = world.until
        self.over = False

    def case(self, place: int, moment: datetime) -> CasePlan:
        company = "1" not in self.item.audience or ("2" in self.item.audience and self.dice.random() < 0.4)
        owners: Sequence[Any] = self.world.companies if company else self.world.people
        applicant = self.dice.randrange(len(owners))
        person = owners[applicant].representative if company else owners[applicant]
        channel = self._channel(moment)
        day = clock.local(moment).date()
        firm = owners[applicant] if company else _company_of(self.world, person)
        filled = fill(self.item, person, firm, self.dice, today=day, window=channel == "1")
        self.at, self.filled = moment, filled
        self._before_acceptance(channel)
        return CasePlan(place, self.item, applicant, company, channel, filled, moment, tuple(self.deeds))

    def _channel(self, moment: datetime) -> str:
        local = clock.local(moment)
        open_now = self.world.calendar.is_working(local.date()) and 9 <= local.hour < 17
        online = [c for c in self.item.channels if c in "23"]
        if open_now and (not online or self.dice.random() < 0.35):
            return "1"
        return self.dice.choice(online) if online else "1"

    # -- the course of a case

    def _before_acceptance(self, channel: str) -> None:
        chance = self.dice.random()
        wait = 0 if channel == "1" or self.item.kind == "1" else self.dice.choice((0, 0, 1, 1, 2, 3))
        if chance < 0.012:
            return self._do(self._after_days(wait), "decide", "withdrawn", {"reason": "申请人决定暂不办理"}, "applicant")
        if chance < 0.022 and self.item.kind == "2":
            return self._deemed()
        if chance > 0.8 and channel != "1" and self.item.kind == "2":
            self._do(self._after_days(wait), "preaccept", "passed", {"opinion": "材料初步核对无误"}, "clerk")
            wait = self.dice.choice((0, 1))
        if chance < 0.045:
            return self._do(self._after_days(wait), "accept", "refused", NOT_OURS, "clerk")
        if chance < 0.17 and self._faults():
            self._do(self._after_days(wait), "request_correction", "listed", {"faults": self._faults()}, "clerk")
            if not self._corrected("accepted"):
                return None
        else:
            self._do(self._after_days(wait), "accept", "accepted", {"opinion": "申请材料齐全，符合法定形式"}, "clerk")
        return self._examination()

    def _deemed(self) -> None:
        """Nobody answers in time: the clock accepts, and the examination goes on."""
        last = self.world.calendar.add_working_days(clock.local(self.at).date(), 5)
        self._do(clock.end_of(last) + timedelta(seconds=2), "accept", "deemed", {}, "clock")
        self._examination()

    def _corrected(self, outcome: str) -> bool:
        """The applicant answers after some days; a few never do. Says whether the case goes on."""
        if self.dice.random() < 0.08:
            return False
        given = tuple((f["key"], "paper", 1, 1) for f in self._faults())
        self._do(self._after_days(self.dice.randint(1, 7)), "hand_in", who="applicant", materials=given)
        self._do(self._after_days(self.dice.choice((0, 1, 1, 2))), "accept_correction", outcome, {"opinion": "补正材料齐全"}, "clerk")
        return True

    def _faults(self) -> list[dict[str, str]]:
        """The last material that is no licence, with what is wrong with it."""
        asked = [key for key, how, _, _ in self.filled.materials if how != "licence"]
        return [{"kind": "material", "key": asked[-1], "says": "材料不清晰，请重新提交完整、清晰的材料"}] if asked else []

    def _examination(self) -> None:
        steps = self.item.steps
        slow = 2.2 if self.dice.random() < 0.03 else 1.0
        turns = self._extras(len(steps))
        for place in range(len(steps)):
            for extra in turns.get(place, ()):
                extra(place)
            self._pass_time(slow / len(steps))
            if place < len(steps) - 1:
                self._do(self.at, "examine", "pass", {"opinion": "经审查，符合条件，同意"}, self._who(place))
        self._decision(len(steps) - 1)

    def _extras(self, count: int) -> dict[int, list[Any]]:
        """What interrupts the ordinary course, by 环节."""
        turns: dict[int, list[Any]] = {}
        chance, kinds = self.dice.random(), {special.kind for special in self.item.special}
        led = self._who(0) == "leader" if count else True  # a leader who examines has nobody here to approve
        if chance < 0.07 and 2 in kinds and not led:
            turns[0] = [self._special]
        elif chance < 0.095 and 1 in kinds and not led:
            turns[0] = [self._extension]
        elif chance < 0.125 and self.item.correction_in_examination and self._faults():
            turns[0] = [self._correction_in_examination]
        elif chance < 0.14 and count > 1:
            turns[1] = [self._return]
        return turns

    def _special(self, place: int) -> None:
        procedure = next(s for s in self.item.special if s.kind == 2)
        ask = {"procedure": procedure.name, "reason": f"需要依法进行{procedure.name}", "basis": procedure.basis, "approver": "leader"}
        self._do(self._after_days(1), "request_special", "pause", ask, self._who(place))
        done = {"result": f"{procedure.name}已完成，结论为符合要求", "file": f"{procedure.name}结论书"}
        self._do(self._after_days(self.dice.randint(4, 12)), "conclude_special", "concluded", done, self._who(place))

    def _extension(self, place: int) -> None:
        special = next(s for s in self.item.special if s.kind == 1)
        ask = {"reason": "情况复杂，需要进一步核实", "basis": special.basis, "approver": "leader", "days": special.days or 5}
        self._do(self._after_days(0), "request_special", "extend", ask, self._who(place))

    def _correction_in_examination(self, place: int) -> None:
        self._do(self._after_days(1), "request_correction", "listed", {"faults": self._faults()}, self._who(place))
        self._corrected("complete")
        if self.deeds and self.deeds[-1].act == "request_correction":
            self.over = True

    def _return(self, place: int) -> None:
        self._do(self._after_days(0), "examine", "return", {"opinion": "请补充核查意见后再报"}, self._who(place))
        self._do(self._after_days(1), "examine", "pass", {"opinion": "已补充核查意见"}, self._who(place - 1))

    def _decision(self, place: int) -> None:
        chance, who = self.dice.random(), self._who(place)
        if chance < 0.945:
            self._do(self.at, "decide", "granted", {"opinion": "准予", "result": self.item.result_name}, who)
        elif chance < 0.98:
            return self._do(self.at, "decide", "denied", {**DENIED, "basis": self.item.basis[0]}, who)
        elif chance < 0.99:
            return self._do(self.at, "decide", "withdrawn", {"reason": "申请人撤回申请"}, "applicant")
        else:
            return self._do(self.at, "decide", "terminated", {"reason": "赋予申请人特定资格的条件已经消失"}, "leader")
        if self.dice.random() < 0.8:
            at = self._after_days(self.dice.randint(0, 6))
            method = self.dice.choice(("window", "express", "online"))
            how = {"collected_by": "申请人本人", "method": method, "collected_at": at.isoformat()}
            self._do(at, "collect", "collected", how, "clerk")
        return None

    # -- small steps

    def _who(self, place: int) -> str:
        return "leader" if self.item.steps[place].role == "leader" else f"approver{place + 1}"

    def _do(
        self, at: datetime, act: str, outcome: str = "", payload: dict[str, Any] | None = None, who: str = "clerk", **more: Any
    ) -> None:
        """Plan a deed after the last one; from the first that would lie after `until`, nothing more happens."""
        at = max(at, self.at + timedelta(seconds=40 + self.dice.randrange(300)))
        at_once = self.item.promised.unit == "hour" or (self.item.kind == "1" and act == "decide")
        if who not in ("applicant", "clock") and not at_once:
            at = self._in_office(at)
        if self.over or at >= self.world.until:
            self.over = True
            return
        self.at = at
        self.deeds.append(Deed(at, act, outcome, payload, who, **more))

    def _in_office(self, at: datetime) -> datetime:
        """The same moment if the office is open, else the next morning it is."""
        local = clock.local(at)
        if self.world.calendar.is_working(local.date()) and 8 <= local.hour < 18:
            return at
        day = local.date() if local.hour < 8 else local.date() + timedelta(days=1)
        while not self.world.calendar.is_working(day):
            day += timedelta(days=1)
        return clock.at(day, 9, self.dice.randrange(60), self.dice.randrange(60))

    def _after_days(self, days: int) -> datetime:
        """Some office hour so many working days after the last deed; 0 is a little later."""
        if days == 0:
            return self.at + timedelta(minutes=self.dice.randint(3, 90))
        day = self.world.calendar.add_working_days(clock.local(self.at).date(), days)
        return clock.at(day, self.dice.choice((9, 10, 11, 14, 15, 16)), self.dice.randrange(60), self.dice.randrange(60))

    def _pass_time(self, share: float) -> None:
        """Let a share of the promised time go by."""
        limit = self.item.promised
        amount = limit.value * share * self.dice.uniform(0.35, 0.9)
        if limit.unit == "hour":
            self.at += timedelta(hours=amount)
        elif limit.unit == "natural_day":
            self.at += timedelta(days=amount * 0.6)  # weekends count, and nobody is in the office then
        else:
            rounding = self.dice.random() if limit.value > 5 else 0.0
            self.at = max(self.at, self._after_days(int(amount + rounding)))


def _company_of(world: World, person: Person) -> Company | None:
    """A company for the fields that ask for one in a natural person's form."""
    return world.companies[int(person.phone[-4:]) % len(world.companies)] if world.companies else None


def reduced(case: CasePlan, deeds: int) -> CasePlan:
    """The plan up to so many deeds."""
    return replace(case, deeds=case.deeds[:deeds])
