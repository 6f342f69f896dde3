"""Every state × every act and outcome, over the database and through the real verb; and nobody else writes a case's state."""

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

import kapok
from kapok.kernel.access.public import Actor, actor_of_account, clock_actor, grant
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.journal.models import Entry
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.actions.act import act
from kapok.services.intake.models import Act, Case
from kapok.services.intake.rules import table
from kapok.services.intake.tests.factories import Office, office, person
from kapok.services.intake.tests.law import payload
from kapok.services.intake.tests.test_acts_table import ACTS, PUBLISHED
from kapok.services.items.tests.factories import SYSTEM

SPECIAL = [
    {"kind": 1, "name": "延长审批", "basis": "行政许可法第四十二条", "days": 10},
    {"kind": 2, "name": "听证", "basis": "行政许可法第四十六条"},
]
ONE_STEP = [{"key": "decide", "name": "决定", "role": "审批人员"}]
FAULTS = [{"kind": "material", "key": "plan", "says": "缺第二页"}]
GUARDED = {
    ("accepted", "examine", "return"): "act.no_previous_step",
    ("correcting", "decide", "uncorrected"): "act.not_automatic",
}
"""Lines of the table that a further condition closes here: the first 环节 has none before it, nothing closes by itself by default."""


@pytest.fixture
def desks(db: None, tmp_path: Path) -> tuple[Office, Office]:
    """An agency whose item has two 环节, and one whose item is decided at once; both allow everything the table knows."""
    small_province(tmp_path)
    everything = {"special": SPECIAL, "correction_in_examination": True}
    return office("深圳市两环节局", elements=everything), office("深圳市一环节局", elements={**everything, "steps": ONE_STEP})


def _told(case: UUID, here: Office, doer: Actor) -> None:
    act(case, "request_correction", "listed", {"faults": FAULTS}, by=doer)


def _applied(two: Office, one: Office, owner: Any) -> UUID:
    return two.case(owner)


def _preaccepted(two: Office, one: Office, owner: Any) -> UUID:
    case = two.case(owner)
    act(case, "preaccept", "passed", {}, by=two.clerk)
    return case


def _correcting(two: Office, one: Office, owner: Any) -> UUID:
    case = two.case(owner)
    _told(case, two, two.clerk)
    return case


def _correcting_in_examination(two: Office, one: Office, owner: Any) -> UUID:
    case = two.accepted(owner)
    _told(case, two, two.approver)
    return case


def _accepted(two: Office, one: Office, owner: Any) -> UUID:
    return one.accepted(owner)


def _examining(two: Office, one: Office, owner: Any) -> UUID:
    case = two.accepted(owner)
    act(case, "examine", "pass", {"opinion": "同意"}, by=two.approver)
    return case


def _special(two: Office, one: Office, owner: Any) -> UUID:
    case = two.accepted(owner)
    act(case, "request_special", "pause", data_for("request_special", "pause", two), by=two.approver)
    return case


def _closed(two: Office, one: Office, owner: Any) -> UUID:
    case = one.accepted(owner)
    act(case, "decide", "granted", {}, by=one.approver)
    return case


def _collected(two: Office, one: Office, owner: Any) -> UUID:
    case = _closed(two, one, owner)
    act(case, "collect", "collected", payload("collect", "collected"), by=one.clerk)
    return case


def _not_accepted(two: Office, one: Office, owner: Any) -> UUID:
    case = two.case(owner)
    act(case, "accept", "refused", payload("accept", "refused"), by=two.clerk)
    return case


STARTS: dict[str, Callable[[Office, Office, Any], UUID]] = {
    "applied": _applied, "preaccepted": _preaccepted, "correcting": _correcting, "correcting in examination": _correcting_in_examination,
    "accepted": _accepted, "examining": _examining, "special": _special, "closed": _closed, "collected": _collected,
    "not_accepted": _not_accepted,
}  # fmt: skip


def test_the_walk_starts_from_every_state() -> None:
    assert {name.split()[0] for name in STARTS} == set(table().states)


def everything_at(here: Office, owner: Any) -> Actor:
    """Somebody new who has every role at an agency and is the applicant too (no real person ever is)."""
    account = open_account(f"walker-{uuid4().hex[:8]}", "全能人员", "staff", org=here.org.id, by=SYSTEM)
    for role in ("clerk", "approver", "leader"):
        grant(account, role, org=here.org.id, reason="测试", by=SYSTEM)
    return replace(actor_of_account(account.id), party=owner.id)


def data_for(name: str, outcome: str, here: Office) -> dict[str, Any]:
    said = {**payload(name, outcome), **({"faults": FAULTS} if name == "request_correction" else {})}
    return said | ({"approver": str(here.leader.account)} if "approver" in said else {})


def picture(case: UUID) -> tuple[Any, ...]:
    """All that an act could have changed."""
    return (Case.objects.filter(id=case).values().get(), list(Act.objects.filter(case_id=case).values()), Entry.objects.count())


@pytest.mark.feature("08.04", part="walk over the database")
@pytest.mark.parametrize("start", STARTS)
def test_from_every_state_every_act_moves_as_the_table_says_or_changes_nothing(start: str, desks: tuple[Office, Office]) -> None:
    owner = person()
    case = STARTS[start](*desks, owner)
    found = Case.objects.get(id=case)
    assert found.state == start.split()[0]
    here = next(each for each in desks if each.org.id == found.org_id)
    doers = {"clock": clock_actor(), "": everything_at(here, owner)}
    before = picture(case)
    for name, outcome in ACTS:
        published = PUBLISHED.get((found.state, name, outcome, found.accepted_at is not None))
        by = doers["clock" if outcome in ("deemed", "uncorrected") else ""]
        guarded = GUARDED.get((found.state, name, outcome))
        if published and not guarded:
            with transaction.atomic():
                done = act(case, name, outcome, data_for(name, outcome, here), by=by)
                after, acts, entries = picture(case)
                assert after["state"] == done.state == published[0], (start, name, outcome)
                assert after["open"] is table().states[published[0]].open
                assert [(a["act"], a["outcome"], a["state_to"], a["document"]) for a in acts[len(before[1]) :]] == [
                    (name, outcome, published[0], published[2])
                ]
                assert entries == before[2] + 1
                transaction.set_rollback(True)
        else:
            with pytest.raises(KapokError) as refused, transaction.atomic():
                act(case, name, outcome, data_for(name, outcome, here), by=by)
            error = refused.value
            assert (error.code, error.status) == (guarded or "act.not_allowed", 409), (start, name, outcome, error)
            if not guarded:
                allowed = {(each["act"], each["outcome"]) for each in error.data["allowed"]}
                assert allowed == allowed_by_table(found), (start, name, outcome)
        assert picture(case) == before, (start, name, outcome)


def allowed_by_table(case: Case) -> set[tuple[str, str]]:
    """The acts of the published table from where a case stands, without those a condition closes."""
    accepted = case.accepted_at is not None
    return {
        (name, outcome)
        for state, name, outcome, phase in PUBLISHED
        if (state, phase) == (case.state, accepted) and (state, name, outcome) not in GUARDED
    }


@pytest.mark.feature("08.04", part="walk over the database")
def test_where_there_is_no_case_no_act_makes_one(desks: tuple[Office, Office]) -> None:
    cases, entries = Case.objects.count(), Entry.objects.count()
    for name, outcome in ACTS:
        with pytest.raises(NotHere), transaction.atomic():
            act(uuid4(), name, outcome, data_for(name, outcome, desks[0]), by=desks[0].clerk)
    assert (Case.objects.count(), Entry.objects.count()) == (cases, entries)


ROOT = Path(kapok.__file__).parent
WRITERS = {"services/intake/actions/apply.py", "services/intake/actions/act.py"}
_SQL = re.compile(
    r"update\s+intake_case\b[^;]*?\bset\b(?:(?!\bwhere\b|\bfrom\b).)*\bstate\s*=|(?:insert|merge)\s+into\s+intake_case\b",
    re.IGNORECASE | re.DOTALL,
)
_CALLS = frozenset({"update", "create", "bulk_update", "bulk_create", "update_or_create", "get_or_create", "save", "Case"})


def writes_of_state(source: str) -> list[int]:
    """Lines that would change a case's state: by SQL, by the queryset, or on the object."""
    found = []
    tree = ast.parse(source)
    knows = "intake_case" in source or bool(re.search(r"intake[.\w]* import [^#]*\bCase\b", source, re.DOTALL))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value):
            found.append(node.lineno)
        if not knows:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
        found += [t.lineno for t in targets if isinstance(t, ast.Attribute) and t.attr == "state"]
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = any(keyword.arg == "state" for keyword in node.keywords)
            listed = any(isinstance(each, ast.Constant) and each.value == "state" for arg in node.args for each in ast.walk(arg))
            if (name in _CALLS and named) or (name in ("bulk_update", "save", "setattr") and listed):
                found.append(node.lineno)
    return found


@pytest.mark.feature("08.04", part="nobody else writes state")
def test_no_other_code_writes_the_state_of_a_case() -> None:
    faults = []
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if "/tests/" in place or "/migrations/" in place or place in WRITERS:
            continue
        faults += [f"{place}:{line}" for line in writes_of_state(path.read_text("utf-8"))]
    assert not faults, "only act.py and apply.py write intake_case.state: " + ", ".join(faults)


@pytest.mark.feature("08.04", part="nobody else writes state")
@pytest.mark.parametrize(
    "line",
    [
        'x = "update intake_case set answered = true, state = %s"',
        'x = "insert into intake_case (id, state) values (1, 2)"',
        "from kapok.services.intake.models import Case\nCase.objects.filter(id=1).update(state='closed')",
        "from kapok.services.intake.models import Act, Case\ncase.state = 'closed'",
        "from kapok.services.intake.public import Case\nCase.objects.bulk_update(rows, ['state'])",
    ],
)
def test_the_search_finds_every_way_to_write_it(line: str) -> None:
    assert writes_of_state(line)


def test_the_two_writers_are_found_too() -> None:
    for place in WRITERS:
        assert "intake_case" in (ROOT / place).read_text("utf-8")
