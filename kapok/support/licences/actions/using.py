"""Using a licence (用证): by the holder, by the holder's code, by an authorisation, by duty. Every use leaves one row of the log."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_noop

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.crypto.public import blind_index
from kapok.kernel.journal.public import CASTS, COLUMNS, action, prepare
from kapok.kernel.orgs.public import org as org_of
from kapok.kernel.parties.public import mask_name
from kapok.kernel.reads.public import note_read
from kapok.support.licences.data import TypeFacts
from kapok.support.licences.events import LicenceUsed
from kapok.support.licences.models import Consent, Licence, Use, UseCode, ViewToken
from kapok.support.licences.queries.licences import facts_of_licence, opened
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.queries.using import holder_of, is_system, own_licence, rights_of
from kapok.support.licences.queries.using_desks import case_facts, item_facts
from kapok.support.licences.rules import using as rules

_LOG = f"""
with u as (
  insert into licences_use (id, licence_id, holder, mode, result, item_code, item_name, case_number, ground, fields, account, org, caller,
                            person, at)
  values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id)
insert into journal_entry ({COLUMNS}) select {CASTS} from u
"""  # the row of the log and the journal's entry stand or fall together

SAYS = {rules.DUTY: "依职能查验", rules.CONSENT: "按持证人的授权使用", rules.HOLDER: "持证人出示", rules.SHOW: "亮证查验"}


@dataclass(frozen=True)
class Wish:
    """What somebody wants of a licence, beside which and in which mode."""

    item_code: str = ""
    case_number: str = ""
    ground: str = ""
    fields: tuple[str, ...] = ()
    result: str = rules.FACE
    item_name: str = ""
    to: str = ""


@dataclass(frozen=True)
class Used:
    """What a use came to: its row in the log; the fields of the face (照面数据); a key to look once, where that was asked for."""

    id: UUID
    licence: UUID
    result: str
    face: dict[str, str]
    token: str = ""


@dataclass(frozen=True)
class Basis:
    """On what a use stands: the words, the item, what is spent by it, and whether the caller may use licences for the item at all."""

    ground: str
    item: rules.ItemFacts | None = None
    code: UseCode | None = None
    consent: Consent | None = None
    registered: bool = True


@action("licences.use")
def use_licence(
    licence: UUID | None, mode: str, *, item_code: str, case_number: str, ground: str = "", fields: Sequence[str] = (),
    result: str = rules.FACE, code: str = "", item_name: str = "", to: str = "", by: Actor,
) -> Used:  # fmt: skip
    """Use a licence for one item and case; `fields` empty: what the type calls its minimal fields.

    mode "holder": by the holder's own hand (`by` is the holder; two statements), or by the code he gave (`licence` may be None then);
    "consent": under an authorisation; "duty": because the item's material list asks for it. `to` names who gets it, where it is not
    the caller. 422 without item or case, 403 without right or ground, 409 for a licence that is not in force. A file (归档文件) is
    made afterwards, outside any transaction, by `copy_of_use`.
    """
    wish = Wish(item_code.strip()[:64], case_number.strip()[:64], ground.strip()[:200], tuple(fields), result, item_name[:200], to[:120])
    spent = _code(code) if mode == rules.HOLDER and code else None
    row, own = _licence(spent.licence_id if spent else licence, by, mode)
    basis = Basis(wish.ground or gettext_noop("持证人本人提交")) if own else _basis(mode, wish, row, spent, by)
    type = type_version(row.type_version_id)
    _check(mode, wish, row, type, basis)
    used = log_use(row, mode, wish, basis, type, by=by)
    _spend(basis, used)
    token = _token(used) if result == rules.VIEW else ""
    keys = set(wish.fields or type.minimal)
    face = rules.shown(opened(row)["values"], keys) if result == rules.FACE else {}
    return Used(used, row.id, result, face, token)


def _licence(licence: UUID | None, by: Actor, mode: str) -> tuple[Licence, bool]:
    """The licence, and whether it is the caller's own."""
    if mode == rules.HOLDER and by.for_party is not None and licence is not None:
        return own_licence(by, licence), True
    row = Licence.objects.filter(id=licence).first() if licence is not None else None
    if row is None:
        raise NotHere("licences.licence", id=licence)
    return row, False


def _code(text: str) -> UseCode:
    """A holder's code, locked, if it lives."""
    row = UseCode.objects.select_for_update().filter(digest=blind_index("licences.code", rules.tidy_code(text))).first()
    if row is None:
        raise Refused("licences.code_unknown", 404)
    rules.code_lives(row.ends_at, row.used_at, wall=clock.wall()).or_raise()
    return row


def _basis(mode: str, wish: Wish, row: Licence, spent: UseCode | None, by: Actor) -> Basis:
    item = item_facts(wish.item_code)
    if not _registered(by, wish.item_code, item):
        return Basis("", item, registered=False)
    if spent is not None:
        if spent.item_code and spent.item_code != wish.item_code:
            raise Refused("licences.code_for_other_item", 403)
        return Basis(gettext_noop("持证人出示用证码"), item, code=spent)
    if mode == rules.CONSENT:
        consent = _consent(row, wish, by)
        return Basis(gettext_noop("持证人授权：%s") % consent.purpose, item, consent=consent) if consent else Basis("", item)
    if mode == rules.DUTY:
        _case_fits(wish, row, by)
    return Basis(rules.ground_of(mode, item, row.type_code) if mode == rules.DUTY else "", item)


def _consent(row: Licence, wish: Wish, by: Actor) -> Consent | None:
    """The authorisation that covers the use; what is wrong with the nearest one is said where none does."""
    rows = Consent.objects.select_for_update(of=("self",)).filter(licence=row.id, org_id=by.org or 0).order_by("-id")[:50]
    refused = None
    for each in rows:
        verdict = rules.consent_holds(
            each.item_code, each.case_number, item=wish.item_code, case=wish.case_number, until=each.until,
            withdrawn=each.withdrawn_at is not None, left=each.most - each.used, now=clock.now(),
        )  # fmt: skip
        if verdict:
            return each
        refused = refused or verdict
    if refused is not None:
        refused.or_raise()
    return None


def _case_fits(wish: Wish, row: Licence, by: Actor) -> None:
    """By duty it is for a case of that item whose applicant holds the licence. A system elsewhere answers for its own cases."""
    case = case_facts(wish.case_number)
    if case is None and is_system(by.account):
        return
    if case is None or case.item_code != wish.item_code or case.applicant != holder_of(row):
        raise Refused("licences.case_elsewhere", 403)


def _registered(by: Actor, item_code: str, item: rules.ItemFacts | None) -> bool:
    """Whether the caller may use licences for this item: a system by its registered items, a clerk by reach."""
    if by.kind in ("system", "clock"):
        return True
    if is_system(by.account):
        return item_code in rights_of(by.account, clock.now())
    return item is not None and by.may("licences.use", item)


def _check(mode: str, wish: Wish, row: Licence, type: TypeFacts, basis: Basis) -> None:
    facts = facts_of_licence(row)
    known = frozenset(each.key for each in type.fields)
    rules.may_use(
        rules.Asked(mode, wish.result, wish.item_code, wish.case_number, wish.fields, known, facts.usable, row.state, facts.expired,
                    basis.registered, basis.ground)
    ).or_raise()  # fmt: skip


def log_use(row: Licence, mode: str, wish: Wish, basis: Basis, type: TypeFacts, *, by: Actor) -> UUID:
    """The row of the log with its journal entry in one statement; the reading noted for the holder where another read."""
    use, ref, holder = uuid7(), by.ref, holder_of(row)
    name = basis.item.name if basis.item else wish.item_name
    event = LicenceUsed(str(use), mode, wish.result, wish.item_code, wish.case_number)
    entry = prepare(by, event, about=row.id, kind="licence")
    params = [
        use, row.id, holder, mode, wish.result, wish.item_code, name, wish.case_number, basis.ground[:200],
        list(wish.fields or type.minimal) if wish.result != rules.FILE else [], ref.account, ref.org, caller_of(by, wish.to),
        person_of(by), clock.now(),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LOG, [*params, *entry.params])
    if holder is not None:
        purpose = f"{SAYS.get(mode, '用证')}：{row.name}" + (f"，事项 {name or wish.item_code}" if wish.item_code else "")
        note_read(by, holder, purpose, row.id, what="licence")
    return use


def caller_of(by: Actor, to: str = "") -> str:
    """Who uses, as the holder reads it: the office; the system's name; the holder himself."""
    if to:
        return to[:120]
    if by.org:
        return org_of(by.org).name[:120]
    return gettext_noop("持证人本人") if by.for_party is not None else (by.name or by.ref.label)[:120]


def person_of(by: Actor) -> str:
    """The member of staff at it, by the last character of the name."""
    return mask_name(by.name) if by.kind == "staff" and by.name else ""


def _spend(basis: Basis, use: UUID) -> None:
    if basis.code is not None:
        UseCode.objects.filter(id=basis.code.id).update(used_at=clock.wall(), use_id=use)
    if basis.consent is not None:
        Consent.objects.filter(id=basis.consent.id).update(used=basis.consent.used + 1)


def _token(use: UUID) -> str:
    """A key to look once; only its digest is kept."""
    token = secrets.token_urlsafe(24)
    ends_at = clock.wall() + timedelta(minutes=rules.terms()["token"]["minutes"])
    ViewToken.objects.create(use_id=use, digest=blind_index("licences.view", token), ends_at=ends_at)
    return token


def use_of(use: UUID) -> Use:
    """A row of the log with its licence."""
    found = Use.objects.select_related("licence").filter(id=use).first()
    if found is None:
        raise NotHere("licences.use", id=use)
    return found
