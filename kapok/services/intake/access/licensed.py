"""What the licence store asks of cases and items: the desk of `licences.case_desks`. It gives facts, nothing of an applicant's answers."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from kapok.services.intake.models import Act, Case
from kapok.services.items.public import CompiledItem, compiled, item_in_force, item_of
from kapok.support.licences.public import CaseFacts, ItemFacts, type_for, types_for_material

LOOKED_AT, SHOWN = 60, 20
COLLECTED, GRANTED = "collected", "granted"


class IntakeDesk:
    """This node's own items and cases."""

    def item(self, code: str) -> ItemFacts | None:
        """The item in force, with the types of licence its material list asks for."""
        found, row = item_in_force(code), item_of(code)
        if found is None or row is None:
            return None
        return ItemFacts(found.impl_code, found.name, found.item_id, row.scope, needs_of(found))

    def case(self, number: str) -> CaseFacts | None:
        """By 办件编号, or by 申办流水号 while there is none."""
        row = Case.objects.select_related("org").filter(Q(number=number) | Q(serial=number)).first()
        return _facts(row, _granted([row])) if row else None

    def cases_of(self, party: UUID, type_code: str = "") -> list[CaseFacts]:
        """A party's cases whose items end in a licence, the newest first."""
        rows = Case.objects.select_related("org").filter(applicant_id=party).order_by("-id")[:LOOKED_AT]
        granted = _granted(rows)
        found = [facts for row in rows if (facts := _facts(row, granted)).type_codes and (not type_code or type_code in facts.type_codes)]
        return found[:SHOWN]


def needs_of(item: CompiledItem) -> frozenset[str]:
    """The types of licence that stand for the item's materials."""
    return frozenset(code for material in item.materials for code in types_for_material(material.name))


def _granted(rows: Iterable[Case]) -> frozenset[UUID]:
    """Those of the collected cases that were granted: what a collected case says last is only that somebody came for the paper."""
    collected = [row.id for row in rows if row.outcome == COLLECTED]
    if not collected:
        return frozenset()
    return frozenset(Act.objects.filter(case_id__in=collected, outcome=GRANTED).values_list("case_id", flat=True))


def _facts(row: Case, granted: frozenset[UUID]) -> CaseFacts:
    item = compiled(row.version)
    kind = type_for(item.base_code, item.impl_code)
    return CaseFacts(
        number=row.number or row.serial, id=row.id, item_code=row.impl_code, item_name=row.item_name, applicant=row.applicant_id,
        agency=row.org.name, state="correcting" if row.state == "correcting" and not row.answered else row.state,
        outcome=GRANTED if row.id in granted else row.outcome,
        submitted_at=row.applied_at, decided_at=row.closed_at, type_codes=frozenset({kind.code}) if kind else frozenset(),
        link=f"/mine/cases/{row.id}/",
    )  # fmt: skip
