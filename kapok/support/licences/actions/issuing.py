"""Issuing: the licence exists from the deciding transaction on; its paper is made and sealed afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.codes import licence as identifiers
from kapok.kernel.common.errors import FieldFault
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.jsontext import dumps
from kapok.kernel.crypto.public import KEY_OF, blind_index, seal_json, take_key
from kapok.kernel.journal.public import CASTS, COLUMNS, prepare, running
from kapok.kernel.numbers.public import take
from kapok.kernel.parties.public import Identity, Party, identity_of, mask_name, mask_number
from kapok.support.licences.data import HolderFacts, Issued, TypeFacts
from kapok.support.licences.errors import AlreadyIssued, CannotIssue, TypeNotPublished
from kapok.support.licences.events import LicenceIssued
from kapok.support.licences.models import Licence
from kapok.support.licences.queries.glyphs import glyph_faults
from kapok.support.licences.queries.types import forget_published, type_by_code
from kapok.support.licences.rules.metadata import catalogue_holder, catalogue_record
from kapok.support.licences.rules.numbering import counter_key, written
from kapok.support.licences.rules.spec import operation
from kapok.support.licences.rules.values import Given, fill, holders_of, valid_until

ABOUT = "licences.data"
PROFILE = "licence"

_READ = f"""
select p.sealed, {KEY_OF.format(subject="p.id")}, p.kind, o.name, o.uscc,
  (select v.state from licences_type_version v where v.id = %s::uuid)
from parties_party p, orgs_org o where p.id = %s::uuid and o.id = %s::int"""

_LICENCE = (
    "id, identifier, lineage, version, previous_id, type_code, type_version_id, name, number, holder, holder_name, subject, org_id,"
    " issuer_name, issuer_code, region, scope, \"case\", case_number, item_code, item_name, issued_at, valid_from, valid_to, state, source,"
    " trust, warning, sealed"
)  # fmt: skip
_LICENCE_CASTS = (
    "%s::uuid, %s::varchar, %s::uuid, %s::smallint, %s::uuid, %s::varchar, %s::uuid, %s::varchar, %s::varchar, %s::uuid, %s::varchar,"
    " %s::uuid, %s::int, %s::varchar, %s::varchar, %s::varchar, %s::int, %s::uuid, %s::varchar, %s::varchar, %s::varchar,"
    " %s::timestamptz, %s::date, %s::date, %s::varchar, %s::varchar, %s::varchar, %s::varchar, %s::bytea"
)
_HOLDERS = """insert into licences_holder (licence_id, position, name_masked, number_masked, number_type, number_index)
 select l.id, h.* from l, unnest(%s::smallint[], %s::varchar[], %s::varchar[], %s::varchar[], %s::bytea[]) as h"""
_STATUS = """insert into licences_status (id, licence_id, sequence, verb, state, at, reason, cause, doer, account, confirmed_by)
 select %s::uuid, l.id, 1, %s::varchar, %s::varchar, %s::timestamptz, %s::varchar, '', %s::varchar, %s::uuid, '' from l"""
_DIRECTORY = """insert into licences_directory (id, licence_id, operation, region, record, sealed, produced_at)
 select %s::uuid, l.id, %s::varchar, %s::varchar, %s::jsonb, %s::bytea, %s::timestamptz from l"""
_SIGNING = """insert into licences_signing (licence_id, org, queued_at, code_text, tries, code, error)
 select l.id, %s::int, %s::timestamptz, '', 0, '', '' from l"""
_WRITE = f"""with l as (insert into licences_licence ({_LICENCE}) select {_LICENCE_CASTS}
   from licences_type_version v where v.id = %s::uuid and v.state = any(%s::varchar[]) returning id),
 h as ({_HOLDERS}), s as ({_STATUS}), d as ({_DIRECTORY}), {{signing}}
 j as (insert into journal_entry ({COLUMNS}) select {CASTS} from l)
 select id from l"""
_WITH_SIGNING, _WITHOUT = _WRITE.format(signing=f"g as ({_SIGNING}),"), _WRITE.format(signing="")


@dataclass(frozen=True)
class Place:
    """Who issues and where it is seen."""

    org: int
    name: str
    code: str
    region: str
    scope: int


@dataclass(frozen=True)
class Matter:
    """The case a licence comes from; empty where there was none."""

    case: UUID | None = None
    case_number: str = ""
    item_code: str = ""
    item_name: str = ""


@dataclass(frozen=True)
class New:
    """A licence about to be written, whatever it comes from."""

    type: TypeFacts
    place: Place
    matter: Matter
    values: Mapping[str, str]
    holders: Sequence[HolderFacts]
    holder: UUID | None
    subject: UUID
    number: str
    valid_from: date
    valid_to: date | None
    id: UUID
    identifier: str
    lineage: UUID
    version: int = 1
    previous: UUID | None = None
    state: str = "pending"
    source: str = "issued"
    trust: str = "A"
    warning: str = ""
    verb: str = "issue"
    reason: str = ""
    issued_at: datetime | None = None
    published: tuple[str, ...] = ("published",)


def issue_for_case(
    type: TypeFacts,
    *,
    case: UUID,
    case_number: str,
    item_code: str,
    item_name: str,
    holder: UUID,
    org: int,
    region: str,
    scope: int,
    answers: Mapping[str, Any],
    valid_from: date,
    valid_to: date | None = None,
    result: str = "",
    situation: Mapping[str, str] | None = None,
    by: Actor,
) -> Issued | None:
    """Issue the licence that a case ends in (签发), inside the caller's transaction: number, data, holders, catalogue and journal entry.

    Three statements; nothing is rendered and nobody far away is asked. `result` is what the decision calls it (kept as the reason).
    Where the type says that this 情形 extends, changes, reissues or ends a licence, that is done to the one of this agency's that the
    holder has (the one the form names, where there are several); to end one that is not kept here issues nothing (None).
    Raises CannotIssue (422, every field), AlreadyIssued (409) or TypeNotPublished (409).
    """
    with running("licences.issue"):
        party, place, state = _read(type, holder, org, region, scope)
        if state != "published":
            forget_published()
            newer = type_by_code(type.code)
            if newer is None or newer.id == type.id:
                raise TypeNotPublished(type=type.name)
            type = newer
        matter = Matter(case, case_number, item_code, item_name)
        verb = operation(type, situation or {})
        if verb != "issue":
            done = follow_up(type, verb, place, matter, party, holder, answers, valid_from, valid_to, result, by=by)
            if done is not None or verb == "cancel":
                return done
        new = drawn_up(type, place, matter, party, holder, answers, valid_from, valid_to, result)
        return write(new, by=by)


def _read(type: TypeFacts, holder: UUID, org: int, region: str, scope: int) -> tuple[Identity, Place, str]:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [type.id, holder, org])
        row = cursor.fetchone()
    if row is None:
        raise TypeNotPublished(type=type.name)
    sealed, wrapped, _kind, name, code, state = row
    take_key(holder, wrapped)
    return identity_of(Party(id=holder, sealed=sealed)), Place(org, name, code, region, scope), state or ""


def follow_up(
    type: TypeFacts, verb: str, place: Place, matter: Matter, party: Identity, holder: UUID, answers: Mapping[str, Any], valid_from: date,
    valid_to: date | None, result: str, *, by: Actor,
) -> Issued | None:  # fmt: skip
    """What a case about an existing licence does to it; None where the holder has none of this type of this agency."""
    from kapok.support.licences.actions.changing import Change, live_of, take_step  # changing stands on issuing

    row = _meant(live_of(holder, type.code, place.org), answers)
    if row is None:
        return None
    until = valid_until(type, valid_from, valid_to) if verb == "extend" else valid_to or row.valid_to
    given = Given(
        answers, party.name, party.number, party.number_type, place.name, place.code, row.valid_from, until, clock.today(), row.number,
        row.identifier, matter.case_number, matter.item_name,
    )  # fmt: skip
    values, _faults = fill(type, given)
    asked = {key: text for key, text in values.items() if text} if verb in ("change", "extend") else {}
    reason = result or matter.item_name
    change = Change(verb, reason, "normal" if verb == "cancel" else "", asked, until if verb == "extend" else None, matter)
    done = take_step(row, change, by=by)
    newest = row if done.licence == row.id else Licence.objects.defer("sealed").get(id=done.licence)
    return Issued(newest.id, newest.identifier, newest.number)


def _meant(held: Sequence[Licence], answers: Mapping[str, Any]) -> Licence | None:
    """Which of several a case is about: the one whose number the form names. Nobody guesses between two."""
    named = {text.strip() for text in answers.values() if isinstance(text, str)}
    found = [row for row in held if named & {row.number, row.identifier}] or list(held)
    if len(found) > 1:
        numbers = "、".join(row.number for row in found)
        says = f"持证人有 {len(found)} 份“{found[0].name}”（{numbers}），申请没有写明是哪一份；请申请人补正原证照编号后再决定。"
        raise CannotIssue([FieldFault("licence", "licences.which_one", says)])
    return found[0] if found else None


def drawn_up(
    type: TypeFacts, place: Place, matter: Matter, party: Identity, holder: UUID, answers: Mapping[str, Any], valid_from: date,
    valid_to: date | None, result: str = "", number: str = "",
) -> New:  # fmt: skip
    """A new licence with its number, identifier and values; the counter's row stays locked until commit.

    Everything is judged before the counter is taken, under a number of the same form: nobody waits for another's look at the fonts.
    `number`: one it bears already; then none is taken.
    """
    today, id = clock.today(), uuid7()
    until = valid_until(type, valid_from, valid_to)
    known = Given(
        answers, party.name, party.number, party.number_type, place.name, place.code, valid_from, until, today,
        identifier=identifiers.make(type.code, place.code, id.hex.upper()), case_number=matter.case_number, item_name=matter.item_name,
    )  # fmt: skip
    raw = {each.key: str(answers.get(each.source.removeprefix("answers."), "")) for each in type.fields}
    form = partial(written, type.numbering, values=raw, org=place.code, region=place.region, on=today)
    values = _sound(type, replace(known, number=number or form(0)))
    if not number:
        number = form(take(PROFILE, counter_key(type.numbering, type.code, org=place.code, region=place.region, on=today)))
        values = _sound(type, replace(known, number=number), glyphs=False)
    known = replace(known, number=number)
    return New(
        type, place, matter, values, holders_of(type, values, known), holder, holder, number, valid_from, until, id, known.identifier,
        lineage=id, trust=type.trust, reason=result,
    )  # fmt: skip


def _sound(type: TypeFacts, given: Given, *, glyphs: bool = True) -> dict[str, str]:
    """The values as they will stand on it; CannotIssue names every fault."""
    values, faults = fill(type, given)
    if faults := faults or (glyph_faults(type, values) if glyphs else []):
        raise CannotIssue(faults)
    return values


def write(new: New, *, by: Actor) -> Issued:
    """Everything of a new licence in one statement, which hangs on its type still being what it was."""
    at, pending, matter, place = new.issued_at or clock.now(), new.state == "pending", new.matter, new.place
    event = LicenceIssued(
        str(new.id), new.identifier, new.type.code, new.number, new.version, str(matter.case or ""), matter.case_number,
        matter.item_code, place.region, place.scope, new.source,
    )  # fmt: skip
    params = [
        *_licence_columns(new, at), new.type.id, list(new.published), *_holder_columns(new.holders), *_further_columns(new, at, by),
        *([place.org, clock.wall()] if pending else []), *prepare(by, event, about=new.id, kind="licence", occurred_at=at).params,
    ]  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WITH_SIGNING if pending else _WITHOUT, params)
            written_row = cursor.fetchone()
    except IntegrityError as error:
        if "licences_one_live" in str(error) or "identifier" in str(error):
            raise AlreadyIssued(number=new.number) from error
        raise
    if written_row is None:
        forget_published()
        raise TypeNotPublished(type=new.type.name)
    return Issued(new.id, new.identifier, new.number)


def _licence_columns(new: New, at: datetime) -> list[Any]:
    """In the order of _LICENCE."""
    type, place, matter = new.type, new.place, new.matter
    data = {"values": dict(new.values), "holders": [[h.name, h.number, h.number_type] for h in new.holders]}
    return [
        *(new.id, new.identifier, new.lineage, new.version, new.previous),
        *(type.code, type.id, type.name, new.number, new.holder, masked(new.holders[0]), new.subject),
        *(place.org, place.name, place.code, place.region, place.scope),
        *(matter.case, matter.case_number, matter.item_code, matter.item_name),
        *(at, new.valid_from, new.valid_to, new.state, new.source, new.trust, new.warning),
        seal_json(new.subject, data, about=ABOUT),
    ]


def _further_columns(new: New, at: datetime, by: Actor) -> list[Any]:
    """The first step of the history, and the catalogue's entry."""
    record = catalogue_record(
        new.type, region=new.place.region, number=new.number, identifier=new.identifier, issuer=new.place.name,
        issuer_code=new.place.code, issued_on=clock.local(at).date(), state=new.state,
    )  # fmt: skip
    holders = seal_json(new.subject, catalogue_holder(new.holders), about="licences.directory")
    return [
        *(uuid7(), new.verb, new.state, at, new.reason[:300], by.ref.label, by.account),
        *(uuid7(), new.verb, new.place.region, dumps(record), holders, at),
    ]


def masked(holder: HolderFacts) -> str:
    """A holder's name as lists show it: a person's masked, a company's as it is."""
    return holder.name if holder.number_type in ("001", "099") else mask_name(holder.name)


def _holder_columns(holders: Sequence[HolderFacts]) -> list[list[Any]]:
    return [
        list(range(len(holders))),
        [masked(h) for h in holders],
        [h.number if h.number_type == "001" else mask_number(h.number) for h in holders],
        [h.number_type for h in holders],
        [blind_index(h.number_type, h.number) for h in holders],
    ]
