"""What the annex's board is told of row 15, counted from real licences."""

from datetime import timedelta

import pytest

from kapok.kernel.annex.public import measures
from kapok.kernel.jobs.public import drain as relay
from kapok.support.licences.actions.signing import drain
from kapok.support.licences.models import DirectoryEntry, Licence
from kapok.support.licences.queries.measures import delivered_in_time, delivered_rows, sealed, signed_at_once, signed_rows
from kapok.support.licences.tests.factories import SHENZHEN, catalogue_open, issuer

pytestmark = pytest.mark.django_db


@pytest.mark.feature("15.02", part="the share signed within a minute is counted by city, the late ones named (15.dC)")
def test_signed_with_the_decision_is_counted_by_city() -> None:
    assert signed_at_once() == {}, "nothing to count is no zero"
    here, bare = issuer("深圳市甲局"), issuer("深圳市无章局", seal=False)
    quick, slow, waiting = here.issue().id, here.issue().id, bare.issue().id
    drain()
    Licence.objects.filter(id=slow).update(waited=75.0)
    reading = signed_at_once()[SHENZHEN]
    assert (reading.done, reading.of) == (1, 3)
    rows = signed_rows(SHENZHEN, "", 10)
    assert {(row.key, row.done) for row in rows} == {(str(quick), True), (str(slow), False), (str(waiting), False)}
    assert [row.key for row in signed_rows(SHENZHEN, rows[0].key, 10)] == [row.key for row in rows[1:]]
    seals = sealed()[SHENZHEN]
    assert (seals.done, seals.of) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_the_catalogue_has_an_entry_once_the_order_is_sealed() -> None:
    office = issuer()
    office.issue()
    assert DirectoryEntry.objects.filter(received_at=None).count() == 1
    relay()
    assert not DirectoryEntry.objects.filter(received_at=None).exists()
    drain()
    relay()
    late = DirectoryEntry.objects.order_by("id")[1]
    with catalogue_open():
        DirectoryEntry.objects.filter(id=late.id).update(produced_at=late.produced_at - timedelta(hours=3))
    reading = delivered_in_time()[SHENZHEN]
    assert (reading.done, reading.of) == (1, 2)
    assert [row.done for row in delivered_rows(SHENZHEN, "", 10)] == [True, False]


def test_only_what_can_be_shown_is_bound() -> None:
    bound = {measure.duty for duty in ("15.dA", "15.dC", "15.dD", "15.dE", "15.pA", "15.pB") for measure in measures(duty)}
    assert bound == {"15.dC", "15.dD"}
    assert "证照" in {measure.part for measure in measures("18.dB")}
