"""Giving and taking back grants; interning scopes."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from kapok.kernel.access.events import Granted, Revoked
from kapok.kernel.access.models import Grant
from kapok.kernel.accounts.public import Account
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import FieldFault, Invalid
from kapok.kernel.journal.public import action, record

scopes: dict[tuple[int, str], int] = {}
"""Scopes already committed; they never change, so nothing needs to be forgotten."""


def scope_of(org: int, region: str) -> int:
    """The integer of (org, jurisdiction); made on first use. `region` has twelve digits."""
    known = scopes.get((org, region))
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute("select id from access_scope where org_id = %s and region = %s", [org, region])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(
                "insert into access_scope (org_id, region) values (%s, %s)"
                " on conflict (org_id, region) do update set region = excluded.region returning id",
                [org, region],
            )
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
    """Give a role in an org or a jurisdiction (one of the two; region of twelve digits), for some items or all."""
    if (org is None) == (not region):
        raise Invalid([FieldFault("org", "access.one_place", "请选择一个单位或一个区域，二者只选其一。")])
    given = Grant.objects.create(
        account=account, role=role, org_id=org, region=region, items=items, starts=starts or clock.now(), ends=ends,
        given_by=by.ref.account, reason=reason,
    )  # fmt: skip
    Account.objects.filter(id=account.id).update(serial=F("serial") + 1)
    record(by, Granted(str(account.id), role, org, region, reason), about=given.id, kind="grant")
    return given


@action("access.revoke")
def revoke(grant_id: UUID, *, reason: str, by: By) -> None:
    """Take a grant back, from this moment."""
    given = Grant.objects.select_for_update().get(id=grant_id, revoked_at=None)
    Grant.objects.filter(id=grant_id).update(revoked_at=clock.now())
    Account.objects.filter(id=given.account_id).update(serial=F("serial") + 1)
    record(by, Revoked(str(given.account_id), given.role, reason), about=grant_id, kind="grant")
