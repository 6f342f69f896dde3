"""What may happen to a case next, and what it does: the table, its guards, and the data an act needs (acts.toml)."""

from collections.abc import Mapping
from typing import Any

from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.services.intake.data import AllowedAct, CaseFacts, Doer, Settings, Transition
from kapok.services.intake.rules.guards import GUARDS, step_after
from kapok.services.intake.rules.payload import clean
from kapok.services.intake.rules.table import Row, table
from kapok.services.intake.rules.words import listed

_DEFAULTS = Settings()


def transition(
    facts: CaseFacts,
    act: str,
    outcome: str,
    payload: Mapping[str, Any],
    *,
    doer: Doer,
    settings: Settings = _DEFAULTS,
) -> Transition | Verdict:
    """The change an act makes, or the refusal with its one cause.

    In this order: act.not_allowed (with the acts allowed now), act.not_yours, the line's own guards, act.data (all faults).
    """
    row = _row(facts, act, outcome)
    if row is None:
        return _not_allowed(facts, act, outcome, settings)
    if not doer.capacities & set(row.who):
        return refuse("act.not_yours", status=403, act=act, outcome=outcome, who=list(row.who))
    verdict = _guarded(row, facts, doer, settings)
    if not verdict:
        return verdict
    data, faults = clean(row, facts, payload, doer, settings)
    if faults:
        return refuse("act.data", status=422, act=act, outcome=outcome, faults=faults)
    return Transition(
        act=act,
        outcome=outcome,
        state_from=facts.state,
        state_to=row.to,
        step=step_after(facts, row.step),
        clock=row.clock,
        days=data.get("days", 0),
        document=row.document,
        event=row.event,
        ends=row.ends,
        data=data,
    )


def allowed_acts(facts: CaseFacts, *, doer: Doer | None = None, settings: Settings = _DEFAULTS) -> tuple[AllowedAct, ...]:
    """The acts that could be done now: by this doer, or (without one) by whoever holds the capacity. Data is not looked at."""
    return tuple(
        AllowedAct(row.act, row.outcome, row.who)
        for row in table().rows_from(facts.state)
        if _in_phase(row, facts) and (doer is None or doer.capacities & set(row.who)) and _guarded(row, facts, doer, settings)
    )


def data_of(act: str, outcome: str, state: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys an act needs and those it takes besides, from a state: what a form for it asks."""
    rows = table().rows_for(state, act, outcome)
    return (rows[0].needs, rows[0].takes) if rows else ((), ())


def _row(facts: CaseFacts, act: str, outcome: str) -> Row | None:
    return next((row for row in table().rows_for(facts.state, act, outcome) if _in_phase(row, facts)), None)


def _in_phase(row: Row, facts: CaseFacts) -> bool:
    return not row.when or (row.when == "in_examination") == facts.accepted


def _guarded(row: Row, facts: CaseFacts, doer: Doer | None, settings: Settings) -> Verdict:
    for name in row.guards:
        verdict = GUARDS[name](facts, doer, settings)
        if not verdict:
            return verdict
    return allow()


def _not_allowed(facts: CaseFacts, act: str, outcome: str, settings: Settings) -> Verdict:
    names = table()
    allowed = allowed_acts(facts, settings=settings)
    said = listed(names.act_name(each.act) for each in allowed)
    return refuse(
        "act.not_allowed",
        state=facts.state,
        state_name=names.state_name(facts.state) if facts.state else "未申办",
        act=act,
        act_name=names.act_name(act),
        outcome=outcome,
        allowed=[{"act": each.act, "outcome": each.outcome} for each in allowed],
        allowed_names=said or "无",
    )
