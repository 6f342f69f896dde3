"""Giving and taking back grants; interning scopes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from kapok.kernel.access import errors  # noqa: F401 - the sentences of the codes used here
from kapok.kernel.access.data import Actor, Place
from kapok.kernel.access.deeds import ROLES
from kapok.kernel.access.events import Granted, Revoked
from kapok.kernel.access.models import Grant
from kapok.kernel.access.queries import as_it_stands, holds_region, scopes_of
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import FieldFault, Invalid, NotHere, Refused, sentences
from kapok.kernel.common.remembered import Remembered
from kapok.kernel.journal.public import action, record
from kapok.kernel.orgs.public import NoSuchOrg, Org
from kapok.kernel.orgs.public import org as org_by_id
from kapok.kernel.regions.public import BadCode, find_region, follower, normalise

scopes: Remembered[tuple[int, str], int] = Remembered()
"""Scopes already committed; the integer of a pair never changes, whatever becomes of its region."""

_FIND = "select id from access_scope where org_id = %s and region = %s and joined_id is null"
_MAKE = """
insert into access_scope (org_id, region) values (%s, %s)
on conflict (org_id, region) where joined_id is null do update set region = excluded.region returning id
"""


def scope_of(org: int, region: str) -> int:
    """The integer of (org, jurisdiction); made on first use. `region` has twelve digits; for one that ended, its follower's."""
    known = scopes.get((org, region))
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [org, region])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(_MAKE, [org, follower(region)])
            found = cursor.fetchone()
            move_epoch()
    scope = int(found[0])
    transaction.on_commit(lambda: scopes.update({(org, region): scope}))
    return scope


def move_epoch() -> None:
    """Every compiled reach is made anew after this."""
    with connection.cursor() as cursor:
        cursor.execute("insert into access_epoch (id, value) values (1, 1) on conflict (id) do update set value = access_epoch.value + 1")


@action("access.grant")
def grant(
    account: Account,
    role: str,
    *,
    org: int | None = None,
    region: str = "",
    items: list[int] | None = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
    reason: str,
    by: By,
) -> Grant:
    """Give a role in an org or a jurisdiction (one of the two), for some items or all; nobody gives more than he reaches himself."""
    starts = starts or clock.now()
    office, place = _checked(role, org, region, starts, ends)
    if office is not None:
        scope_of(office.id, office.region_id)
    _may_give(by, account.id, org, place)
    given = Grant.objects.create(
        account=account, role=role, org_id=org, region=place, items=items, starts=starts, ends=ends,
        given_by=by.ref.account, reason=reason,
    )  # fmt: skip
    Account.objects.filter(id=account.id).update(serial=F("serial") + 1)
    record(by, Granted(str(account.id), role, org, place, reason), about=given.id, kind="grant")
    return given


@action("access.revoke")
def revoke(grant_id: UUID, *, reason: str, by: By) -> None:
    """Take a grant back, from this moment."""
    given = Grant.objects.select_for_update().filter(id=grant_id, revoked_at=None).first()
    if given is None or not _reaches(by, given.org_id, given.region):
        raise NotHere("access.grant", id=grant_id)
    Grant.objects.filter(id=grant_id).update(revoked_at=clock.now())
    Account.objects.filter(id=given.account_id).update(serial=F("serial") + 1)
    record(by, Revoked(str(given.account_id), given.role, reason), about=grant_id, kind="grant")


def _checked(role: str, org: int | None, region: str, starts: datetime, ends: datetime | None) -> tuple[Org | None, str]:
    """The org and the twelve-digit region, or Invalid with every field that is wrong."""
    faults, office, place = [], None, ""
    if role not in ROLES:
        faults.append(_fault("role", "access.no_such_role", role=role))
    if ends is not None and ends <= starts:
        faults.append(_fault("ends", "access.ends_before_starts"))
    if (org is None) == (not region):
        faults.append(_fault("org", "access.one_place"))
    elif org is not None:
        office = _office(org)
        if office is None:
            faults.append(_fault("org", "access.no_such_org", org=org))
    else:
        place = _place(region)
        if not place:
            faults.append(_fault("region", "access.no_such_region", region=region))
    if faults:
        raise Invalid(faults)
    return office, place


def _fault(name: str, code: str, **data: Any) -> FieldFault:
    return FieldFault(name, code, str(sentences[code]).format(**data))


def _office(org: int) -> Org | None:
    try:
        found = org_by_id(org)
    except NoSuchOrg:
        return None
    return found if found.dissolved_on is None else None


def _place(region: str) -> str:
    """The twelve digits of a standing region; empty when there is none."""
    try:
        found = find_region(normalise(region))
    except BadCode:
        return ""
    return found.code if found is not None and found.stands(clock.today()) else ""


def _may_give(by: By, account: UUID, org: int | None, region: str) -> None:
    if by.ref.account == account:
        raise Refused("access.own_grant")
    if not _reaches(by, org, region):
        raise Refused("access.beyond_own_reach")


def _reaches(by: By, org: int | None, region: str) -> bool:
    """Whether the giver reaches every place of a grant, one by one; a place that no scope stands for is the whole node's.

    A region holds agencies still to come too, so it is given by who holds a region round it himself.
    """
    if isinstance(by, Actor) and by.account is not None:
        by = as_it_stands(by)
        if region and not holds_region(by, "access.grant", region):
            return False
    return all(by.may("access.grant", Place(scope)) for scope in scopes_of(org, region) or {0})
