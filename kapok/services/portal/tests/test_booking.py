"""Booking an hour: never more than there are, one a person and item, given back, checked in, missed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from kapok.kernel.common import clock
from kapok.kernel.common.errors import Invalid, KapokError, NotHere, Refused
from kapok.kernel.jobs.public import fire_due
from kapok.kernel.journal.public import follow_all, history, seal_new
from kapok.kernel.notices.public import inbox, opened
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.tests.factories import Office
from kapok.services.portal.actions.booking import Opening, book, cancel_booking, change_slot, check_in, miss_bookings, open_slots
from kapok.services.portal.models import Appointment, Slot
from kapok.services.portal.rules import terms
from kapok.services.portal.tests.factories import MORNING, citizen, hours, served, working_day

pytestmark = pytest.mark.django_db
AT_ONCE = 100


@pytest.fixture(autouse=True)
def province(db: None, tmp_path: Any) -> None:
    small_province(tmp_path)


@pytest.fixture
def place() -> Office:
    return served()


def test_an_hour_is_booked_once_and_gives_a_code(place: Office) -> None:
    me, slot = citizen(), hours(place)[0]
    made = book(place.item.impl_code, slot.id, by=me.actor)
    slot.refresh_from_db()
    assert (made.state, slot.booked, len(made.code)) == ("booked", 1, 8)
    assert [entry.event for entry in history(made.id)] == ["portal.booked"]
    with pytest.raises(Refused) as refused:
        book(place.item.impl_code, hours(place)[1].id, by=me.actor)
    assert refused.value.code == "portal.booked_already"
    slot.refresh_from_db()
    assert Slot.objects.filter(booked__gt=0).count() == 1 and Appointment.objects.count() == 1


def refusal(*args: Any, **said: Any) -> str:
    with pytest.raises(KapokError) as refused:
        book(*args, **said)
    return refused.value.code


def test_what_cannot_be_booked_says_why_and_takes_nothing(place: Office) -> None:
    me, code = citizen(), place.item.impl_code
    slots = hours(place, capacity=1)
    book(code, slots[0].id, by=citizen("陈小岚").actor)
    assert refusal(code, slots[0].id, by=me.actor) == "portal.hour_full"
    change_slot(slots[1].id, capacity=1, closed=True, by=place.leader)
    assert refusal(code, slots[1].id, by=me.actor) == "portal.hour_closed"
    far = hours(place, ahead=terms("booking")["horizon"] + 1)[0]
    assert refusal(code, far.id, by=me.actor) == "portal.too_far_ahead"
    with clock.frozen(slots[2].starts):
        assert refusal(code, slots[2].id, by=me.actor) == "portal.hour_past"
    saturday = slots[2].starts + timedelta(days=(5 - clock.local(slots[2].starts).weekday()) % 7)
    Slot.objects.filter(id=slots[2].id).update(starts=saturday, ends=saturday + timedelta(hours=1))
    assert refusal(code, slots[2].id, by=me.actor) == "portal.day_off"
    other = served("深圳市另一预约局")
    assert refusal(code, hours(other)[0].id, by=me.actor) == "kapok.not_here"
    shut = served("深圳市不预约局", elements={"appointment": False})
    assert refusal(shut.item.impl_code, hours(shut)[0].id, by=me.actor) == "portal.no_booking"
    assert refusal(code, slots[2].id, by=place.clerk) == "portal.party_needed"
    assert Appointment.objects.count() == 1


def test_a_case_of_another_is_not_booked_for(place: Office) -> None:
    me, other, slot = citizen(), citizen("陈小岚"), hours(place)[0]
    theirs, mine = place.case(other.party), place.case(me.party)
    with pytest.raises(NotHere):
        book(place.item.impl_code, slot.id, case=theirs, by=me.actor)
    assert book(place.item.impl_code, slot.id, case=mine, by=me.actor).case_id == mine


def test_a_booking_given_back_frees_the_hour_until_it_begins(place: Office) -> None:
    me, slot = citizen(), hours(place, capacity=1)[0]
    made = book(place.item.impl_code, slot.id, by=me.actor)
    with pytest.raises(NotHere):
        cancel_booking(made.id, by=citizen("陈小岚").actor)
    with clock.frozen(slot.starts), pytest.raises(Refused):
        cancel_booking(made.id, by=me.actor)
    cancel_booking(made.id, by=me.actor)
    with pytest.raises(Refused):
        cancel_booking(made.id, by=me.actor)
    slot.refresh_from_db()
    assert slot.booked == 0
    assert book(place.item.impl_code, slot.id, by=citizen("王小明").actor).state == "booked"


def test_who_comes_is_checked_in_on_the_day_and_who_does_not_is_missed_by_the_clock(place: Office) -> None:
    slot = hours(place, capacity=3)[0]
    came, stayed = (book(place.item.impl_code, slot.id, by=citizen(name).actor) for name in ("林小满", "陈小岚"))
    with pytest.raises(Refused):
        check_in(came.id, by=place.clerk)
    with clock.frozen(slot.starts):
        with pytest.raises(NotHere):
            check_in(came.id, by=served("深圳市别的局").clerk)
        check_in(came.id, by=place.clerk)
    with clock.frozen(slot.ends + timedelta(minutes=terms("booking")["grace"])):
        assert fire_due() == 1
    states = dict(Appointment.objects.values_list("id", "state"))
    assert (states[came.id], states[stayed.id]) == ("arrived", "missed")
    with clock.frozen(slot.ends + timedelta(hours=1)):
        check_in(stayed.id, by=place.clerk)
    assert Appointment.objects.get(id=stayed.id).state == "arrived" and miss_bookings(slot.id) == 0


def test_hours_are_opened_on_working_days_only_and_only_by_those_of_the_place(place: Office) -> None:
    first = working_day()
    opening = Opening(place.org.id, "", "大厅", first, first + timedelta(days=13), MORNING, 60, 2)
    assert open_slots(opening, by=place.leader) == 3 * 10
    assert open_slots(opening, by=place.leader) == 0, "what is there stays"
    for stranger in (place.clerk, served("深圳市另外一局").leader):
        with pytest.raises(NotHere):
            open_slots(opening, by=stranger)
    elsewhere = served("深圳市第三局")
    with pytest.raises(Invalid):
        open_slots(Opening(place.org.id, elsewhere.item.impl_code, "大厅", first, first, MORNING, 60, 2), by=place.leader)


def test_a_closed_hour_gives_back_what_was_booked_and_tells_why(place: Office) -> None:
    me, slot = citizen(), hours(place)[0]
    made = book(place.item.impl_code, slot.id, by=me.actor)
    with pytest.raises(Invalid):
        change_slot(slot.id, capacity=2, closed=True, by=place.leader)
    with pytest.raises(Invalid):
        change_slot(slot.id, capacity=0, closed=False, by=place.leader)
    change_slot(slot.id, capacity=2, closed=True, reason="系统维护", by=place.leader)
    made.refresh_from_db()
    slot.refresh_from_db()
    assert (made.state, made.reason, slot.booked) == ("cancelled", "系统维护", 0)
    seal_new()
    follow_all()
    titles = [message.title for message in opened(list(inbox(me.actor).order_by("id")))]
    assert titles.count("预约已被取消") == 1
    assert any("系统维护" in message.text for message in opened(list(inbox(me.actor))))


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("07.06", part="booking without overselling")
def test_of_a_hundred_at_once_no_more_than_the_places_get_one(place: Office) -> None:
    """Real threads, each with a connection of its own; few hours; everybody tries them all."""
    slots = hours(place, capacity=3, minutes=90)
    people = [citizen(f"测试{number}") for number in range(AT_ONCE)]
    gate = threading.Barrier(AT_ONCE, timeout=60)
    answers: list[str] = []

    def one(who: Any) -> None:
        try:
            gate.wait()
            for slot in slots:
                try:
                    book(place.item.impl_code, slot.id, by=who.actor)
                    answers.append("booked")
                    return
                except Refused as refused:
                    answers.append(refused.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        list(crowd.map(one, people))
    places = 3 * len(slots)
    assert answers.count("booked") == places < AT_ONCE
    assert set(answers) == {"booked", "portal.hour_full"}
    for slot in Slot.objects.all():
        assert slot.booked == slot.capacity == Appointment.objects.filter(slot=slot, state="booked").count()


@pytest.mark.django_db(transaction=True)
def test_one_person_with_many_windows_open_gets_one_booking(place: Office) -> None:
    slots, me = hours(place, capacity=20), citizen()
    gate = threading.Barrier(12, timeout=60)
    answers: list[str] = []

    def one(number: int) -> None:
        try:
            gate.wait()
            book(place.item.impl_code, slots[number % len(slots)].id, by=me.actor)
            answers.append("booked")
        except Refused as refused:
            answers.append(refused.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(one, range(12)))
    assert sorted(answers) == ["booked", *["portal.booked_already"] * 11]
    assert sum(Slot.objects.values_list("booked", flat=True)) == 1
