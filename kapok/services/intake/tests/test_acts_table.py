"""Every state × act × outcome against the published table, written out here a second time."""

import itertools
import tomllib

import pytest

from kapok.kernel.common.verdicts import Verdict
from kapok.services.intake.data import Settings, Span, Transition
from kapok.services.intake.events import EVENTS
from kapok.services.intake.rules import allowed_acts, table, transition
from kapok.services.intake.rules.guards import GUARDS
from kapok.services.intake.rules.table import SOURCE, TableFault, read
from kapok.services.intake.tests.law import doer, facts, payload

NO_CASE = ""
STATES = (NO_CASE, *table().states)
BEFORE, IN = False, True
ACTS = [(act.key, outcome) for act in table().acts.values() for outcome in act.outcomes]
SETTINGS = Settings(correction=Span(30), uncorrected_closes=True)

PUBLISHED: dict[tuple[str, str, str, bool], tuple[str, str, str]] = {}
"""(state, act, outcome, accepted) → (state after, clock effect, document)."""


def _publish(states: str, act: str, outcome: str, to: str, clock: str, document: str, phases: tuple[bool, ...] = (BEFORE, IN)) -> None:
    for state, accepted in itertools.product(states.split(), phases):
        PUBLISHED["" if state == "-" else state, act, outcome, accepted] = (to, clock, document)


OPEN = "applied preaccepted correcting accepted examining special"
_publish("-", "apply", "filed", "applied", "start_acceptance", "receipt")
_publish("applied", "preaccept", "passed", "preaccepted", "", "")
_publish("applied preaccepted", "request_correction", "listed", "correcting", "stop_acceptance", "correction_notice")
_publish("applied preaccepted", "accept", "accepted", "accepted", "start_limits", "acceptance_notice")
_publish("applied preaccepted", "accept", "refused", "not_accepted", "stop_all", "refusal_decision")
_publish("applied preaccepted", "accept", "deemed", "accepted", "start_limits", "acceptance_notice")
_publish("correcting", "accept_correction", "accepted", "accepted", "start_limits", "acceptance_notice", (BEFORE,))
_publish("correcting", "accept_correction", "refused", "not_accepted", "stop_all", "refusal_decision", (BEFORE,))
_publish("correcting", "request_correction", "again", "correcting", "", "correction_notice")
_publish("correcting", "decide", "uncorrected", "closed", "stop_all", "termination_notice")
_publish("accepted examining", "request_correction", "listed", "correcting", "pause", "correction_notice")
_publish("correcting", "accept_correction", "complete", "examining", "resume", "", (IN,))
_publish("accepted examining", "examine", "pass", "examining", "", "")
_publish("accepted examining", "examine", "return", "examining", "", "")
_publish("accepted examining", "examine", "other", "examining", "", "")
_publish("accepted examining", "request_special", "extend", "examining", "extend", "extension_notice")
_publish("accepted examining", "request_special", "pause", "special", "pause", "special_notice")
_publish("special", "conclude_special", "concluded", "examining", "resume", "")
_publish("accepted examining", "decide", "granted", "closed", "stop_all", "decision")
_publish("accepted examining", "decide", "denied", "closed", "stop_all", "decision")
_publish("accepted examining", "decide", "other", "closed", "stop_all", "decision")
_publish(OPEN, "decide", "withdrawn", "closed", "stop_all", "withdrawal_notice")
_publish(OPEN, "decide", "terminated", "closed", "stop_all", "termination_notice")
_publish("closed", "collect", "collected", "collected", "", "")

CELLS = [(state, act, outcome, accepted) for state in STATES for act, outcome in ACTS for accepted in (BEFORE, IN)]


@pytest.mark.feature("08.04", part="table of acts")
@pytest.mark.parametrize(("state", "act", "outcome", "accepted"), CELLS)
def test_every_cell_does_what_the_published_table_says(state, act, outcome, accepted):
    case = facts(state, accepted=accepted, step="approve")
    found = transition(case, act, outcome, payload(act, outcome), doer=doer(), settings=SETTINGS)
    expected = PUBLISHED.get((state, act, outcome, accepted))
    if expected is None:
        assert isinstance(found, Verdict)
        assert (found.code, found.status) == ("act.not_allowed", 409)
        now = {(row["act"], row["outcome"]) for row in found.data["allowed"]}
        assert now == {(a, o) for s, a, o, p in PUBLISHED if (s, p) == (state, accepted)}
    else:
        assert isinstance(found, Transition), found
        assert (found.state_to, found.clock, found.document) == expected
        assert found.state_from == state
        assert found.ends == (not table().states[found.state_to].open and found.state_to != "collected")


@pytest.mark.feature("08.04", part="table of acts")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("accepted", [BEFORE, IN])
def test_the_acts_allowed_now_are_those_that_are_then_accepted(state, accepted):
    case = facts(state, accepted=accepted, step="approve")
    offered = {(one.act, one.outcome) for one in allowed_acts(case, settings=SETTINGS)}
    assert offered == {(a, o) for s, a, o, p in PUBLISHED if (s, p) == (state, accepted)}


@pytest.mark.feature("08.04", part="table of acts")
@pytest.mark.parametrize(("state", "act", "outcome", "accepted"), sorted(PUBLISHED))
def test_every_act_is_refused_to_whoever_lacks_the_capacity(state, act, outcome, accepted):
    case = facts(state, accepted=accepted, step="approve")
    stranger = doer("stranger")
    found = transition(case, act, outcome, payload(act, outcome), doer=stranger, settings=SETTINGS)
    assert isinstance(found, Verdict)
    assert (found.code, found.status) == ("act.not_yours", 403)
    assert allowed_acts(case, doer=stranger, settings=SETTINGS) == ()


@pytest.mark.feature("08.04", part="table of acts")
@pytest.mark.parametrize(("act", "outcome"), ACTS)
def test_an_act_without_its_data_names_every_missing_piece_at_once(act, outcome):
    state, accepted = next((s, p) for s, a, o, p in PUBLISHED if (a, o) == (act, outcome))
    needs = set().union(*(row.needs for row in table().rows_for(state, act, outcome)))
    found = transition(facts(state, accepted=accepted, step="approve"), act, outcome, {}, doer=doer(), settings=SETTINGS)
    if not needs:
        assert isinstance(found, Transition)
        return
    assert isinstance(found, Verdict)
    assert (found.code, found.status) == ("act.data", 422)
    assert {fault["field"] for fault in found.data["faults"]} == needs


def test_the_ten_acts_carry_the_names_of_the_standard():
    assert [act.name for act in table().acts.values()] == [
        "申办", "网上预受理", "补正告知", "受理", "补正受理", "审批", "特别程序申请", "特别程序结果", "办结", "领取登记",
    ]  # fmt: skip
    assert table().open_states() == tuple(OPEN.split())


def test_every_line_names_a_known_event_and_known_guards():
    for row in table().rows:
        assert row.event in EVENTS
        assert set(row.guards) <= set(GUARDS)
    assert {guard for row in table().rows for guard in row.guards} == set(GUARDS)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"to": "nowhere"}, "unknown state"),
        ({"outcome": "maybe"}, "unknown outcome"),
        ({"clock": "rewind"}, "unknown clock effect"),
        ({"who": []}, "nobody"),
        ({"needs": ["stamp"]}, "unknown datum"),
        ({"ends": True}, "ends"),
    ],
)
def test_a_table_that_contradicts_itself_is_not_loaded(change, says):
    raw = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    raw["rows"][1] |= change
    with pytest.raises(TableFault, match=says):
        read(raw)


def test_two_lines_for_one_cell_are_not_loaded():
    raw = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    raw["rows"].append(dict(raw["rows"][1]))
    with pytest.raises(TableFault, match="two lines"):
        read(raw)
