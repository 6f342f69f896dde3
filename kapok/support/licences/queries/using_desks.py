"""What whoever handles cases tells of items and cases. Licences stands below them and asks; higher apps answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kapok.kernel.common.registry import Registry
from kapok.support.licences.rules.using import ItemFacts


@dataclass(frozen=True)
class CaseFacts:
    """A case as its desk knows it. `type_codes`: the types of licence that come of its item; `agency` has it in hand."""

    number: str
    id: UUID
    item_code: str
    item_name: str
    applicant: UUID
    agency: str
    state: str
    outcome: str
    submitted_at: datetime
    decided_at: datetime | None
    type_codes: frozenset[str] = frozenset()
    link: str = ""


class CaseDesk(Protocol):
    """Whoever keeps items and cases."""

    def item(self, code: str) -> ItemFacts | None:
        """The item in force with this implementing code."""

    def case(self, number: str) -> CaseFacts | None:
        """The case with this 办件编号."""

    def cases_of(self, party: UUID, type_code: str = "") -> list[CaseFacts]:
        """A party's cases that come, or may come, to a licence (of one type), the newest first, at most twenty."""


case_desks: Registry[CaseDesk] = Registry("licences.case_desks")
"""Filled by intake; the first that knows an item or case is believed."""


def item_facts(code: str) -> ItemFacts | None:
    """The item as its desk knows it; None where no desk here does."""
    if not 0 < len(code) <= 64:
        return None
    return next((found for desk in case_desks if (found := desk.item(code)) is not None), None)


def case_facts(number: str) -> CaseFacts | None:
    """The case as its desk knows it; None where no desk here does."""
    if not 0 < len(number) <= 64:
        return None
    return next((found for desk in case_desks if (found := desk.case(number)) is not None), None)


def cases_of(party: UUID, type_code: str = "") -> list[CaseFacts]:
    """A party's cases that are about a licence, of all desks, the newest first."""
    found = [case for desk in case_desks for case in desk.cases_of(party, type_code)]
    return sorted(found, key=lambda case: case.submitted_at, reverse=True)[:20]
