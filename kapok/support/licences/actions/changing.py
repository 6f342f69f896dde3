"""What becomes of a licence: 补制, 变更, 延续, 暂扣, 恢复, 注销, 撤销, 吊销, 转出; by a second person where the type says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.codes import licence as identifiers
from kapok.kernel.common.errors import FieldFault, Forbidden, NotHere, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import seal_json, unseal_json
from kapok.kernel.journal.public import action, record
from kapok.kernel.parties.public import Party
from kapok.kernel.tasks.public import Queue, close_tasks, open_task
from kapok.support.licences.actions.issuing import Matter, New, Place, write
from kapok.support.licences.data import Asked, Changed, HolderFacts, TypeFacts
from kapok.support.licences.errors import CannotIssue, SamePerson
from kapok.support.licences.events import StatusAsked, StatusChanged, StatusRefused
from kapok.support.licences.models import DirectoryEntry, Holder, Licence, Signing, StatusEntry, StatusRequest, TypeVersion
from kapok.support.licences.queries.glyphs import glyph_faults
from kapok.support.licences.queries.licences import holders_in, opened
from kapok.support.licences.queries.types import type_by_code, type_version
from kapok.support.licences.rules import status
from kapok.support.licences.rules.metadata import catalogue_holder, catalogue_record
from kapok.support.licences.rules.values import LONG_TERM

ANY_STATE = (TypeVersion.PUBLISHED, TypeVersion.REPLACED, TypeVersion.STOPPED)
ABOUT_REQUEST = "licences.request"


@dataclass(frozen=True)
class Change:
    """What is asked for: the verb, why, the cause where the table asks for one, new values and last day for a new version."""

    verb: str
    reason: str
    cause: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    valid_to: date | None = None
    matter: Matter | None = None


@action("licences.change_status")
def change_status(licence: UUID, change: Change, *, by: Actor, deed: str = "licences.handle") -> Changed | Asked:
    """Do a verb to a licence, or ask for it where the type wants a second person.

    NotHere for who may not see it, Forbidden (403) for who may not do it, 409 for what the table has no row for.
    """
    row = locked(licence, by, deed)
    _may(row, change)
    if by.kind not in ("system", "clock") and StatusRequest.objects.filter(licence=row, state=StatusRequest.OPEN).exists():
        raise Refused("licences.request_open")
    type = type_version(row.type_version_id)
    if change.verb in type.second_person and by.kind not in ("system", "clock"):
        return _ask(row, change, by)
    return take_step(row, change, by=by)


def locked(licence: UUID, by: Actor, deed: str = "licences.handle") -> Licence:
    """The licence's row, locked, for who may do the deed to it."""
    row = Licence.objects.select_for_update().filter(id=licence).first()
    if row is None or not (by.may("licences.see", row) or by.may(deed, row)):
        raise NotHere("licences.licence", id=str(licence))
    if not by.may(deed, row):
        raise Forbidden(deed=deed)
    return row


def _may(row: Licence, change: Change) -> None:
    status.may(change.verb, row.state, reason=change.reason, cause=change.cause).or_raise()


def _ask(row: Licence, change: Change, by: Actor) -> Asked:
    said = {"values": dict(change.values), "valid_to": change.valid_to}
    request = StatusRequest.objects.create(
        licence=row, verb=change.verb, reason=change.reason.strip()[:300], cause=change.cause,
        sealed=seal_json(row.subject, said, about=ABOUT_REQUEST), asked_by=by.account, asked_by_name=by.ref.label, asked_at=clock.now(),
    )  # fmt: skip
    verb = status.status_table().verbs[change.verb].title
    open_task(
        ("licence", row.id), "licences.confirm", for_=Queue(row.scope, "licences.confirm"), title=f"复核：{row.name} {row.number} {verb}",
        title_en=f"Confirm: {verb} of {row.name} {row.number}", link=f"/work/licences/{row.id}/", by=by,
    )  # fmt: skip
    record(by, StatusAsked(str(row.id), str(request.id), change.verb), about=row.id, kind="licence")
    return Asked(request.id)


@action("licences.decide_request")
def decide_request(request_id: UUID, agree: bool, opinion: str = "", *, by: Actor) -> Changed | None:
    """The second person's word: the verb is done, or not. Who asked may not agree (403), but may take it back."""
    request = StatusRequest.objects.filter(id=request_id).first()
    if request is None:
        raise NotHere("licences.request", id=str(request_id))
    own = by.account is not None and by.account == request.asked_by
    row = locked(request.licence_id, by, "licences.handle" if own and not agree else "licences.confirm")
    request.refresh_from_db()
    if request.state != StatusRequest.OPEN:
        raise Refused("licences.request_closed")
    if own and agree:
        raise SamePerson()
    StatusRequest.objects.filter(id=request.id).update(
        state=StatusRequest.DONE if agree else StatusRequest.REFUSED, decided_by=by.account, decided_by_name=by.ref.label,
        decided_at=clock.now(), opinion=opinion[:300],
    )  # fmt: skip
    close_tasks(("licence", row.id), "licences.confirm", by=by)
    if not agree:
        record(by, StatusRefused(str(row.id), str(request.id), request.verb), about=row.id, kind="licence")
        return None
    said = unseal_json(row.subject, bytes(request.sealed or b""), about=ABOUT_REQUEST)
    until = date.fromisoformat(said["valid_to"]) if said["valid_to"] else None
    change = Change(request.verb, request.reason, request.cause, said["values"], until)
    _may(row, change)
    return take_step(row, change, by=by, asked_by=(request.asked_by_name, request.asked_by))


def take_step(row: Licence, change: Change, *, by: Actor, asked_by: tuple[str, UUID | None] | None = None) -> Changed:
    """The step itself: the state, its entry in the history, the catalogue's entry, and the version that follows.

    The row is locked by the caller, who has asked whether it may be.
    """
    _may(row, change)
    verb = status.status_table().verbs[change.verb]
    at = clock.now()
    data = opened(row)
    Licence.objects.filter(id=row.id).update(state=verb.after)
    Signing.objects.filter(licence=row.id).delete()
    last = StatusEntry.objects.filter(licence=row).aggregate(last=Max("sequence"))["last"] or 0
    doer, account = asked_by or (by.ref.label, by.account)
    StatusEntry.objects.create(
        licence=row, sequence=last + 1, verb=verb.key, state=verb.after, at=at, reason=change.reason.strip()[:300], cause=change.cause,
        doer=doer, account=account, confirmed_by=by.ref.label if asked_by else "",
    )  # fmt: skip
    tell_catalogue(row, verb.key, verb.after, holders_in(data), at)
    _let_go(row, verb.after, by)
    following = write(_next(row, change, data, at), by=by) if verb.version else None
    next_id = str(following.id) if following else ""
    event = StatusChanged(str(row.id), row.identifier, verb.key, verb.after, str(row.case or ""), next_id)
    record(by, event, about=row.id, kind="licence", occurred_at=at)
    return Changed(following.id if following else row.id, "pending" if following else verb.after)


def _let_go(row: Licence, state: str, by: Actor) -> None:
    """What waits for a second person and cannot be done any more, since a case or the register was first, is closed with its task."""
    request = StatusRequest.objects.filter(licence=row, state=StatusRequest.OPEN).first()
    if request is None or state in status.status_table().verbs[request.verb].before:
        return
    StatusRequest.objects.filter(id=request.id).update(
        state=StatusRequest.REFUSED, decided_by=by.account, decided_by_name=by.ref.label, decided_at=clock.now(),
        opinion=f"证照已{status.status_table().states[state].title}，不再复核。",
    )  # fmt: skip
    close_tasks(("licence", row.id), "licences.confirm", by=by)
    record(by, StatusRefused(str(row.id), str(request.id), request.verb), about=row.id, kind="licence")


def catalogue_entry(row: Licence, state: str) -> dict[str, Any]:
    """What the catalogue is told of a licence in a state, in its own names."""
    return catalogue_record(
        type_version(row.type_version_id),
        region=row.region,
        number=row.number,
        identifier=row.identifier,
        issuer=row.issuer_name,
        issuer_code=row.issuer_code,
        issued_on=clock.local(row.issued_at).date(),
        state=state,
    )


def tell_catalogue(row: Licence, operation: str, state: str, holders: list[HolderFacts], at: datetime) -> None:
    """An entry for the catalogue, in the running transaction."""
    DirectoryEntry.objects.create(
        licence=row,
        operation=operation,
        region=row.region,
        record=catalogue_entry(row, state),
        produced_at=at,
        sealed=seal_json(row.subject, catalogue_holder(holders), about="licences.directory"),
    )


def _next(row: Licence, change: Change, data: dict[str, Any], at: datetime) -> New:
    """The version that follows: the same number and line, the values changed, under the type as it now stands."""
    type = type_version(row.type_version_id)
    if change.verb != "reissue":
        type = type_by_code(row.type_code) or type
    until = change.valid_to if change.verb == "extend" else row.valid_to
    if change.verb == "extend" and until is not None and (until <= row.valid_from or until < clock.today()):
        raise CannotIssue([FieldFault("valid_to", "licences.valid_to", "新的有效期截止日期应晚于今天。")])
    identifier = identifiers.make(row.type_code, row.issuer_code, row.lineage.hex.upper(), row.version + 1)
    values = _values(type, data["values"], change, until, identifier)
    holders = _holders(type, values, holders_in(data))
    matter = change.matter or Matter(row.case, row.case_number, row.item_code, row.item_name)
    id = uuid7()
    return New(
        type, Place(row.org_id, row.issuer_name, row.issuer_code, row.region, row.scope), matter, values, holders, row.holder, row.subject,
        row.number, row.valid_from, until, id, identifier, row.lineage, row.version + 1, row.id, source=row.source, trust=row.trust,
        verb=change.verb, reason=change.reason, issued_at=at, published=ANY_STATE,
    )  # fmt: skip


def _values(type: TypeFacts, before: Mapping[str, str], change: Change, until: date | None, identifier: str) -> dict[str, str]:
    known = {each.key for each in type.fields}
    faults = [FieldFault(key, "licences.value_unknown", f"证照上没有“{key}”这一项。") for key in change.values if key not in known]
    values = {}
    for each in type.fields:
        text = str(change.values.get(each.key, before.get(each.key, ""))).strip()
        if each.source == "issue.to":
            text = f"{until.year}年{until.month}月{until.day}日" if until else LONG_TERM
        elif each.source == "issue.identifier":
            text = identifier
        if not text and each.required:
            faults.append(FieldFault(each.key, "licences.value_missing", f"证照上的“{each.label}”没有内容。"))
        if len(text) > each.max_length:
            faults.append(FieldFault(each.key, "licences.value_too_long", f"证照上的“{each.label}”超过 {each.max_length} 个字。"))
        values[each.key] = text
    faults = faults or glyph_faults(type, values)
    if faults:
        raise CannotIssue(faults)
    return values


def _holders(type: TypeFacts, values: Mapping[str, str], before: list[HolderFacts]) -> list[HolderFacts]:
    """The holders stay; the name follows the field that gives it."""
    name = values.get(type.holder.get("name", ""), "")
    if name and len(before) == 1:
        return [HolderFacts(name, before[0].number, before[0].number_type)]
    return before


def live_of(holder: UUID, type_code: str, org: int) -> list[Licence]:
    """The live licences of a type that a party holds of an agency, the newest first, locked."""
    numbers = Holder.objects.filter(number_index__in=Party.objects.filter(id=holder).values("number_index")).values("licence")
    rows = Licence.objects.select_for_update(of=("self",)).filter(Q(holder=holder) | Q(id__in=numbers), type_code=type_code)
    return list(rows.filter(org=org, state__in=Licence.LIVE).order_by("-id")[:50])


def reissue(licence: UUID, reason: str, *, by: Actor) -> Changed | Asked:
    """补制: the same licence again, as a new version."""
    return change_status(licence, Change("reissue", reason), by=by)


def change(licence: UUID, values: Mapping[str, str], reason: str, *, by: Actor) -> Changed | Asked:
    """变更: values by field key; what isn't named stays."""
    return change_status(licence, Change("change", reason, values=values), by=by)


def extend(licence: UUID, valid_to: date | None, reason: str, *, by: Actor) -> Changed | Asked:
    """延续: to a new last day (None: without end)."""
    return change_status(licence, Change("extend", reason, valid_to=valid_to), by=by)


def suspend(licence: UUID, reason: str, *, by: Actor) -> Changed | Asked:
    """暂扣."""
    return change_status(licence, Change("suspend", reason), by=by)


def resume(licence: UUID, reason: str, *, by: Actor) -> Changed | Asked:
    """恢复."""
    return change_status(licence, Change("resume", reason), by=by)


def cancel(licence: UUID, reason: str, *, cause: str, by: Actor) -> Changed | Asked:
    """注销; cause: normal (正常注销) or error (签发错误)."""
    return change_status(licence, Change("cancel", reason, cause), by=by)


def withdraw(licence: UUID, reason: str, *, by: Actor) -> Changed | Asked:
    """撤销: it should never have been issued."""
    return change_status(licence, Change("withdraw", reason), by=by)


def revoke(licence: UUID, reason: str, *, by: Actor) -> Changed | Asked:
    """吊销: taken away as a penalty."""
    return change_status(licence, Change("revoke", reason), by=by)


def transfer_out(licence: UUID, reason: str, *, by: Actor) -> Changed | Asked:
    """转出: another body goes on with it."""
    return change_status(licence, Change("transfer", reason), by=by)
