"""Administrators set up the handling of cases for their region: elements by layer, handlers by grant, deputies by period."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import Actor, Grant, actor_of_account, grant, revoke
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere, sentences
from kapok.kernel.inherit.public import EXTENDABLE, LOCKED, MISSING, OVERRIDABLE, Origin, own_part, resolve
from kapok.kernel.journal.public import action, record
from kapok.kernel.orgs.public import org as org_by_id
from kapok.kernel.regions.public import region as place_of
from kapok.services.intake.access import admin_level, require_admin
from kapok.services.intake.access.configured import layers_of
from kapok.services.intake.errors import SetupLocked
from kapok.services.intake.events import CaseReleased, DeputyEnded, DeputyNamed, HandlerNamed, HandlerRemoved, SetupChanged
from kapok.services.intake.models import Case, Deputy, SetupLayer
from kapok.services.intake.rules.setup import DEFAULT_RULES, ELEMENTS, NO, Element, clean, is_delegated, may_change

HANDLER_ROLES = ("clerk", "approver", "leader")


@action("intake.configure")
def set_element(region: str, element: str, value: Any, reason: str, *, rule: str = "", by: Actor) -> SetupLayer:
    """Set an element for a region and what lies below; `rule` says what the levels below may do with it (empty: as it was).

    Raises SetupLocked (403, with the owner) where a level above keeps it; Invalid with every fault.
    """
    require_admin(by, region)
    what = ELEMENTS.get(element)
    if what is None:
        raise NotHere("intake.setup", id=element)
    _one_at_a_time()
    above = _above(region, what)
    kept, faults = clean(what, value)
    if rule not in ("", LOCKED, OVERRIDABLE, EXTENDABLE):
        faults.append(FieldFault("rule", "intake.setup_choose", sentences["intake.setup_choose"]))
    faults += _reason_faults(reason)
    _refuse_locked(what, region, kept, by, above)
    if faults:
        raise Invalid(faults)
    return _lay(region, what, own_part(above, kept), rule, reason, by)


@action("intake.configure_follow")
def unset_element(region: str, element: str, reason: str, *, by: Actor) -> SetupLayer:
    """Take a region's own value back: it follows the level above again."""
    require_admin(by, region)
    what = ELEMENTS.get(element)
    if what is None:
        raise NotHere("intake.setup", id=element)
    _one_at_a_time()
    above = _above(region, what)
    _refuse_locked(what, region, above.value if above else None, by, above)
    if faults := _reason_faults(reason):
        raise Invalid(faults)
    return _lay(region, what, MISSING, "", reason, by)


def _above(region: str, what: Element) -> Origin | None:
    layers = layers_of(region)[:-1]
    return resolve(layers, DEFAULT_RULES, [what.key])[what.key] if layers else None


def _kept_by(what: Element, region: str, value: Any, by: Actor, above: Origin | None) -> str:
    """Who keeps the element from this administrator (for this value), or nothing."""
    layers = layers_of(region)
    keeper = next((layer.owner for layer in reversed(layers) if place_of(layer.key).level <= what.level), layers[0].owner)
    delegated = is_delegated(what.key, [layer.rules for layer in layers[:-1]])
    verdict = may_change(what, above, value, level=admin_level(by, region) or 9, delegated=delegated, keeper=keeper)
    return "" if verdict else str(verdict.data["owner"])


def keeper_of(what: Element, region: str, above: Origin | None, *, by: Actor) -> str:
    """Who keeps an element from this administrator, whatever he would set; nothing where he may change or add to it."""
    if above is not None and above.rule == LOCKED and above.how != "absent":
        return above.locked_by or above.owner
    return _kept_by(what, region, above.value if above else None, by, above)


def _refuse_locked(what: Element, region: str, value: Any, by: Actor, above: Origin | None) -> None:
    owner = _kept_by(what, region, value, by, above)
    if owner:
        raise SetupLocked(element=what.key, title=str(what.title), owner=owner)


def _reason_faults(reason: str) -> list[FieldFault]:
    if 0 < len(reason.strip()) <= 200:
        return []
    return [FieldFault("reason", "intake.setup_reason", sentences["intake.setup_reason"])]


def _lay(region: str, what: Element, own: Any, rule: str, reason: str, by: Actor) -> SetupLayer:
    last = SetupLayer.objects.filter(region=region).order_by("-number").first()
    elements, rules = (dict(last.elements), dict(last.rules)) if last else ({}, {})
    elements.pop(what.key, None)
    if own is not MISSING:
        elements[what.key] = own
    if rule:
        rules[what.key] = rule
    layer = SetupLayer.objects.create(
        region=region, number=last.number + 1 if last else 1, elements=elements, rules=rules, element=what.key, reason=reason.strip(),
        made_at=clock.now(), made_by=by.name or by.ref.label,
    )  # fmt: skip
    record(by, SetupChanged(region, layer.number, what.key, rules.get(what.key, "")), about=layer.id, kind="setup")
    return layer


@action("intake.name_handler")
def name_handler(
    account: UUID, role: str, reason: str, *, items: list[int] | None = None, ends: datetime | None = None, by: Actor
) -> Grant:
    """Let somebody of an agency handle its cases: a grant of the role in his own agency, within this administrator's reach."""
    handler = _staff(account)
    region = _named_in(handler, "handlers", by)
    faults = _reason_faults(reason)
    if role not in HANDLER_ROLES:
        faults.append(FieldFault("role", "intake.setup_choose", sentences["intake.setup_choose"]))
    if faults:
        raise Invalid(faults)
    given = grant(handler, role, org=handler.org_id, items=items, ends=ends, reason=reason.strip(), by=by)
    record(by, HandlerNamed(str(account), role, region), about=given.id, kind="grant")
    return given


@action("intake.remove_handler")
def remove_handler(grant_id: UUID, reason: str, *, by: Actor) -> int:
    """Take somebody off the handling at once: the queue is gone with the grant, and what he holds goes back; returns how many."""
    given = Grant.objects.filter(id=grant_id, revoked_at=None, role__in=HANDLER_ROLES).select_related("account").first()
    if given is None:
        raise NotHere("access.grant", id=grant_id)
    _named_in(given.account, "handlers", by)
    if faults := _reason_faults(reason):
        raise Invalid(faults)
    revoke(grant_id, reason=reason.strip(), by=by)
    after = actor_of_account(given.account_id).reach("intake.see")
    held = Case.objects.select_for_update().filter(holder_id=given.account_id, open=True).only("id", "scope", "item_id", "step")
    gone = [case for case in held if not after.covers(case.scope, case.item_id)]
    Case.objects.filter(id__in=[case.id for case in gone]).update(holder_id=None, holder_name="")
    for case in gone:
        record(by, CaseReleased(str(case.id), case.step, clock.now().isoformat()), about=case.id, kind="case")
    record(by, HandlerRemoved(str(given.account_id), given.role, len(gone)), about=grant_id, kind="grant")
    return len(gone)


@action("intake.name_deputy")
def name_deputy(handler: UUID, deputy: UUID, starts: datetime, ends: datetime, reason: str, *, by: Actor) -> Deputy:
    """Let a colleague of the same agency stand in for an absent handler from a moment to a moment."""
    absent, stand_in = _staff(handler), _staff(deputy)
    _named_in(absent, "deputies", by)
    faults = _reason_faults(reason)
    checks = (
        ("deputy", "deputy_other", handler == deputy),
        ("deputy", "deputy_agency", absent.org_id != stand_in.org_id),
        ("deputy", "deputy_no_access", not actor_of_account(deputy).may("intake.see")),
        ("ends", "deputy_dates", ends <= starts or ends <= clock.now()),
    )
    faults += [FieldFault(field, f"intake.{code}", sentences[f"intake.{code}"]) for field, code, wrong in checks if wrong]
    if faults:
        raise Invalid(faults)
    named = Deputy.objects.create(
        handler=absent, deputy=stand_in, starts=starts, ends=ends, reason=reason.strip(), named_by=by.name or by.ref.label
    )
    record(by, DeputyNamed(str(handler), str(deputy), starts.isoformat(), ends.isoformat()), about=named.id, kind="deputy")
    return named


@action("intake.end_deputy")
def end_deputy(deputy_id: UUID, *, by: Actor) -> None:
    """The absent one is back early, or the deputy is away too: it ends now."""
    named = Deputy.objects.filter(id=deputy_id, ended_at=None).select_related("handler").first()
    if named is None:
        raise NotHere("intake.deputy", id=deputy_id)
    _named_in(named.handler, "deputies", by)
    Deputy.objects.filter(id=deputy_id).update(ended_at=clock.now())
    record(by, DeputyEnded(str(named.handler_id), str(named.deputy_id)), about=deputy_id, kind="deputy")


def _named_in(account: Account, power: str, by: Actor) -> str:
    """The region of somebody's agency, if this administrator may name people there."""
    if account.org_id is None:
        raise NotHere("accounts.account", id=account.id)
    region = str(org_by_id(account.org_id).region_id)
    require_admin(by, region)
    _power(power, region, by)
    return region


def _power(key: str, region: str, by: Actor) -> None:
    """Whether this administrator may name people here: the levels above have not kept it, nor said no."""
    what, layers = ELEMENTS[key], layers_of(region)
    own_level = admin_level(by, region) or 9
    said = resolve([layer for layer in layers if place_of(layer.key).level <= own_level], DEFAULT_RULES, [key])[key]
    if said.value == NO:
        raise SetupLocked(element=key, title=str(what.title), owner=said.locked_by or said.owner)
    if own_level > what.level and not is_delegated(key, [layer.rules for layer in layers if place_of(layer.key).level < own_level]):
        keeper = next(layer.owner for layer in reversed(layers) if place_of(layer.key).level <= what.level)
        raise SetupLocked(element=key, title=str(what.title), owner=keeper)


def _staff(account: UUID) -> Account:
    found = Account.objects.filter(id=account, kind=Account.STAFF, is_active=True).exclude(org_id=None).first()
    if found is None:
        raise NotHere("accounts.account", id=account)
    return found


def _one_at_a_time() -> None:
    """Layers of a region are numbered, so writers wait for one another."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('kapok.intake.setup'))")
