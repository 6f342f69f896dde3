"""Why is my licence missing: the way of each case, from application to the province's catalogue, and where it stops (15.21)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.kernel.nodes.public import this_node
from kapok.support.licences.models import DirectoryEntry, Licence, Signing
from kapok.support.licences.queries.types import published
from kapok.support.licences.queries.using_desks import CaseFacts, cases_of
from kapok.support.licences.rules.using import Stuck, Way, steps_done, where_stuck


@dataclass(frozen=True)
class Trace:
    """One case's way: its steps with "done", "stuck" or "later", where it stops and who has to move (None: nowhere)."""

    case: CaseFacts
    licence: UUID | None
    name: str
    steps: tuple[tuple[str, str], ...]
    stuck: Stuck | None
    owner: str
    signing_error: str = ""


def why_missing(party: UUID, type_code: str = "") -> list[Trace]:
    """The way of each of the party's cases that is to end, or ended, in a licence; those that stop first. Five statements at most."""
    cases = cases_of(party, type_code)
    licences = _licences([case.id for case in cases])
    waiting = {row.licence_id: row for row in Signing.objects.filter(licence__in=[row.id for row in licences.values()])}
    listed = _listed([row.id for row in licences.values()])
    traces = [_trace(case, licences.get(case.id), waiting, listed) for case in cases]
    return sorted(traces, key=lambda trace: trace.stuck is None)


def _licences(cases: list[UUID]) -> dict[UUID, Licence]:
    rows = Licence.objects.filter(case__in=cases).defer("sealed").order_by("version", "id")
    return {row.case: row for row in rows if row.case is not None}


def _listed(licences: list[UUID]) -> dict[UUID, tuple[datetime, datetime | None]]:
    """When the catalogue's record of each was written, and when the province had it."""
    rows = DirectoryEntry.objects.filter(licence__in=licences).order_by("id").values_list("licence", "produced_at", "received_at")
    return {licence: (produced, received) for licence, produced, received in rows}


def _trace(
    case: CaseFacts, row: Licence | None, waiting: dict[UUID, Signing], listed: dict[UUID, tuple[datetime, datetime | None]]
) -> Trace:
    signing = waiting.get(row.id) if row else None
    produced, received = listed.get(row.id, (None, None)) if row else (None, None)
    way = Way(
        licence_result=bool(case.type_codes), state=case.state, outcome=case.outcome, decided_at=case.decided_at,
        issued_at=row.issued_at if row else None, signed_at=row.signed_at if row else None, signing_code=signing.code if signing else "",
        directory_at=produced, received_at=received, is_province=this_node().kind == "province", licence_state=row.state if row else "",
    )  # fmt: skip
    stuck = where_stuck(way)
    by_code = published()[2]
    name = row.name if row else "、".join(by_code[code].name for code in sorted(case.type_codes) if code in by_code) or case.item_name
    return Trace(
        case, row.id if row else None, name, tuple(steps_done(stuck)), stuck, _owner(stuck, case, row), signing.error if signing else ""
    )


def _owner(stuck: Stuck | None, case: CaseFacts, row: Licence | None) -> str:
    """The name of whoever has to move; empty for the applicant, or where nobody does."""
    if stuck is None or stuck.owner in ("applicant", "nobody"):
        return ""
    if stuck.owner in ("node", "province"):
        return this_node().name if stuck.owner == "node" else ""
    return row.issuer_name if row else case.agency
