"""Who may see and do what with batches: whoever may import the kind in the batch's scope. The only way to fetch one for a person."""

from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from kapok.kernel.access.public import Actor, Scope, scope_of
from kapok.kernel.common.errors import NotHere
from kapok.kernel.imports.kinds import ImportKind, import_kinds
from kapok.kernel.imports.models import Batch
from kapok.kernel.orgs.public import Org

USE = "imports.use"
"""The deed that opens the pages; what may be imported is each kind's own deed."""


def kinds_for(actor: Actor) -> list[ImportKind]:
    """What this person may import, in the order it was registered."""
    return [kind for kind in import_kinds if actor.may(kind.deed)]


def kind_for(actor: Actor, key: str) -> ImportKind:
    """The kind, if the person may import it; absent and forbidden look alike."""
    kind = import_kinds.find(key)
    if kind is None or not actor.may(kind.deed):
        raise NotHere("imports.kind", id=key)
    return kind


def scope_for(actor: Actor, kind: ImportKind) -> int:
    """The scope a batch of this person belongs to: that of the own agency."""
    reach = actor.reach(kind.deed)
    if actor.org is not None:
        own = Scope.objects.filter(org_id=actor.org, joined=None).order_by("id")
        found = own.first() if reach.everywhere or actor.kind == "system" else own.filter(id__in=reach.scopes).first()
        if found is not None:
            return int(found.id)
        org = Org.objects.filter(id=actor.org).first()
        if org is not None and (reach.everywhere or actor.kind == "system"):
            return scope_of(org.id, org.region_id)
    return min(reach.scopes, default=0)


def visible_to(actor: Actor) -> "QuerySet[Batch]":
    """The batches of the kinds and scopes within reach."""
    parts = []
    for kind in kinds_for(actor):
        reach = actor.reach(kind.deed)
        everything = reach.everywhere or actor.kind in ("system", "clock")
        parts.append(Q(kind=kind.key) if everything else Q(kind=kind.key, scope__in=sorted(reach.scopes)))
    return Batch.objects.filter(reduce(or_, parts)) if parts else Batch.objects.none()


def batch_for(actor: Actor, batch_id: UUID, *, lock: bool = False) -> Batch:
    """The batch, if the person may see it; absent and forbidden look alike."""
    rows = visible_to(actor).filter(id=batch_id)
    found = (rows.select_for_update() if lock else rows.select_related("file")).first()
    if found is None:
        raise NotHere("imports.batch", id=str(batch_id))
    return found
