"""Numbers are gapless and given once."""

import threading

import pytest
from django.db import connection, transaction

from kapok.kernel.numbers import public as numbers
from kapok.kernel.numbers.models import Counter

pytestmark = [pytest.mark.django_db, pytest.mark.feature("08.06", part="number")]


def at_once(count: int, work) -> None:
    def run(place: int) -> None:
        try:
            work(place)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_twelve_takers_of_a_thousand_leave_no_gap_and_no_duplicate_though_a_third_roll_back():
    taken: list[int] = []

    def work(place: int) -> None:
        for turn in range(84):
            try:
                with transaction.atomic():
                    value = numbers.take("serial4", "item/20261125")
                    if (place + turn) % 3 == 0:
                        raise RuntimeError
            except RuntimeError:
                continue
            taken.append(value)

    at_once(12, work)
    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert len(taken) == 12 * 84 * 2 // 3


def test_each_key_and_each_profile_counts_for_itself():
    assert [numbers.take("serial4", "a"), numbers.take("serial4", "b"), numbers.take("other", "a")] == [1, 1, 1]
    assert numbers.take_text("serial4", "a") == "0002"


def test_a_number_costs_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        numbers.take("serial4", "a")


@pytest.fixture
def told():
    heard: list[tuple[str, str, int]] = []
    numbers.alarms.put("test", lambda profile, key, value: heard.append((profile.name, key, value)))
    yield heard
    numbers.alarms._entries.pop("test")


@pytest.mark.django_db(transaction=True)
def test_number_10000_of_a_day_is_issued_and_alarmed_once_after_commit(told):
    Counter.objects.create(profile="serial4", key="k", value=9998)
    assert numbers.take_text("serial4", "k") == "9999"
    assert told == []
    with transaction.atomic():
        assert numbers.take_text("serial4", "k") == "A000"
        assert told == []
    assert numbers.take_text("serial4", "k") == "A001"
    assert told == [("serial4", "k", 10000)]
    assert [(c.key, c.value) for c in numbers.overflowing()] == [("k", 10001)]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_number_10000_alarms_nobody(told):
    Counter.objects.create(profile="serial4", key="k", value=9999)
    with pytest.raises(RuntimeError), transaction.atomic():
        numbers.take("serial4", "k")
        raise RuntimeError
    assert told == []


@pytest.mark.django_db(transaction=True)
def test_an_alarm_that_fails_does_not_undo_the_number(told):
    numbers.alarms.put("broken", lambda *_: 1 / 0)
    try:
        Counter.objects.create(profile="serial4", key="k", value=9999)
        assert numbers.take("serial4", "k") == 10000
        assert told
    finally:
        numbers.alarms._entries.pop("broken")


def test_an_exhausted_counter_gives_nothing_and_moves_nowhere():
    Counter.objects.create(profile="serial4", key="k", value=1223055)
    with pytest.raises(numbers.NumbersExhausted), transaction.atomic():
        numbers.take_text("serial4", "k")
    assert Counter.objects.get(profile="serial4", key="k").value == 1223055


@pytest.mark.parametrize("profile", [numbers.SERIAL4, numbers.Profile("p", 4, letters=False), numbers.Profile("w", 2)])
def test_the_database_writes_numbers_as_python_does(profile):
    values = [1, 9, 99, 100, 999, 9999, 10000, 10001, 10035, 10036, 46655, 466559, 1223055]
    values = [v for v in values if profile.last is None or v <= profile.last]
    with connection.cursor() as cursor:
        cursor.execute(f"select {profile.sql('v')} from unnest(%s::bigint[]) v", [values])
        assert [row[0] for row in cursor.fetchall()] == [profile.render(v) for v in values]
        if profile.last is not None:
            cursor.execute(f"select {profile.sql('v')} from unnest(%s::bigint[]) v", [[profile.last + 1]])
            assert cursor.fetchone()[0] is None
