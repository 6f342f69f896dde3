"""Lists of licences within an actor's reach: narrowed, searched, counted, handed out."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.crypto.public import blind_index
from kapok.support.licences.data import LicenceFacts
from kapok.support.licences.models import BulkRequest, Holder, Licence, Signing, StatusRequest
from kapok.support.licences.queries.licences import facts_of_licence
from kapok.support.licences.rules.metadata import HOLDER_TYPES

SEE = "licences.see"


@dataclass(frozen=True)
class Narrow:
    """How a list is narrowed; what is empty narrows nothing. `state` may also be expired."""

    state: str = ""
    type_code: str = ""
    region: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def within(actor: Actor, deed: str = SEE) -> "QuerySet[Licence]":
    """Licences an actor reaches, without what is sealed in them."""
    rows = Licence.objects.defer("sealed")
    reach = actor.reach(deed)
    if reach.everywhere or actor.kind == "system":
        return rows
    return rows.filter(scope__in=list(reach.scopes)) if reach.scopes else rows.none()


def narrowed(actor: Actor, narrow: Narrow) -> "QuerySet[Licence]":
    """The list, not yet read."""
    rows, today = within(actor), clock.today()
    if narrow.state == "expired":
        rows = rows.filter(state=Licence.VALID, valid_to__lt=today)
    elif narrow.state == Licence.VALID:
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today), state=Licence.VALID)
    elif narrow.state:
        rows = rows.filter(state=narrow.state)
    if narrow.type_code:
        rows = rows.filter(type_code=narrow.type_code)
    if narrow.region:
        start = narrow.region.rstrip("0")
        start += "0" * (len(start) % 2)
        rows = rows.filter(region__range=(start.ljust(12, "0"), start.ljust(12, "9")))
    return rows


def licences_found(actor: Actor, text: str, limit: int = 50) -> list[LicenceFacts]:
    """Licences within reach by identifier, number or a holder's number (found by blind index), the newest first."""
    wanted = text.strip()
    if not wanted:
        return []
    indexes = [blind_index(kind, wanted.upper()) for kind in HOLDER_TYPES]
    holders = Holder.objects.filter(number_index__in=indexes).values("licence")
    rows = within(actor).filter(Q(identifier=wanted) | Q(number=wanted) | Q(id__in=holders))
    return [facts_of_licence(row) for row in rows.order_by("-id")[:limit]]


def licence_for(actor: Actor, licence: UUID, deed: str = SEE) -> Licence:
    """A licence's row, for who may; NotHere else."""
    row = Licence.objects.select_related("org", "type_version", "ofd", "pdf").filter(id=licence).first()
    if row is None or not actor.may(deed, row):
        raise NotHere("licences.licence", id=str(licence))
    return row


def waiting_for_seal(actor: Actor, limit: int = 200) -> list[Signing]:
    """The signing queue within reach, in its order."""
    rows = Signing.objects.select_related("licence").defer("licence__sealed")
    reach = actor.reach(SEE)
    if not (reach.everywhere or actor.kind == "system"):
        rows = rows.filter(licence__scope__in=list(reach.scopes))
    return list(rows.order_by("licence_id")[:limit])


def open_request(licence: UUID) -> StatusRequest | None:
    """The verb that waits for a second person, if one does."""
    return StatusRequest.objects.filter(licence=licence, state=StatusRequest.OPEN).first()


def bulk_requests(actor: Actor, limit: int = 50) -> list[BulkRequest]:
    """Bulk queries the actor asked for, or may decide."""
    reach = actor.reach("licences.bulk")
    rows = BulkRequest.objects.all()
    if not (reach.everywhere or actor.kind == "system"):
        rows = rows.filter(Q(asked_by=actor.account) | Q(scope__in=list(reach.scopes)))
    return list(rows.order_by("-id")[:limit])


def rows_handed_out(actor: Actor, narrow: Narrow) -> Iterator[list[Any]]:
    """The rows of a list as a table: holders masked."""
    for row in narrowed(actor, narrow).order_by("-id").iterator(chunk_size=2000):
        facts = facts_of_licence(row)
        yield [
            facts.identifier,
            facts.name,
            facts.number,
            facts.holder_name,
            facts.issuer_name,
            clock.local(facts.issued_at).date().isoformat(),
            facts.valid_from.isoformat(),
            facts.valid_to.isoformat() if facts.valid_to else "长期",
            facts.state,
        ]
