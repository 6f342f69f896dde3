"""What may be done with a licence by whom: pure decisions. Facts go in, a named verdict comes out; clocks are passed in."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from kapok.kernel.common.verdicts import Verdict, allow, refuse

HOLDER, CONSENT, DUTY, SHOW, OWN = "holder", "consent", "duty", "show", "own"
MODES = (HOLDER, CONSENT, DUTY)
"""How others use a licence: by the holder's code, by an authorisation, by their own duty. 亮证 and the holder's own copy stand apart."""
FACE, FILE, VIEW = "face", "file", "view"
RESULTS = (FACE, FILE, VIEW)

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I or L: the code is read aloud."""
CODE_LENGTH = 8
_TERMS = Path(__file__).resolve().parents[1] / "using.toml"


@lru_cache(maxsize=1)
def terms() -> Mapping[str, Mapping[str, Any]]:
    """The terms of using.toml."""
    return tomllib.loads(_TERMS.read_text("utf-8"))


@dataclass(frozen=True)
class ItemFacts:
    """An item as whoever keeps items knows it: `needs` are the type codes its material list asks for."""

    code: str
    name: str
    item: int
    scope: int
    needs: frozenset[str] = frozenset()

    def places(self) -> list[tuple[int, int]]:
        """Where deeds for it are judged."""
        return [(self.scope, self.item)]


@dataclass(frozen=True)
class Asked:
    """One wish to use a licence, with all that decides it."""

    mode: str
    result: str
    item_code: str
    case_number: str
    fields: tuple[str, ...]
    known_fields: frozenset[str]
    usable: bool
    state: str
    expired: bool
    registered: bool
    ground: str


def may_use(asked: Asked) -> Verdict:
    """Whether the use is bound to a thing, by one who may, on a ground, of a licence that is in force: in this order."""
    if asked.mode not in MODES or asked.result not in RESULTS:
        return refuse("licences.use_unknown", status=422)
    if not asked.item_code.strip() or not asked.case_number.strip():
        return refuse("licences.use_unbound", status=422)
    if not asked.registered:
        return refuse("licences.use_not_registered", status=403, item=asked.item_code)
    if not asked.ground.strip():
        return refuse("licences.no_ground", status=403)
    if strange := sorted(set(asked.fields) - asked.known_fields):
        return refuse("licences.field_unknown", status=422, field=strange[0])
    return may_be_shown(asked.usable, asked.state, asked.expired)


def may_be_shown(usable: bool, state: str, expired: bool) -> Verdict:
    """Only what is in force today can be used; the refusal says how it stands."""
    if usable and not expired:
        return allow()
    if state == "valid" and not expired:
        return refuse("licences.not_begun", state="ahead")
    return refuse("licences.not_in_force", state="expired" if expired and state == "valid" else state)


def ground_of(mode: str, item: ItemFacts | None, type_code: str, own_words: str = "") -> str:
    """On what a use stands. By duty it is the item's material list, never the caller's own words; empty: there is none."""
    if mode == DUTY:
        return f"“{item.name}”的申请材料要求查验该证照" if item is not None and type_code in item.needs else ""
    return own_words.strip()


def code_lives(ends_at: datetime, spent_at: datetime | None, *, wall: datetime) -> Verdict:
    """A code or token works once and only for a while."""
    if spent_at is not None:
        return refuse("licences.code_spent", status=409)
    if wall >= ends_at:
        return refuse("licences.code_over", status=410)
    return allow()


def consent_holds(item_code: str, case_number: str, *, item: str, case: str, until: datetime, withdrawn: bool, left: int,
                  now: datetime) -> Verdict:  # fmt: skip
    """Whether an authorisation (item and case it names) covers a use (item and case asked for)."""
    if withdrawn or left <= 0 or now >= until:
        return refuse("licences.consent_over", status=403)
    if item_code != item or (case_number and case_number != case):
        return refuse("licences.consent_elsewhere", status=403)
    return allow()


def copy_term(until: datetime, *, now: datetime) -> Verdict:
    """A copy ends after it is made, and not in another life."""
    if until <= now:
        return refuse("licences.copy_ends_before", status=422)
    if until > now + timedelta(days=terms()["copy"]["most_days"]):
        return refuse("licences.copy_too_long", status=422, days=terms()["copy"]["most_days"])
    return allow()


def tidy_code(text: str) -> str:
    """A code as typed, in the form it was made in."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())[:32]


def ends_soon(valid_to: date | None, today: date) -> int | None:
    """Days until a licence ends, where it is time to say so (the widest of the warning steps); None where it is not."""
    if valid_to is None:
        return None
    left = (valid_to - today).days
    return left if 0 <= left <= max(terms()["warning"]["days"]) else None


def shown(face: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """Of a face only the fields named, in the face's own order."""
    return {key: value for key, value in face.items() if key in keys}


STATES_OVER = ("changed", "cancelled", "withdrawn", "revoked", "transferred")

STEPS = ("case", "decided", "issued", "signed", "directory", "province")
"""The way of a licence from an application to the province's catalogue (15.21)."""


@dataclass(frozen=True)
class Way:
    """What is known of the way of one case's licence. Times are None for what has not happened."""

    licence_result: bool
    state: str
    outcome: str
    decided_at: datetime | None
    issued_at: datetime | None
    signed_at: datetime | None
    signing_code: str
    directory_at: datetime | None
    received_at: datetime | None
    is_province: bool
    licence_state: str = ""


@dataclass(frozen=True)
class Stuck:
    """Where the way stops. `owner` is the kind of who has to move: applicant, agency, seals, node, province, nobody."""

    step: str
    code: str
    owner: str
    since: datetime | None = None


def where_stuck(way: Way) -> Stuck | None:
    """The first step that has not come to pass, and whose it is; None where the licence is there."""
    if not way.licence_result:
        return Stuck("case", "no_licence_result", "nobody")
    if way.decided_at is None:
        return Stuck("case", "waits_for_applicant" if way.state == "correcting" else "in_hand",
                     "applicant" if way.state == "correcting" else "agency")  # fmt: skip
    if way.outcome != "granted":
        return Stuck("decided", "withdrawn" if way.outcome == "withdrawn" else "not_granted", "nobody", way.decided_at)
    if way.issued_at is None:
        return Stuck("issued", "not_issued", "agency", way.decided_at)
    if way.signed_at is None:
        return Stuck("signed", f"signing_{way.signing_code}" if way.signing_code else "signing", "seals", way.issued_at)
    if way.licence_state in STATES_OVER:
        return Stuck("signed", f"ended_{way.licence_state}", "agency", way.signed_at)
    return _stuck_on_the_way_up(way)


def _stuck_on_the_way_up(way: Way) -> Stuck | None:
    if way.directory_at is None:
        return Stuck("directory", "not_listed", "node", way.signed_at)
    if way.received_at is None:
        return Stuck("province", "not_received", "node" if way.is_province else "province", way.directory_at)
    return None


def steps_done(stuck: Stuck | None) -> Sequence[tuple[str, str]]:
    """Each step with "done", "stuck" or "later"."""
    if stuck is None:
        return [(step, "done") for step in STEPS]
    place = STEPS.index(stuck.step)
    return [(step, "done" if n < place else "stuck" if n == place else "later") for n, step in enumerate(STEPS)]
