"""The door of the annex: cards and measures that apps bind, and the board they show on."""

from kapok.kernel.annex.actions import end_exemption, grant_exemption, record_rehearsal, recount
from kapok.kernel.annex.cards import SystemCard, built_rows, cards, measures
from kapok.kernel.annex.data import (
    Cell,
    City,
    Contribution,
    Duty,
    EvidenceRow,
    Level,
    Measure,
    Reading,
    Seed,
    Square,
    State,
    SystemRow,
    Waiver,
)
from kapok.kernel.annex.errors import BadCard, BadSeed
from kapok.kernel.annex.queries import PROVINCE, Board, board, evidence, rehearsals
from kapok.kernel.annex.seed import annex, cities, duties
from kapok.kernel.ui.public import CITIZEN, CLERK, OPS, Entry

__all__ = [
    "CITIZEN", "CLERK", "OPS", "PROVINCE", "BadCard", "BadSeed", "Board", "Cell", "City", "Contribution", "Duty", "Entry",
    "EvidenceRow", "Level", "Measure", "Reading", "Seed", "Square", "State", "SystemCard", "SystemRow", "Waiver", "annex",
    "board", "built_rows", "cards", "cities", "duties", "end_exemption", "evidence", "grant_exemption", "measures",
    "record_rehearsal", "recount", "rehearsals",
]  # fmt: skip
