"""Verbs of the annex: exempt a city, end an exemption, recount the measures."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import structlog
from django.db import connection, transaction

from kapok.kernel.annex import queries, rules, seed
from kapok.kernel.annex.cards import measures
from kapok.kernel.annex.data import Measure, Reading
from kapok.kernel.annex.events import ExemptionEnded, ExemptionGranted, Rehearsed, day
from kapok.kernel.annex.models import Exemption, Figure, Rehearsal
from kapok.kernel.common import clock
from kapok.kernel.common.actors import By
from kapok.kernel.common.errors import FieldFault, Forbidden, Invalid, NotHere, Refused, sentences
from kapok.kernel.journal.public import action, record

log = structlog.get_logger(__name__)


@action("annex.grant_exemption")
def grant_exemption(duty: str, city: str, *, number: str, reason: str, approver: str, starts: date, ends: date, by: By) -> Exemption:
    """Exempt a city from a duty for a term (豁免); every wrong field is named at once."""
    _may_exempt(by)
    known = seed.duties().get(duty)
    facts = rules.ExemptionFacts(
        duty=known,
        city=seed.cities().get(city),
        owed=bool(known and queries.owed(known, city)),
        number=number,
        reason=reason,
        approver=approver,
        starts=starts,
        ends=ends,
        number_taken=queries.number_taken(number),
    )
    faults = [
        FieldFault(name, verdict.code, Refused(verdict.code, **({"duty": duty, "city": city} | verdict.data)).message())
        for name, verdict in rules.may_exempt(facts, today=clock.today())
    ]
    if faults:
        raise Invalid(faults)
    exemption = Exemption.objects.create(
        duty=duty, city=city, number=number.strip(), reason=reason.strip(), approver=approver.strip(), starts=starts, ends=ends
    )
    event = ExemptionGranted(duty, city, exemption.number, day(starts), day(ends))
    record(by, event, about=exemption.id, kind="annex.exemption")
    return exemption


@action("annex.end_exemption")
def end_exemption(exemption_id: UUID, reason: str, *, by: By) -> Exemption:
    """End an exemption before its day; from today on the duty is owed again."""
    _may_exempt(by)
    exemption = Exemption.objects.select_for_update().filter(id=exemption_id).first()
    if exemption is None:
        raise NotHere("annex.exemption", id=exemption_id)
    if exemption.ended_on is not None or exemption.ends < clock.today():
        raise Refused("annex.already_ended")
    if not reason.strip():
        raise Invalid([FieldFault("reason", "annex.field_missing", sentences["annex.field_missing"])])
    exemption.ended_on, exemption.ended_why = clock.today(), reason.strip()
    exemption.save(update_fields=["ended_on", "ended_why"])
    record(by, ExemptionEnded(exemption.number, exemption.ended_why, day(exemption.ended_on)), about=exemption.id, kind="annex.exemption")
    return exemption


@action("annex.record_rehearsal")
def record_rehearsal(backup: str, *, differing: Sequence[str], tables: int, seconds: float, by: By) -> Rehearsal:
    """Keep how a rehearsal of a backup went (恢复演练); it was good when nothing differed."""
    if not by.may("annex.rehearse"):
        raise Forbidden(deed="annex.rehearse")
    kept = Rehearsal.objects.create(
        backup=backup, at=clock.wall(), good=not differing, tables=tables, differing=list(differing), seconds=seconds
    )
    record(by, Rehearsed(backup, kept.good, tables, tuple(differing), seconds), about=kept.id, kind="annex.rehearsal")
    return kept


def recount(duty: str = "") -> dict[str, int]:
    """Count every measure (or a duty's) anew and store what it says; returns figures stored by duty.

    Not an action: figures are a projection that can be counted again at any time, nobody decides anything. A measure that
    fails keeps its old figures, which fall silent by age; it stops no other.
    """
    stored: dict[str, int] = {}
    for measure in measures(duty):
        try:
            with transaction.atomic():
                readings = measure.count()
                _store(measure, readings)
                stored[measure.duty] = stored.get(measure.duty, 0) + len(readings)
        except Exception:
            log.exception("annex.measure_failed", duty=measure.duty, part=measure.part)
    return stored


def _may_exempt(by: By) -> None:
    if not by.may("annex.exempt"):
        raise Forbidden(deed="annex.exempt")


def _store(measure: Measure, readings: Mapping[str, Reading]) -> None:
    counted = clock.wall()
    Figure.objects.bulk_create(
        [
            Figure(
                duty=measure.duty,
                part=measure.part,
                place=place,
                done=reading.done,
                of=reading.of,
                as_of=reading.as_of,
                counted_at=counted,
                facts=[list(fact) for fact in reading.facts],
            )
            for place, reading in readings.items()
        ],
        update_conflicts=True,
        unique_fields=["duty", "part", "place"],
        update_fields=["done", "of", "as_of", "counted_at", "facts"],
    )
    with connection.cursor() as cursor:
        # A city the source says nothing of any more must read as silent, not as its last figure.
        cursor.execute("delete from annex_figure where duty = %s and part = %s and counted_at < %s", [measure.duty, measure.part, counted])
