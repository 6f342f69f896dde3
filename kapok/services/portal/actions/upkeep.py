"""Notices put up and taken down, applications stopped for a time and taken again, searched words added up."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import FieldFault, Invalid, Refused
from kapok.kernel.common.ids import uuid7
from kapok.kernel.common.verdicts import Verdict
from kapok.kernel.journal.public import action, record
from kapok.services.items.public import code_sets, item_of
from kapok.services.portal.access import maintenance_for, notice_for, scope_in_region
from kapok.services.portal.events import MaintenanceEnded, MaintenancePlanned, NoticePut, NoticeWithdrawn, SearchesCounted
from kapok.services.portal.models import Maintenance, RegionNotice
from kapok.services.portal.rules.upkeep import may_last

TITLE, TEXT, REASON = (2, 80), (2, 1000), (2, 300)
_COUNT = """
insert into portal_search_count (day, word, count) select %s, w, n from unnest(%s::varchar[], %s::int[]) t (w, n) order by w
    on conflict (day, word) do update set count = portal_search_count.count + excluded.count
"""  # ordered, so that two processes never wait for each other in a circle


@action("portal.put_notice")
def put_notice(region: str, title: str, text: str, starts: datetime, ends: datetime, *, channel: str = "", by: Actor) -> RegionNotice:
    """Put up a notice of a region (通知公告). Invalid names every wrong field."""
    scope = scope_in_region(by, region, "portal.announce")
    faults = [*_length("title", title, TITLE, "portal.title"), *_length("text", text, TEXT, "portal.text")]
    _check([*faults, *_place(scope), *_channel(channel), *_said("ends", may_last(starts, ends, now=clock.now()))])
    row = RegionNotice(
        id=uuid7(), region_id=region, scope=scope or 0, channel=channel, title=title.strip(), text=text.strip(), starts=starts, ends=ends,
        made_at=clock.now(),
    )  # fmt: skip
    row.save(force_insert=True)
    record(by, NoticePut(region, starts.isoformat(), ends.isoformat()), about=row.id, kind="notice")
    return row


@action("portal.withdraw_notice")
def withdraw_notice(notice_id: UUID, *, by: Actor) -> RegionNotice:
    """Take a notice down before its time; done again, nothing changes."""
    row = notice_for(by, notice_id)
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        record(by, NoticeWithdrawn(row.region_id), about=row.id, kind="notice")
    return row


@action("portal.plan_maintenance")
def plan_maintenance(
    reason: str, alternatives: str, starts: datetime, ends: datetime, *, impl_code: str = "", region: str = "", channel: str = "", by: Actor
) -> Maintenance:
    """Stop new applications for a time (暂停办理): of an item, or of all items of a region. Cases in progress go on."""
    item = item_of(impl_code) if 0 < len(impl_code) <= 64 else None
    allowed = item is not None and by.may("portal.maintain", item)
    scope = item.scope if item is not None and allowed else None if impl_code else scope_in_region(by, region, "portal.maintain")
    faults = [] if scope is not None else [_fault("impl_code", "portal.item_unknown")] if impl_code else _place(scope)
    faults += [
        *_length("reason", reason, REASON, "portal.stop_reason"),
        *_length("alternatives", alternatives, REASON, "portal.alternatives"),
    ]
    _check([*faults, *_channel(channel), *_said("ends", may_last(starts, ends, now=clock.now()))])
    row = Maintenance(
        id=uuid7(), item=item, region_id=None if item else region, scope=scope or 0, channel=channel, reason=reason.strip(),
        alternatives=alternatives.strip(), starts=starts, ends=ends, made_at=clock.now(),
    )  # fmt: skip
    row.save(force_insert=True)
    event = MaintenancePlanned(impl_code, row.region_id or "", channel, starts.isoformat(), ends.isoformat(), row.reason)
    record(by, event, about=row.id, kind="maintenance")
    return row


@action("portal.end_maintenance")
def end_maintenance(maintenance_id: UUID, *, by: Actor) -> Maintenance:
    """Take applications again, before the time announced; done again, nothing changes."""
    row = maintenance_for(by, maintenance_id)
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        record(by, MaintenanceEnded(row.item.impl_code if row.item else "", row.region_id or ""), about=row.id, kind="maintenance")
    return row


@action("portal.count_searches")
def count_searches(counts: Mapping[str, int], day: date, *, by: Actor) -> None:
    """Add a process's counts of searched words to the day's, in one statement."""
    if not counts:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [day, list(counts), list(counts.values())])
    record(by, SearchesCounted(len(counts), sum(Counter(counts).values())), about=uuid7(), kind="search")


def _length(field: str, text: str, bounds: tuple[int, int], code: str) -> list[FieldFault]:
    return [] if bounds[0] <= len(text.strip()) <= bounds[1] else [_fault(field, code)]


def _channel(channel: str) -> list[FieldFault]:
    return [] if channel in ("", *code_sets()["channels"]) else [_fault("channel", "portal.channel_unknown")]


def _place(scope: int | None) -> list[FieldFault]:
    return [] if scope is not None else [_fault("region", "portal.region_unknown")]


def _said(field: str, verdict: Verdict) -> list[FieldFault]:
    return [] if verdict else [_fault(field, verdict.code, **verdict.data)]


def _fault(field: str, code: str, **data: Any) -> FieldFault:
    return FieldFault(field, code, Refused(code, **data).message())


def _check(faults: list[FieldFault]) -> None:
    if faults:
        raise Invalid(faults)
