"""Timers fire by legal time, once, and try again when they fail."""

from datetime import timedelta
from uuid import UUID

import pytest

from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.jobs.public import Timer, cancel_timer, fire_due, set_timer
from kapok.kernel.jobs.timers import handlers

pytestmark = pytest.mark.django_db


@pytest.fixture
def fired() -> list[UUID]:
    seen: list[UUID] = []
    handlers.put("test.ring", seen.append)
    return seen


def test_a_timer_fires_on_its_legal_moment_and_not_before(fired: list[UUID]) -> None:
    thing, due = uuid7(), clock.now() + timedelta(days=5)
    set_timer("test.ring", thing, due)
    assert fire_due() == 0
    with clock.frozen(due):
        assert fire_due() == 1
        assert fire_due() == 0
    assert fired == [thing]


def test_setting_again_moves_the_timer_and_cancelling_takes_it_away(fired: list[UUID]) -> None:
    thing = uuid7()
    set_timer("test.ring", thing, clock.now())
    set_timer("test.ring", thing, clock.now() + timedelta(days=1))
    assert fire_due() == 0
    cancel_timer("test.ring", thing)
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert fire_due() == 0


def test_a_failing_timer_stays_and_waits_on_machine_time() -> None:
    def fail(about: UUID) -> None:
        raise RuntimeError("database says no")

    handlers.put("test.fails", fail)
    set_timer("test.fails", uuid7(), clock.now())
    assert fire_due() == 1
    timer = Timer.objects.get(kind="test.fails")
    assert timer.tries == 1
    assert timer.retry_at is not None and timer.retry_at > clock.wall() - timedelta(seconds=5)
    assert "says no" in timer.error
