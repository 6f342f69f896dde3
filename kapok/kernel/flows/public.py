"""The door of `kernel.flows`: approval chains as data, four eyes, deputies."""

from kapok.kernel.flows import errors
from kapok.kernel.flows.actions import decide, name_deputy, start, withdraw
from kapok.kernel.flows.data import PASS, RETURN, Chain, Facts, Seat, Step
from kapok.kernel.flows.models import Decision, Deputy, Run, RunState
from kapok.kernel.flows.queries import chains, decisions, deputies_of, open_run, run_of, runs_of, step_of, waiting_for
from kapok.kernel.flows.rules import may_decide

__all__ = [
    "PASS", "RETURN", "Chain", "Decision", "Deputy", "Facts", "Run", "RunState", "Seat", "Step", "chains", "decide",
    "decisions", "deputies_of", "errors", "may_decide", "name_deputy", "open_run", "run_of", "runs_of", "start", "step_of",
    "waiting_for", "withdraw",
]  # fmt: skip
