"""Who may see and do what with seals; the only way to fetch one for a person. Absent and forbidden look alike."""

from uuid import UUID

from django.db.models import Q, QuerySet

from kapok.kernel.access.public import Actor, Reach, Scope, actor_of_account, scope_of
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import NotHere
from kapok.kernel.orgs.public import NoSuchOrg, Org, org
from kapok.support.seals.models import QueuedUse, Seal, SealImport, SealTask, SealUse, SealUser

NOBODY = UUID(int=0)
DEEDS: dict[str, tuple[str, ...]] = {
    "seals.see": ("clerk", "approver", "leader", "admin", "operator", "auditor"),
    "seals.apply": ("leader", "admin"),
    "seals.approve": ("admin",),
    "seals.make": ("operator", "admin"),
    "seals.keep": ("leader", "admin"),
    "seals.use": ("clerk", "approver", "leader", "admin"),
    "seals.tasks": ("leader", "admin"),
    "seals.log": ("leader", "admin", "auditor"),
    "seals.import": ("admin",),
    "seals.pki": ("operator", "auditor"),
}


def visible_seals(actor: Actor, deed: str = "seals.see") -> QuerySet[Seal]:
    """The seals of the actor's places, and those it is authorised to use."""
    reach = actor.reach(deed)
    rows = Seal.objects.select_related("org")
    if actor.kind == "system" or reach.everywhere:
        return rows
    return rows.filter(_within(reach) | Q(id__in=_used_by(actor)))


def seal_for(actor: By, seal_id: UUID, deed: str, *, lock: bool = False) -> Seal:
    """A seal within the actor's reach for a deed; for seeing and using it also one the actor is authorised for."""
    rows = Seal.objects.filter(id=seal_id)
    found = (rows.select_for_update() if lock else rows.select_related("org")).first()
    if found is None or not (actor.may(deed, found) or (deed in ("seals.see", "seals.use") and _authorised(actor, seal_id))):
        raise NotHere("seals.seal", id=seal_id)
    return found


def org_for(actor: By, org_id: int, deed: str) -> Org:
    """A standing agency for which the actor may do a deed."""
    try:
        found = org(org_id)
    except NoSuchOrg:
        raise NotHere("orgs.org", id=org_id) from None
    if found.dissolved_on is not None or not may_in(actor, deed, scope_of(found.id, found.region_id)):
        raise NotHere("orgs.org", id=org_id)
    return found


def may_in(actor: By, deed: str, scope: int) -> bool:
    """Whether a deed may be done in a scope; one made just now is in nobody's remembered reach yet."""
    if actor.may(deed, _Place(scope)):
        return True
    account = actor.ref.account
    return account is not None and actor_of_account(account).may(deed, _Place(scope))


def orgs_for(actor: Actor, deed: str, *, most: int = 200) -> list[Org]:
    """Standing agencies the actor may do a deed for, by pinyin."""
    rows = Org.objects.filter(dissolved_on=None, kind__in=("agency", "unit")).select_related("region").order_by("level", "sort_key", "id")
    reach = actor.reach(deed)
    if not (actor.kind == "system" or reach.everywhere):
        rows = rows.filter(Q(id__in=Seal.objects.filter(scope__in=list(reach.scopes)).values("org")) | Q(id__in=_orgs_of(reach)))
    return list(rows[:most])


def visible_uses(actor: Actor) -> QuerySet[SealUse]:
    """The log of the actor's places, and what the actor did itself."""
    reach = actor.reach("seals.log")
    rows = SealUse.objects.select_related("seal__org")
    if actor.kind == "system" or reach.everywhere:
        return rows
    return rows.filter(Q(scope__in=list(reach.scopes)) | Q(account=actor.account))


def use_for(actor: Actor, use_id: UUID) -> SealUse:
    """One entry of the log."""
    found = visible_uses(actor).filter(id=use_id).first()
    if found is None:
        raise NotHere("seals.use", id=use_id)
    return found


def visible_queue(actor: Actor) -> QuerySet[QueuedUse]:
    """Queued uses of the actor's places, and its own."""
    reach = actor.reach("seals.log")
    rows = QueuedUse.objects.select_related("seal__org").defer("sealed")
    if actor.kind == "system" or reach.everywhere:
        return rows
    return rows.filter(Q(seal__scope__in=list(reach.scopes)) | Q(account=actor.account))


def visible_tasks(actor: Actor) -> QuerySet[SealTask]:
    """Batches of seals the actor sees, and those it applied for."""
    rows = SealTask.objects.select_related("seal__org")
    reach = actor.reach("seals.tasks")
    if actor.kind == "system" or reach.everywhere:
        return rows
    return rows.filter(Q(seal__scope__in=list(reach.scopes)) | Q(applied_by=actor.account))


def task_for(actor: By, task_id: UUID, deed: str, *, lock: bool = False) -> SealTask:
    """A batch within the actor's reach for a deed; for using it, one of a seal the actor is authorised for."""
    rows = SealTask.objects.select_related("seal").filter(id=task_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    own = found is not None and deed != "seals.tasks" and (found.applied_by == actor.ref.account or _authorised(actor, found.seal_id))
    if found is None or not (own or actor.may(deed, found.seal)):
        raise NotHere("seals.task", id=task_id)
    return found


def visible_imports(actor: Actor) -> QuerySet[SealImport]:
    """Imports of the actor's places."""
    reach = actor.reach("seals.import")
    rows = SealImport.objects.all()
    return rows if actor.kind == "system" or reach.everywhere else rows.filter(Q(scope__in=list(reach.scopes)) | Q(account=actor.account))


def usable_seals(actor: Actor) -> QuerySet[Seal]:
    """The seals in use that the actor is authorised for."""
    return Seal.objects.select_related("org").filter(state="in_use", id__in=_used_by(actor)).order_by("kind", "name", "id")


class _Place:
    """One scope as a thing."""

    def __init__(self, scope: int) -> None:
        self.scope = scope

    def places(self) -> list[tuple[int, int]]:
        return [(self.scope, 0)]


def _within(reach: Reach) -> Q:
    return Q(scope__in=list(reach.scopes))


def _orgs_of(reach: Reach) -> list[int]:
    return list(Scope.objects.filter(id__in=list(reach.scopes)).values_list("org_id", flat=True))


def _used_by(actor: Actor) -> QuerySet[SealUser, UUID]:
    return SealUser.objects.filter(account=actor.account or NOBODY, ended_at=None).values_list("seal_id", flat=True)


def _authorised(actor: By, seal_id: UUID) -> bool:
    account = actor.ref.account
    return account is not None and SealUser.objects.filter(seal=seal_id, account=account, ended_at=None).exists()
