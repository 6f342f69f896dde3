"""The life of a version, and what the database itself refuses."""

import threading
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg.types.range import DateRange

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError, Refused
from kapok.kernel.common.ids import uuid7
from kapok.services.items.errors import Overlap
from kapok.services.items.models import CatalogueEntry, Item, ItemVersion, State, Validity
from kapok.services.items.public import (
    cancel_item,
    compiled,
    delete_draft,
    history_of,
    item_by_number,
    item_in_force,
    open_draft,
    publish,
    save_elements,
)
from kapok.services.items.rules import life
from kapok.services.items.tests.factories import SYSTEM, law_of, published

pytestmark = pytest.mark.feature("09.03")
STATES = ("draft", "in_review", "returned", "reviewed", "published")


def reviewed(item: Item) -> ItemVersion:
    """A next version, ready to publish."""
    version = open_draft(item.impl_code, by=SYSTEM)
    save_elements(version.id, {"promised": {"value": 6, "unit": "work_day"}}, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state=State.REVIEWED)
    return ItemVersion.objects.select_related("item__base", "item__org").get(id=version.id)


@pytest.mark.parametrize("state", STATES)
def test_each_step_is_open_in_its_own_states_only(state: str):
    today = date(2026, 3, 1)
    assert bool(life.may_edit(state)) == (state in ("draft", "returned"))
    assert bool(life.may_delete(state)) == (state in ("draft", "returned"))
    assert bool(life.may_submit(state)) == (state in ("draft", "returned"))
    assert bool(life.may_review(state)) == (state == "in_review")
    assert bool(life.may_publish(state, today, None, today=today)) == (state == "reviewed")


def test_law_begins_today_or_later_and_ends_after_it_begins():
    today = date(2026, 3, 1)
    assert life.may_publish("reviewed", today - timedelta(1), None, today=today).code == "items.past"
    assert life.may_publish("reviewed", today, today, today=today).code == "items.period"
    assert life.may_publish("reviewed", today, today + timedelta(1), today=today)


@pytest.mark.django_db
def test_publishing_ends_the_version_before_on_that_day(item: Item):
    day = clock.today() + timedelta(10)
    version = publish(reviewed(item).id, day, by=SYSTEM)
    assert version.number == 2
    first, second = Validity.objects.filter(item=item).order_by("period")
    assert (first.period.upper, second.period.lower, second.period.upper) == (day, day, None)
    assert item_in_force(item.impl_code, day - timedelta(1)).number == 1  # type: ignore[union-attr]  # in force
    assert item_in_force(item.impl_code, day).number == 2  # type: ignore[union-attr]  # in force


@pytest.mark.django_db
def test_a_planned_end_is_kept(item: Item):
    ends = clock.today() + timedelta(30)
    version = publish(reviewed(item).id, clock.today(), cancel_on=ends, by=SYSTEM)
    law = compiled(version.id)
    assert (law.effective_on, law.cancelled_on) == (clock.today(), ends)
    assert item_in_force(item.impl_code, ends) is None


CHANGES = (
    "update items_version set elements = '{}' where id = %s",
    "update items_version set digest = 'x' where id = %s",
    "update items_version set state = 'draft' where id = %s",
    "update items_version set note = note where id = %s",
    "update items_version set compiled = compiled where id = %s",
    "delete from items_version where id = %s",
    "delete from items_validity where version_id = %s",
    "update items_validity set period = daterange('2020-01-01', null) where version_id = %s",
    "update items_validity set period = daterange('2026-01-01', '2026-02-01') where version_id = %s",
)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["owner", "application"])
@pytest.mark.parametrize("statement", CHANGES)
def test_a_published_row_cannot_be_changed_by_any_statement(item: Item, statement: str, role: str):
    """Neither by who owns the tables nor by a role that may write them."""
    version = law_of(item).id
    before = ItemVersion.objects.filter(id=version).values().get()
    with connection.cursor() as cursor:
        if role == "application":
            cursor.execute("create role items_test_writer nologin")
            cursor.execute("grant usage on schema public to items_test_writer")
            cursor.execute("grant select, insert, update, delete on all tables in schema public to items_test_writer")
            cursor.execute("set local role items_test_writer")
        cursor.execute("select current_user = tableowner from pg_tables where tablename = 'items_version'")
        assert cursor.fetchone() == (role == "owner",)
        with pytest.raises(DatabaseError, match=r"items\.immutable"), transaction.atomic():
            cursor.execute(statement, [version])
        cursor.execute("reset role")
    assert ItemVersion.objects.filter(id=version).values().get() == before


@pytest.mark.django_db
def test_two_versions_in_force_on_one_day_are_refused_by_the_database(item: Item):
    version = ItemVersion.objects.create(item=item, number=9, state=State.PUBLISHED, made_at=clock.now(), edited_at=clock.now(), id=uuid7())
    with pytest.raises(IntegrityError, match="items_validity_no_overlap"), transaction.atomic():
        Validity.objects.create(version=version, item=item, period=DateRange(date(2025, 6, 1), date(2025, 7, 1)))


@pytest.mark.django_db
def test_other_items_do_not_stand_in_each_others_way(org: Any):
    assert published(org).id != published(org).id
    assert Validity.objects.count() == 2


@pytest.mark.django_db
def test_nothing_is_published_before_what_is_already_planned(item: Item):
    publish(reviewed(item).id, clock.today() + timedelta(10), by=SYSTEM)
    with pytest.raises(Overlap):
        publish(reviewed(item).id, clock.today() + timedelta(5), by=SYSTEM)
    assert Validity.objects.filter(item=item).count() == 2


@pytest.mark.django_db
def test_only_drafts_are_deleted(item: Item):
    with pytest.raises(Refused) as refused:
        delete_draft(law_of(item).id, by=SYSTEM)
    assert refused.value.code == "items.not_a_draft"
    version = open_draft(item.impl_code, by=SYSTEM)
    for state in ("in_review", "reviewed"):
        ItemVersion.objects.filter(id=version.id).update(state=state)
        with pytest.raises(Refused):
            delete_draft(version.id, by=SYSTEM)
        with pytest.raises(DatabaseError, match="only a draft"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("delete from items_version where id = %s", [version.id])
    ItemVersion.objects.filter(id=version.id).update(state="draft")
    delete_draft(version.id, by=SYSTEM)
    assert not ItemVersion.objects.filter(id=version.id).exists()


@pytest.mark.django_db
def test_an_item_has_one_open_version(item: Item):
    open_draft(item.impl_code, by=SYSTEM)
    with pytest.raises(Refused) as refused:
        open_draft(item.impl_code, by=SYSTEM)
    assert refused.value.code == "items.draft_exists"


@pytest.mark.django_db
def test_cancelling_ends_the_item_and_keeps_its_versions(item: Item):
    day = clock.today() + timedelta(3)
    cancel_item(item.impl_code, day, "依据已废止", by=SYSTEM)
    assert item_in_force(item.impl_code, day) is None
    assert item_in_force(item.impl_code) is not None
    assert item_by_number(item.impl_code, 1) is not None
    with clock.frozen(clock.at(day, 1)):
        assert [line.state for line in history_of(item)] == ["cancelled"]
    with pytest.raises(Refused) as refused:
        cancel_item(item.impl_code, day, "再次", by=SYSTEM)
    assert refused.value.code == "items.nothing_to_cancel"


@pytest.mark.django_db
def test_cancelling_also_takes_back_what_was_planned(item: Item):
    publish(reviewed(item).id, clock.today() + timedelta(10), by=SYSTEM)
    cancel_item(item.impl_code, clock.today(), "机构改革", by=SYSTEM)
    assert item_in_force(item.impl_code, clock.today() + timedelta(20)) is None
    assert not CatalogueEntry.objects.filter(item=item).exists()


@pytest.mark.django_db
def test_lists_follow_on_the_day_a_version_begins(item: Item):
    from kapok.kernel.jobs.public import fire_due

    day = clock.today() + timedelta(10)
    second = publish(reviewed(item).id, day, by=SYSTEM)
    assert CatalogueEntry.objects.get(item=item).version_id != second.id
    with clock.frozen(clock.at(day, 0, 5)):
        fire_due()
        assert CatalogueEntry.objects.get(item=item).version_id == second.id


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_publishes_one_wins(tmp_path: Any):
    from kapok.kernel.regions.tests.factories import small_province
    from kapok.services.items.tests.factories import city_org

    small_province(tmp_path)
    item = published(city_org())
    version = reviewed(item)
    outcomes = race(version.id, clock.today())
    assert sorted(outcomes) == ["items.not_reviewed", "items.not_reviewed", "items.not_reviewed", "won"]
    assert Validity.objects.filter(item=item).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_transactions_that_write_overlapping_days_the_database_lets_one_through(tmp_path: Any):
    """Below every action: both have looked, neither has seen the other, and the constraint decides."""
    from kapok.kernel.regions.tests.factories import small_province
    from kapok.services.items.tests.factories import city_org

    small_province(tmp_path)
    item = published(city_org())
    days = DateRange(date(2040, 1, 1), date(2040, 7, 1)), DateRange(date(2040, 6, 30), None)
    cancel_item(item.impl_code, date(2039, 1, 1), "让位", by=SYSTEM)
    told: list[str] = []
    both = threading.Barrier(2)

    def write(number: int, period: DateRange) -> None:
        now = clock.now()
        try:
            with transaction.atomic():
                version = ItemVersion.objects.create(item=item, number=number, state=State.PUBLISHED, made_at=now, edited_at=now)
                both.wait()
                Validity.objects.create(version=version, item=item, period=period)
            told.append("written")
        except DatabaseError as error:  # each may find the other's row and wait for it: then one is told of a deadlock
            told.append("refused" if "items_validity_no_overlap" in str(error) or "deadlock" in str(error) else str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(7 + n, period)) for n, period in enumerate(days)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["refused", "written"]


def race(version_id: UUID, day: date) -> list[str]:
    """Four threads publish the same version at once; what each was told."""
    outcomes: list[str] = []
    ready = threading.Barrier(4)

    def go() -> None:
        try:
            ready.wait()
            publish(version_id, day, by=SYSTEM)
            outcomes.append("won")
        except KapokError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
