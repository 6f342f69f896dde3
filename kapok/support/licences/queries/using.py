"""What a holder sees of the own licences, who used them, and the doors by which each thing is fetched for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from kapok.kernel.access.public import Actor, Reach
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere, Refused
from kapok.kernel.crypto.public import load_keys, unseal_json
from kapok.kernel.documents.public import Document
from kapok.kernel.parties.public import Party
from kapok.support.licences.data import LicenceFacts, TypeFacts
from kapok.support.licences.models import Consent, Copy, Holder, Licence, Objection, Showing, Statement, Use, UseRight
from kapok.support.licences.queries.licences import facts_of_licence, holders_in, opened
from kapok.support.licences.queries.types import type_version
from kapok.support.licences.rules.using import ends_soon

OBJECTION = "licences.objection"


@dataclass(frozen=True)
class Held:
    """A licence as its holder's list shows it; `days` until it ends, where that is near."""

    facts: LicenceFacts
    type: TypeFacts
    face: tuple[tuple[str, str], ...]
    holder_name: str
    days: int | None


def party_of(actor: Actor) -> UUID:
    """The party the actor acts for; staff have none."""
    if actor.for_party is None:
        raise Refused("licences.party_needed", 403)
    return actor.for_party


def account_of(actor: Actor) -> UUID:
    """The account of somebody signed in."""
    if actor.account is None:
        raise Refused("licences.party_needed", 403)
    return actor.account


def own_rows(actor: Actor) -> "QuerySet[Licence]":
    """The licences of the party the actor acts for: issued to it, or bearing its number."""
    party = actor.for_party
    if party is None:
        return Licence.objects.none()
    numbers = Holder.objects.filter(number_index__in=Party.objects.filter(id=party).values("number_index")).values("licence")
    return Licence.objects.filter(Q(holder=party) | Q(id__in=numbers))


def count_in_force(actor: Actor) -> int:
    """How many licences of the party may be used today; one statement."""
    today = clock.today()
    rows = own_rows(actor).filter(Q(valid_to=None) | Q(valid_to__gte=today), state=Licence.VALID, valid_from__lte=today)
    return rows.count() if actor.for_party else 0


def own_licence(actor: Actor, licence_id: UUID, *, lock: bool = False) -> Licence:
    """One of them, with its data."""
    rows = own_rows(actor).filter(id=licence_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise NotHere("licences.licence", id=licence_id)
    return row


def holder_of(row: Licence) -> UUID | None:
    """Whose it is: the party it was issued to; of one taken over, the party that bears its number by now."""
    if row.holder is not None:
        return row.holder
    numbers = Holder.objects.filter(licence=row.id).values("number_index")
    return Party.objects.filter(number_index__in=numbers).order_by("id").values_list("id", flat=True).first()


def held(rows: Sequence[Licence]) -> list[Held]:
    """Own licences opened for their holder: one statement for all keys, one for a type not yet remembered."""
    load_keys(row.subject for row in rows)
    return [held_one(row) for row in rows]


def held_one(row: Licence, today: date | None = None) -> Held:
    """One licence opened for its holder."""
    facts, type, data = facts_of_licence(row), type_version(row.type_version_id), opened(row)
    face = tuple((each.label, data["values"].get(each.key, "")) for each in type.fields)
    name = "、".join(one.name for one in holders_in(data))
    return Held(facts, type, face, name, ends_soon(row.valid_to, today or clock.today()) if facts.usable else None)


def own_uses(actor: Actor) -> "QuerySet[Use]":
    """谁用过我的证照: every use of the licences of the party, as rows for paging."""
    party = actor.for_party
    return (
        Use.objects.select_related("licence__org", "objection").defer("licence__sealed").filter(holder=party)
        if party
        else Use.objects.none()
    )


def own_use(actor: Actor, use_id: UUID) -> Use:
    """One use of an own licence."""
    found = own_uses(actor).filter(id=use_id).first()
    if found is None:
        raise NotHere("licences.use", id=use_id)
    return found


def own_showing(actor: Actor, showing_id: UUID, *, lock: bool = False) -> Showing:
    """A code of one's own screen."""
    rows = Showing.objects.filter(id=showing_id, holder=actor.for_party) if actor.for_party else Showing.objects.none()
    found = (rows.select_for_update() if lock else rows.select_related("licence", "copy").defer("licence__sealed")).first()
    if found is None:
        raise NotHere("licences.showing", id=showing_id)
    return found


def own_consents(actor: Actor, licence_id: UUID | None = None) -> "QuerySet[Consent]":
    """What the party allowed others."""
    if actor.for_party is None:
        return Consent.objects.none()
    rows = Consent.objects.select_related("org", "licence").defer("licence__sealed").filter(holder=actor.for_party)
    return rows.filter(licence=licence_id) if licence_id else rows


def consented(org: int | None, item_code: str, case_number: str) -> set[UUID]:
    """Licences whose holders allow an agency to use them for an item and case now."""
    rows = Consent.objects.filter(org=org or 0, item_code=item_code, case_number__in=("", case_number), withdrawn_at=None)
    return set(rows.filter(until__gt=clock.now(), used__lt=F("most")).values_list("licence", flat=True)[:500])


def own_copy(actor: Actor, copy_id: UUID) -> Copy:
    """A copy made for the holder or let go by him."""
    rows = Copy.objects.select_related("file", "licence").defer("licence__sealed")
    found = rows.filter(id=copy_id, holder=actor.for_party).first() if actor.for_party else None
    if found is None:
        raise NotHere("licences.copy", id=copy_id)
    return found


def own_statements(actor: Actor) -> "QuerySet[Statement]":
    """The signed words given to the party."""
    return Statement.objects.filter(party=actor.for_party) if actor.for_party else Statement.objects.none()


def own_statement(actor: Actor, statement_id: UUID) -> Statement:
    """One of them."""
    found = own_statements(actor).filter(id=statement_id).first()
    if found is None:
        raise NotHere("licences.statement", id=statement_id)
    return found


def uses_of(licence_id: UUID, limit: int = 50) -> list[Use]:
    """The uses of a licence, the newest first. Unguarded: for those who may see the licence."""
    return list(Use.objects.select_related("objection").filter(licence=licence_id).order_by("-id")[:limit])


def rights_of(account: UUID | None, at: datetime) -> dict[str, UseRight]:
    """The items a connected system is registered for at a moment, by code; empty for whoever is no such system."""
    if account is None:
        return {}
    rows = UseRight.objects.filter(account=account, starts__lte=at).exclude(ends__lte=at)
    return {row.item_code: row for row in rows}


def is_system(account: UUID | None) -> bool:
    """Whether an account was ever registered as a connected system: then its registered items are all it may use for."""
    return account is not None and UseRight.objects.filter(account=account).exists()


def _within(reach: Reach) -> Q:
    return Q() if reach.everywhere else Q(scope__in=list(reach.scopes))


def objections_at_desk(actor: Actor) -> "QuerySet[Objection]":
    """Objections to uses of licences that bodies within the actor's reach issued."""
    rows = Objection.objects.select_related("use__licence", "org").defer("use__licence__sealed")
    return rows.filter(_within(actor.reach("licences.supervise")))


def objection_at_desk(actor: Actor, objection_id: UUID, *, lock: bool = False) -> Objection:
    """One of them."""
    rows = Objection.objects.select_related("use__licence", "org").filter(id=objection_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None or not actor.may("licences.supervise", found):
        raise NotHere("licences.objection", id=objection_id)
    return found


def words_of(row: Objection) -> tuple[str, str]:
    """An objection and its answer in the open. Unguarded."""
    said = unseal_json(row.holder, bytes(row.sealed), about=OBJECTION)["text"]
    answer = unseal_json(row.holder, bytes(row.answer), about=OBJECTION)["text"] if row.answer else ""
    return said, answer


def reads_statement(actor: Actor, document: Document) -> bool:
    """Who may have the paper of a statement: whose it is."""
    return actor.for_party is not None and document.subject == actor.for_party
