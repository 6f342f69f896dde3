"""Plans of history become rows: intake's own rules decide every act, and COPY writes what the real actions would have written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from demo.history import CasePlan, Deed
from kapok.kernel.access.public import lane, scope_of
from kapok.kernel.calendar.public import WorkingCalendar
from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.codes import casenumber, serial
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.jsontext import dumps
from kapok.kernel.crypto.public import load_keys, seal
from kapok.kernel.documents.public import issue_row
from kapok.services.intake import rules
from kapok.services.intake.actions.handled import as_handled
from kapok.services.intake.data import CaseFacts, Doer, Hand, Transition
from kapok.services.intake.events import MaterialsHanded, event_for
from kapok.services.intake.rules import After
from kapok.services.intake.rules.law import law
from kapok.services.intake.rules.papers import Standing, paper
from kapok.services.items.public import CompiledItem

CASE = [
    "id", "serial", "number", "item_id", "version", "handling", "item_name", "impl_code", "kind", "channel", "applicant_id",
    "agent_id", "applicant_name", "org_id", "region", "scope", "lane", "state", "open", "step", "outcome", "sequence",
    "holder_id", "holder_name", "answered", "extended", "corrections", "marked", "hands", "situation", "clock", "due_at",
    "due_statutory", "due_promised", "provisional", "paused", "applied_at", "accepted_at", "closed_at"
]  # fmt: skip
ACT = ["case_id", "sequence", "act", "outcome", "step", "state_to", "account", "doer", "org", "occurred_at", "data", "document"]
ENTRY = ["id", "run", "cause", "action", "event", "about_kind", "about", "account", "actor", "occurred_at", "data", "commitment"]
PAPER = ["id", "about_kind", "about", "subject", "template", "template_version", "number", "sealed", "state", "issued_at", "issued_by"]
HANDED = ["id", "case_id", "key", "name", "method", "originals", "copies", "files", "at"]
CAPACITIES = {"clerk": "clerk", "leader": "approver leader superior agency clerk", "clock": "clock", "applicant": "applicant"}


@dataclass(frozen=True)
class Seated:
    """A member of staff who does the deeds of one part at one agency."""

    account: UUID
    name: str
    org: int


@dataclass(frozen=True)
class Cast:
    """Who plays: parties of the people and companies in the plan's order (id, masked name), and staff by (org, part)."""

    people: Sequence[tuple[UUID, str]]
    companies: Sequence[tuple[UUID, str]]
    people_of_companies: Sequence[UUID]
    staff: dict[tuple[int, str], Seated]
    names: Sequence[str] = ()
    company_names: Sequence[str] = ()

    def applicant(self, case: CasePlan) -> tuple[UUID, str]:
        return (self.companies if case.company else self.people)[case.applicant]

    def full_name(self, case: CasePlan) -> str:
        """The applicant's name in the open, as papers bear it."""
        return (self.company_names if case.company else self.names)[case.applicant]

    def ref(self, case: CasePlan, who: str) -> ActorRef:
        """The doer as the record keeps it."""
        if who == "clock":
            return ActorRef("clock", "法定时限")
        if who == "applicant":
            if case.company:
                return ActorRef("person", "申请人", party=self.people_of_companies[case.applicant], on_behalf_of=self.applicant(case)[0])
            return ActorRef("person", "申请人", party=self.applicant(case)[0])
        seat = self.staff[case.item.org_id, who]
        return ActorRef("staff", seat.name, account=seat.account, org=seat.org)

    def said(self, case: CasePlan, deed: Deed) -> dict[str, Any]:
        """A deed's data; who approves it is the leader of the agency."""
        given = dict(deed.payload or {})
        return given | ({"approver": str(self.ref(case, given["approver"]).account)} if "approver" in given else {})


@dataclass
class Rows:
    """What is to be written, by table."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    acts: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    handed: list[tuple[Any, ...]] = field(default_factory=list)
    dossiers: list[tuple[UUID, UUID, bytes]] = field(default_factory=list)
    papers: list[tuple[Any, ...]] = field(default_factory=list)
    timers: list[tuple[UUID, str, UUID, datetime, int, str]] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)


def load(plans: Iterable[CasePlan], cast: Cast, calendar: WorkingCalendar) -> int:
    """Write the cases of the plans; returns how many. All or nothing."""
    plans = list(plans)
    numbers, counters = numbered(plans)
    rows = Rows(counters=counters)
    with transaction.atomic():
        load_keys({cast.applicant(plan)[0] for plan in plans})
        for plan in plans:
            _Course(plan, cast, calendar, numbers.get(plan.place, ""), rows).run()
        _write(rows)
    return len(rows.cases)


def numbered(plans: Sequence[CasePlan]) -> tuple[dict[int, str], dict[str, int]]:
    """办件编号 by the plan's place, in the order of acceptance, and the counters they leave."""
    accepted = sorted((deed.at, plan.place, plan.item.impl_code) for plan in plans for deed in plan.deeds if _accepts(deed))
    numbers: dict[int, str] = {}
    counters: dict[str, int] = {}
    for at, place, impl_code in accepted:
        day = clock.local(at).date()
        key = f"{impl_code}{day:%Y%m%d}"
        counters[key] = counters.get(key, 0) + 1
        numbers[place] = casenumber.make(impl_code, day, counters[key])
    return numbers, counters


def _accepts(deed: Deed) -> bool:
    return (deed.act, deed.outcome) in (("accept", "accepted"), ("accept", "deemed"), ("accept_correction", "accepted"))


class _Course:
    """One case from 申办 to its last deed, as rows."""

    def __init__(self, plan: CasePlan, cast: Cast, calendar: WorkingCalendar, number: str, rows: Rows) -> None:
        self.plan, self.cast, self.calendar, self.rows = plan, cast, calendar, rows
        self.number, self.id = number, uuid7(plan.applied_at)
        self.item: CompiledItem = plan.item
        self.scope = scope_of(self.item.org_id, self.item.region)
        self.hands: list[list[str]] = []
        self.answer_by: datetime | None = None
        self.case: dict[str, Any] = {}

    def run(self) -> None:
        self._apply()
        for deed in self.plan.deeds:
            if deed.act == "hand_in":
                self._hand_in(deed)
            else:
                self._act(deed)
        self._close_row()

    def _apply(self) -> None:
        plan, item, at = self.plan, self.item, self.plan.applied_at
        chosen = rules.choose(item, plan.filled.situation)
        checked = rules.check_answers(chosen.fields, plan.filled.answers, today=clock.local(at).date())
        if chosen.faults or checked.faults:
            raise ValueError(f"plan {plan.place} of {item.name} does not hold: {chosen.faults} {checked.faults}")
        who = "clerk" if plan.channel == "1" else "applicant"
        facts = CaseFacts("", item, materials=tuple(m.key for m in chosen.materials), fields=tuple(f.key for f in chosen.fields))
        capacity = frozenset({"window"} if who == "clerk" else {"applicant"})
        ref = self.cast.ref(plan, who)
        done = _decided(rules.transition(facts, "apply", "filed", {"channel": plan.channel}, doer=Doer(capacity, str(ref.account or ""))))
        self.clock = rules.advance(rules.begin(law(), item.statutory, item.promised), done.clock, at)
        self.item = as_handled(item, chosen.code)
        party, masked = self.cast.applicant(plan)
        due = rules.due(self.clock, self.calendar).acceptance
        self.case = {
            "id": self.id, "serial": serial.make(item.region[:6], clock.local(at).date(), plan.place % 1_000_000), "number": None,
            "item_id": item.item_id, "version": item.version_id, "handling": chosen.code, "item_name": item.name,
            "impl_code": item.impl_code, "kind": item.kind, "channel": plan.channel, "applicant_id": party, "agent_id": None,
            "applicant_name": masked, "org_id": item.org_id, "region": item.region, "scope": self.scope,
            "lane": lane(self.scope, item.item_id), "state": done.state_to, "open": True, "step": "", "outcome": "", "sequence": 1,
            "holder_id": None, "holder_name": "", "answered": False, "extended": False, "corrections": 0, "marked": [],
            "situation": dict(chosen.answers), "due_at": due.due_at if due else None, "due_statutory": None, "due_promised": None,
            "provisional": bool(due and due.provisional), "paused": False, "applied_at": at, "accepted_at": None, "closed_at": None,
        }  # fmt: skip
        body = dumps({"answers": checked.values, "contact": ""}).encode()
        self.rows.dossiers.append((self.id, party, seal(party, body, about="intake.dossier")))
        self._materials(plan.filled.materials, at)
        names = {material.key: material.name for material in chosen.materials}
        self._record(done, ref, at, step="", state_from="", number="")
        given = [(names[key], how, originals, copies) for key, how, originals, copies in plan.filled.materials]
        standing = self._standing(received_by=ref.label if plan.channel == "1" else "", materials=given)
        self._paper(done, ref, at, self.case["serial"], paper(standing, done, at, acceptance=self.case["due_at"]))

    def _act(self, deed: Deed) -> None:
        case, item = self.case, self.item
        ref = self.cast.ref(self.plan, deed.who)
        facts = CaseFacts(
            case["state"], item, accepted=case["accepted_at"] is not None, step=case["step"], extended=case["extended"],
            paused=case["paused"], corrections=case["corrections"], hands=tuple(Hand(*hand) for hand in self.hands),
        )  # fmt: skip
        capacities = frozenset(CAPACITIES.get(deed.who, "approver").split())
        doer = Doer(capacities, str(ref.account or ref.kind))
        payload = self.cast.said(self.plan, deed)
        done = _decided(rules.transition(facts, deed.act, deed.outcome, payload, doer=doer, settings=law()))
        before = SimpleNamespace(**case, clock=self.clock.dump(), hands=self.hands)
        approver = self.cast.ref(self.plan, "leader").label if "approver" in payload else ""
        standing = self._standing(accepted_at=case["accepted_at"], due_before=case["due_at"], approver=approver)
        after = rules.after(before, done, self.calendar, deed.at, account=str(ref.account or ""))
        self._go_on(after)
        self._record(done, ref, deed.at, step=before.step, state_from=before.state, number=before.number or "")
        if done.document:
            number = self.number if after.accepting else f"{case['serial']}-{case['sequence']}"
            self._paper(done, ref, deed.at, number, paper(standing, done, deed.at, after=after))

    def _go_on(self, after: After) -> None:
        """The columns after an act, as intake's `act` writes them."""
        case = self.case
        self.clock, self.hands = after.clock, after.hands
        self.answer_by = after.correction
        case.update(
            state=after.state, open=not after.ends, step=after.step, outcome=after.outcome, sequence=case["sequence"] + 1, answered=False,
            extended=after.extended, corrections=after.corrections, marked=after.marked, accepted_at=after.accepted_at,
            closed_at=after.closed_at, number=self.number if after.accepting else case["number"],
            due_at=None if after.ends else after.due_at or case["due_at"], due_statutory=after.statutory, due_promised=after.promised,
            provisional=after.provisional, paused=after.paused,
        )  # fmt: skip

    def _standing(self, **known: Any) -> Standing:
        case = self.case
        return Standing(
            item=self.item, serial=case["serial"], number=case["number"] or "", recipient=self.cast.full_name(self.plan),
            channel=case["channel"], applied_at=case["applied_at"], **known,
        )  # fmt: skip

    def _paper(self, done: Transition, ref: ActorRef, at: datetime, number: str, data: Any) -> None:
        party = self.case["applicant_id"]
        row = issue_row(f"intake.{done.document}", about_kind="case", about=self.id, subject=party, number=number, data=data, at=at)
        self.rows.papers.append((*row.params[:-1], ref.account))

    def _record(self, done: Transition, ref: ActorRef, at: datetime, *, step: str, state_from: str, number: str) -> None:
        case = self.case
        org = ref.org
        self.rows.acts.append((
            self.id, case["sequence"], done.act, done.outcome, step or done.step, done.state_to, ref.account, ref.label, org, at,
            dumps(done.data), done.document,
        ))  # fmt: skip
        event = event_for(
            done.event, case=str(self.id), serial=case["serial"], number=case["number"] or number, impl_code=self.item.impl_code,
            version=str(self.item.version_id), act=done.act, outcome=done.outcome, sequence=case["sequence"], state_from=state_from,
            state_to=done.state_to, occurred_at=at.isoformat(), step=done.step if state_from else "", scope=self.scope,
            region=self.item.region, due_statutory=_iso(case["due_statutory"]), due_promised=_iso(case["due_promised"]),
            document=done.document, data=done.data,
        )  # fmt: skip
        self._entry("intake." + done.act, event, ref, at)

    def _hand_in(self, deed: Deed) -> None:
        ref = self.cast.ref(self.plan, deed.who)
        self._materials(deed.materials, deed.at)
        self.case["answered"] = True
        keys = [key for key, *_ in deed.materials]
        event = MaterialsHanded(str(self.id), keys, [], deed.at.isoformat(), answers_correction=True)
        self._entry("intake.hand_in", event, ref, deed.at)

    def _materials(self, materials: Sequence[tuple[str, str, int, int]], at: datetime) -> None:
        names = {material.key: material.name for material in self.item.materials}
        for key, how, originals, copies in materials:
            self.rows.handed.append((uuid7(at), self.id, key, names[key], how, originals, copies, "[]", at))

    def _entry(self, action: str, event: Any, ref: ActorRef, at: datetime) -> None:
        """The journal's row; `seeded` tells followers that this is history, not news."""
        data = {**asdict(event), "seeded": True}
        self.rows.entries.append((
            uuid7(at), uuid7(at), None, action, event.name, "case", self.id, ref.account, dumps(ref.as_json()), at, dumps(data), None,
        ))  # fmt: skip

    def _close_row(self) -> None:
        case = self.case
        case.update(hands=dumps(self.hands), clock=dumps(self.clock.dump()))
        case.update(situation=dumps(case["situation"]), marked=dumps(case["marked"]))
        if case["state"] in ("applied", "preaccepted") and case["due_at"]:
            self.rows.timers.append((uuid7(), "intake.acceptance", self.id, case["due_at"], 0, ""))
        if case["state"] == "correcting" and self.answer_by:
            self.rows.timers.append((uuid7(), "intake.correction", self.id, self.answer_by, 0, ""))
        self.rows.cases.append(case)


def _decided(done: Any) -> Transition:
    if not isinstance(done, Transition):
        done.or_raise()
    return done


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _write(rows: Rows) -> None:
    with connection.cursor() as cursor:
        _copy(cursor, "intake_case", CASE, ([case[name] for name in CASE] for case in rows.cases))
        _copy(cursor, "intake_dossier", ("case_id", "subject", "sealed"), rows.dossiers)
        _copy(cursor, "intake_act", ACT, rows.acts)
        _copy(cursor, "intake_handed", HANDED, rows.handed)
        _copy(cursor, "documents_document", PAPER, rows.papers)
        _copy(cursor, "jobs_timer", ("id", "kind", "about", "due_at", "tries", "error"), rows.timers)
        _copy(cursor, "journal_entry", ENTRY, sorted(rows.entries, key=lambda entry: entry[9]))
        cursor.execute(
            "insert into numbers_counter as c (profile, key, value) select 'serial4', * from unnest(%s::text[], %s::bigint[])"
            " on conflict (profile, key) do update set value = greatest(c.value, excluded.value)",
            [list(rows.counters), list(rows.counters.values())],
        )


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


Say = Callable[[str], None]
