"""Who may see and do what in the portal; the only way to fetch a thing for a person. Absent and forbidden look alike."""

from uuid import UUID

from django.db.models import F, Q, QuerySet

from kapok.kernel.access.public import Actor, Reach, actor_of_account, scope_of
from kapok.kernel.common.errors import Forbidden, NotHere
from kapok.kernel.orgs.public import Org, org
from kapok.kernel.regions.public import find_region, governors
from kapok.services.intake.public import Case
from kapok.services.items.public import BaseItem, CompiledItem, Item, item_in_force, item_of
from kapok.services.portal.errors import PartyNeeded
from kapok.services.portal.models import Appointment, Maintenance, Question, RegionNotice, Slot, StateWording

DEEDS: dict[str, tuple[str, ...]] = {
    "portal.serve": ("clerk", "leader"),
    "portal.slots": ("leader", "admin"),
    "portal.answer": ("clerk", "leader"),
    "portal.extend": ("leader",),
    "portal.wording": ("admin",),
    "portal.announce": ("editor", "admin"),
    "portal.maintain": ("leader", "admin"),
}


def party_of(actor: Actor) -> UUID:
    """The party the actor acts for; staff have none."""
    if actor.for_party is None:
        raise PartyNeeded()
    return actor.for_party


def item_for_citizen(impl_code: str) -> CompiledItem:
    """An item in force, by code."""
    found = item_in_force(impl_code) if len(impl_code) <= 64 else None
    if found is None:
        raise NotHere("items.item", id=impl_code)
    return found


def own_appointment(actor: Actor, appointment_id: UUID) -> Appointment:
    """A booking of the party the actor acts for."""
    rows = Appointment.objects.select_related("slot__org").filter(id=appointment_id)
    found = rows.filter(party_id=actor.for_party).first() if actor.for_party else None
    if found is None:
        raise NotHere("portal.appointment", id=appointment_id)
    return found


def own_question(actor: Actor, question_id: UUID) -> Question:
    """A question of the party the actor acts for."""
    rows = Question.objects.select_related("org").filter(id=question_id)
    found = rows.filter(party_id=actor.for_party).first() if actor.for_party else None
    if found is None:
        raise NotHere("portal.question", id=question_id)
    return found


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the party the actor acts for, as rows for paging."""
    rows = Case.objects.select_related("org")
    return rows.filter(applicant_id=actor.for_party) if actor.for_party else rows.none()


def slot_for(actor: Actor, slot_id: UUID, deed: str, *, lock: bool = False) -> Slot:
    """An hour within the actor's reach for a deed."""
    rows = Slot.objects.filter(id=slot_id)
    slot = (rows.select_for_update() if lock else rows.select_related("org", "item")).first()
    if slot is None or not actor.may(deed, slot):
        raise NotHere("portal.slot", id=slot_id)
    return slot


def appointment_at_desk(actor: Actor, appointment_id: UUID) -> Appointment:
    """A booking at a desk of the actor's."""
    found = Appointment.objects.select_related("slot").filter(id=appointment_id).first()
    if found is None or not actor.may("portal.serve", found.slot):
        raise NotHere("portal.appointment", id=appointment_id)
    return found


def question_at_desk(actor: Actor, question_id: UUID, deed: str = "portal.answer", *, lock: bool = False) -> Question:
    """A question within the actor's reach."""
    rows = Question.objects.filter(id=question_id)
    found = (rows.select_for_update() if lock else rows.select_related("org")).first()
    if found is None or not actor.may(deed, found):
        raise NotHere("portal.question", id=question_id)
    return found


def within(reach: Reach, scope: str = "scope", item: str = "item_id") -> Q:
    """A reach as a condition on rows that carry a scope and an item."""
    if reach.everywhere:
        return Q()
    wanted = Q(**{f"{scope}__in": list(reach.scopes)})
    for lane in reach.lanes:
        wanted |= Q(**{scope: lane >> 32, item: lane & 0xFFFFFFFF})
    return wanted


def visible_slots(actor: Actor, deed: str = "portal.serve") -> QuerySet[Slot]:
    """The hours of the actor's desks."""
    return Slot.objects.select_related("org", "item").filter(within(actor.reach(deed)))


def waiting_questions(actor: Actor) -> QuerySet[Question]:
    """The questions of the actor's desks, answered ones too."""
    return Question.objects.filter(within(actor.reach("portal.answer")))


def org_for_slots(actor: Actor, org_id: int) -> Org:
    """An agency, hall or window group whose hours the actor opens."""
    found = Org.objects.filter(id=org_id, dissolved_on=None).first()
    if found is None or not may_open(actor, found):
        raise NotHere("orgs.org", id=org_id)
    return found


def may_open(actor: Actor, where: Org) -> bool:
    """Whether the actor opens hours there: by reach over the place as a whole."""
    reach = actor.reach("portal.slots")
    return actor.kind == "system" or reach.everywhere or scope_of(where.id, where.region_id) in reach.scopes


def orgs_for_slots(actor: Actor) -> list[Org]:
    """The actor's own office with its halls and window groups, where they are within reach."""
    own = org(actor.org) if actor.org else None
    if own is None:
        return []
    found = Org.objects.filter(Q(id=own.id) | Q(parent_id=own.id), dissolved_on=None).order_by(F("id").asc())[:50]
    return [each for each in found if may_open(actor, each)]


def worded_item(actor: Actor, impl_code: str) -> Item:
    """An item whose words the actor sets."""
    found = item_of(impl_code) if len(impl_code) <= 64 else None
    if found is None or not actor.may("portal.wording", found):
        raise NotHere("items.item", id=impl_code)
    return found


def worded_base(actor: Actor, base_code: str) -> BaseItem:
    """A base item, for the province's own admins: what is set there holds for all who implement it."""
    if not actor.may("portal.wording"):
        raise Forbidden(deed="portal.wording")
    found = BaseItem.objects.filter(base_code=base_code[:64]).first()
    if found is None or not (actor.kind == "system" or actor.reach("portal.wording").everywhere):
        raise NotHere("items.base", id=base_code)
    return found


def wording_rows(*, item: int | None = None, base: int | None = None, state: str = "") -> QuerySet[StateWording]:
    """The numbers of one level, newest first."""
    level = Q(item_id=item) if item is not None else Q(base_id=base)
    rows = StateWording.objects.filter(level).order_by("-number")
    return rows.filter(state=state) if state else rows


def scope_in_region(actor: Actor, code: str, deed: str) -> int | None:
    """The scope under which the actor does a deed for a whole region; None where there is no such region or no such power."""
    place = find_region(code) if code.isascii() and code.isdigit() and len(code) == 12 else None
    if place is None or place.ends is not None:
        return None
    reach = actor.reach(deed)
    if actor.kind == "system" or reach.everywhere:
        return scope_of(actor.org, place.code) if actor.org else 0
    if not actor.org or not reach or org(actor.org).region_id not in {up.code for up in governors(place.code)}:
        return None
    scope = scope_of(actor.org, place.code)
    now = reach if scope in reach.scopes else actor_of_account(actor.account).reach(deed)  # a scope made just now is in nobody's reach yet
    return scope if scope in now.scopes else None


def notice_for(actor: Actor, notice_id: UUID) -> RegionNotice:
    """A notice within the actor's reach, locked."""
    found = RegionNotice.objects.select_for_update().filter(id=notice_id).first()
    if found is None or not actor.may("portal.announce", found):
        raise NotHere("portal.notice", id=notice_id)
    return found


def maintenance_for(actor: Actor, maintenance_id: UUID) -> Maintenance:
    """A maintenance within the actor's reach, locked."""
    found = Maintenance.objects.select_for_update(of=("self",)).select_related("item").filter(id=maintenance_id).first()
    if found is None or not actor.may("portal.maintain", found):
        raise NotHere("portal.maintenance", id=maintenance_id)
    return found


def visible_notices(actor: Actor) -> QuerySet[RegionNotice]:
    """The notices of the actor's places."""
    reach = actor.reach("portal.announce")
    return RegionNotice.objects.all() if reach.everywhere else RegionNotice.objects.filter(scope__in=list(reach.scopes))


def visible_maintenance(actor: Actor) -> QuerySet[Maintenance]:
    """The maintenance of the actor's places and items."""
    return Maintenance.objects.filter(within(actor.reach("portal.maintain")))
