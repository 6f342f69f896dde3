"""Reading licences: facts, faces, files, what a holder has, and the status at any moment."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.crypto.public import unseal_json
from kapok.kernel.files.public import StoredFile
from kapok.kernel.parties.public import Party
from kapok.support.licences.data import HolderFacts, LicenceFacts
from kapok.support.licences.errors import NotSigned
from kapok.support.licences.models import Holder, Licence, StatusEntry
from kapok.support.licences.queries.types import codes_called, type_version
from kapok.support.licences.rules import status

ABOUT = "licences.data"


def facts_of_licence(row: Licence, at: datetime | None = None) -> LicenceFacts:
    """A row as facts; the state is that of now."""
    day = clock.local(at or clock.now()).date()
    over = status.expired(row.valid_to, day)
    return LicenceFacts(
        id=row.id, identifier=row.identifier, lineage=row.lineage, version=row.version, type_code=row.type_code,
        type_version=row.type_version_id, name=row.name, number=row.number, holder_name=row.holder_name, issuer_name=row.issuer_name,
        issued_at=row.issued_at, valid_from=row.valid_from, valid_to=row.valid_to,
        state=status.EXPIRED if row.state == Licence.VALID and over else row.state, expired=over,
        usable=row.state == Licence.VALID and not over and row.valid_from <= day, source=row.source, trust=row.trust, region=row.region,
        org=row.org_id, scope=row.scope, subject=row.subject, holder=row.holder, case=row.case, case_number=row.case_number,
        item_code=row.item_code, item_name=row.item_name, signed_at=row.signed_at,
    )  # fmt: skip


def _light(rows: "QuerySet[Licence]") -> "QuerySet[Licence]":
    return rows.defer("sealed")


def licence(id: UUID) -> LicenceFacts:
    """One licence, unguarded: who may see it is for the caller to ask."""
    row = _light(Licence.objects.filter(id=id)).first()
    if row is None:
        raise NotHere("licences.licence", id=str(id))
    return facts_of_licence(row)


def licences_of_cases(cases: Iterable[UUID]) -> dict[UUID, LicenceFacts]:
    """The newest licence of each case that has one."""
    rows = _light(Licence.objects.filter(case__in=list(cases))).order_by("id")
    return {row.case: facts_of_licence(row) for row in rows if row.case is not None}


def licence_of_case(case: UUID) -> LicenceFacts | None:
    """The newest licence that a case ended in."""
    return licences_of_cases([case]).get(case)


def held_by(
    party: UUID, type_codes: Sequence[str] | None = None, at: datetime | None = None, *, names: Sequence[str] | None = None,
    live: bool = False, limit: int = 500,
) -> list[LicenceFacts]:  # fmt: skip
    """The licences of a party, the newest first: issued to it, or bearing its number (imported ones too); one statement,
    two with `at`.

    `names`: only those whose type is called so. `at`: as they stood then. `live`: only the newest version that has not ended.
    """
    numbers = Holder.objects.filter(number_index__in=Party.objects.filter(id=party).values("number_index")).values("licence")
    rows = _light(Licence.objects.filter(Q(holder=party) | Q(id__in=numbers)))
    if type_codes is not None:
        rows = rows.filter(type_code__in=list(type_codes))
    if names is not None:
        rows = rows.filter(Q(name__in=list(names)) | Q(type_code__in=codes_called(names)))
    if live:
        rows = rows.filter(state__in=Licence.LIVE)
    if at is not None:
        rows = rows.filter(issued_at__lte=at)
    found = [facts_of_licence(row, at) for row in rows.order_by("-id")[:limit]]
    return found if at is None else _as_of(found, at)


def _as_of(found: Sequence[LicenceFacts], at: datetime) -> list[LicenceFacts]:
    """As they stood at a moment, all their histories read at once."""
    day, steps = clock.local(at).date(), dict[UUID, list[tuple[datetime, str]]]()
    rows = StatusEntry.objects.filter(licence__in=[each.id for each in found]).order_by("licence", "sequence")
    for licence, moment, state in rows.values_list("licence", "at", "state"):
        steps.setdefault(licence, []).append((moment, state))
    then = [(each, status.as_of(steps.get(each.id, ()), each.valid_to, at, day) or each.state) for each in found]
    return [replace(each, state=state, usable=state == Licence.VALID and each.valid_from <= day) for each, state in then]


def status_at(licence: UUID, at: datetime) -> str | None:
    """The state at a past moment, from the append-only history; `expired` is derived; None before it was issued."""
    rows = StatusEntry.objects.filter(licence=licence).order_by("sequence").values_list("at", "state", "licence__valid_to")
    known = list(rows)
    return status.as_of([(moment, state) for moment, state, _ in known], known[0][2], at, clock.local(at).date()) if known else None


def history_of(licence: UUID) -> list[StatusEntry]:
    """The steps of a licence's life in order."""
    return list(StatusEntry.objects.filter(licence=licence).order_by("sequence"))


def opened(row: Licence) -> dict[str, Any]:
    """The sealed data: `values` and `holders`; SubjectForgotten after the holder was forgotten."""
    data: dict[str, Any] = unseal_json(row.subject, bytes(row.sealed), about=ABOUT)
    return data


def holders_in(data: dict[str, Any]) -> list[HolderFacts]:
    return [HolderFacts(*each) for each in data["holders"]]


def face_of(licence: UUID, *, minimal: bool = False, keys: Collection[str] | None = None) -> dict[str, str]:
    """What stands on the licence (照面): label → value, in the type's order; `minimal`: what 亮证 shows; `keys`: only these. Unguarded."""
    row = Licence.objects.filter(id=licence).first()
    if row is None:
        raise NotHere("licences.licence", id=str(licence))
    values, type = opened(row)["values"], type_version(row.type_version_id)
    shown = [each for each in type.fields if (each.minimal or not minimal) and (keys is None or each.key in keys)]
    return {each.label: values.get(each.key, "") for each in shown}


def fields_of(licence: UUID) -> dict[str, str]:
    """The same by field key, for machines. Unguarded."""
    row = Licence.objects.filter(id=licence).first()
    if row is None:
        raise NotHere("licences.licence", id=str(licence))
    return dict(opened(row)["values"])


def holders_of_licence(licence: UUID) -> list[HolderFacts]:
    """Whose it is, in the open. Unguarded."""
    row = Licence.objects.filter(id=licence).first()
    if row is None:
        raise NotHere("licences.licence", id=str(licence))
    return holders_in(opened(row))


def file_of(licence: UUID, kind: str = "ofd") -> StoredFile:
    """The sealed file (ofd or pdf); NotSigned while it waits for its seal. Unguarded."""
    row = Licence.objects.select_related("ofd", "pdf").defer("sealed").filter(id=licence).first()
    if row is None:
        raise NotHere("licences.licence", id=str(licence))
    file = row.pdf if kind == "pdf" else row.ofd
    if file is None:
        raise NotSigned(number=row.number)
    return file


def licence_by_number(text: str) -> list[LicenceFacts]:
    """Licences by identifier or number, the newest first. Unguarded."""
    wanted = text.strip()
    rows = _light(Licence.objects.filter(Q(identifier=wanted) | Q(number=wanted))).order_by("-id")[:50]
    return [facts_of_licence(row) for row in rows]


def versions_of(lineage: UUID) -> list[LicenceFacts]:
    """All versions of a licence, the first one first."""
    return [facts_of_licence(row) for row in _light(Licence.objects.filter(lineage=lineage)).order_by("version")]
