"""The sealed order: dense, chained, in the order of each subject, and only ever added to."""

import threading
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from kapok.kernel.common import clock, partitions
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import Forbidden, NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.followers import subscriptions
from kapok.kernel.journal.models import DeadLetter, Entry, Follower, Place
from kapok.kernel.journal.public import (
    Sealed,
    action,
    begin,
    dead_letters,
    follow_all,
    history,
    record,
    seal_new,
    send_letter_again,
    set_letter_aside,
    subscriber,
    verify,
)

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Noted:
    name: ClassVar[str] = "test.noted"
    text: str


class Somebody:
    ref = ActorRef("system", "测试")

    def may(self, deed: str, thing: object = None) -> bool:
        return True


@pytest.fixture(autouse=True)
def journal(transactional_db: None) -> None:
    partitions.ensure()
    begin()


@action("test.note")
def note(about: UUID, text: str, *, personal: dict[str, str] | None = None) -> UUID:
    return record(Somebody(), Noted(text), about=about, kind="thing", personal=None)


@action("test.outer")
def outer(about: UUID) -> None:
    note(about, "inner")
    record(Somebody(), Noted("outer"), about=about, kind="thing")


def test_entries_are_sealed_densely_and_the_chain_verifies() -> None:
    things = [uuid7() for _ in range(3)]
    for n in range(30):
        note(things[n % 3], f"note {n}")
    assert seal_new() == 30
    assert seal_new() == 0
    assert list(Place.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 31))
    assert verify() == (30, None)


def test_a_rolled_back_action_leaves_nothing_to_seal() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note(uuid7(), "never")
        raise ZeroDivisionError
    assert seal_new() == 0


def test_an_entry_changed_by_the_database_owner_is_found() -> None:
    thing = uuid7()
    for n in range(5):
        note(thing, f"note {n}")
    seal_new()
    with connection.cursor() as cursor:
        cursor.execute("alter table journal_entry disable trigger journal_entry_kept")
        cursor.execute("update journal_entry set data = '{\"text\": \"forged\"}' where data->>'text' = 'note 2'")
        cursor.execute("alter table journal_entry enable trigger journal_entry_kept")
    assert verify() == (2, 3)


def test_the_journal_refuses_update_and_delete() -> None:
    note(uuid7(), "kept")
    for statement in ("update journal_entry set action = 'x'", "delete from journal_entry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_verb_inside_a_verb_has_the_outer_one_as_cause() -> None:
    thing = uuid7()
    outer(thing)
    inner_entry, outer_entry = history(thing)
    assert inner_entry.cause == outer_entry.run
    assert outer_entry.cause is None


def test_no_subject_sees_its_entries_out_of_order_under_concurrency() -> None:
    """Eight writers over few subjects, a sealer polling meanwhile: sequence per subject equals the order of locking."""
    things = [uuid7() for _ in range(4)]
    with connection.cursor() as cursor:
        cursor.execute("create table test_subject (id uuid primary key, n int not null)")
        cursor.executemany("insert into test_subject values (%s, 0)", [(thing,) for thing in things])
    stop = threading.Event()
    sealer = threading.Thread(target=_seal_until, args=(stop,))
    writers = [threading.Thread(target=_write, args=(things, seed)) for seed in range(8)]
    sealer.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    sealer.join()
    seal_new()
    with connection.cursor() as cursor:
        cursor.execute("select e.about, (e.data->>'text')::int from journal_place p join journal_entry e on e.id = p.entry order by p.seq")
        seen: dict[UUID, int] = {}
        for about, n in cursor.fetchall():
            assert n == seen.get(about, 0) + 1
            seen[about] = n
        cursor.execute("drop table test_subject")
    assert sum(seen.values()) == 8 * 25
    assert verify()[1] is None


def _write(things: list[UUID], seed: int) -> None:
    for n in range(25):
        _count(things[(seed + n) % len(things)])
    connection.close()


@action("test.count")
def _count(thing: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update test_subject set n = n + 1 where id = %s returning n", [thing])
        record(Somebody(), Noted(str(cursor.fetchone()[0])), about=thing, kind="thing")


def _seal_until(stop: threading.Event) -> None:
    while not stop.is_set():
        seal_new()
        stop.wait(0.005)
    connection.close()


def test_a_subscriber_gets_every_entry_once_and_a_failing_one_tries_again() -> None:
    taken: list[str] = []
    broken = [True]

    @subscriber("test.taker", events=("test.noted",))
    def take(batch: list[object]) -> None:
        if broken[0]:
            raise RuntimeError("not yet")
        taken.extend(entry.data["text"] for entry in batch)  # type: ignore[attr-defined]  # entries are Sealed

    for n in range(3):
        note(uuid7(), str(n))
    seal_new()
    follow_all()
    assert taken == []
    assert Follower.objects.get(name="test.taker").tries == 1
    broken[0] = False
    Follower.objects.filter(name="test.taker").update(retry_at=None)
    for _ in range(4):
        follow_all()
    assert taken == ["0", "1", "2"]
    subscriptions._entries.pop("test.taker")


def test_an_entry_that_cannot_be_taken_is_put_aside_until_an_operator_sends_it_again_or_takes_it_away() -> None:
    taken: list[str] = []
    refused = {"1", "2"}

    @subscriber("test.choosy", events=("test.noted",))
    def take(batch: list[Sealed]) -> None:
        texts = [entry.data["text"] for entry in batch]
        if refused & set(texts):
            raise ValueError(f"cannot take {texts[0]}\nDETAIL: what stood in the row")
        taken.extend(texts)

    for n in range(4):
        note(uuid7(), str(n))
    seal_new()
    for _ in range(40):
        Follower.objects.update(retry_at=None)
        follow_all()
    assert taken == ["0", "3"]
    second, first = dead_letters()
    assert (first.seq, first.error) == (2, "ValueError: cannot take 1")

    send_letter_again(first.id, by=Somebody())
    follow_all()
    assert [letter.again for letter in dead_letters()] == [False, False], "it failed again and stands again"
    refused.clear()
    send_letter_again(first.id, by=Somebody())
    set_letter_aside(second.id, by=Somebody())
    follow_all()
    follow_all()
    assert (taken, dead_letters()) == (["0", "3", "1"], [])
    said = Entry.objects.filter(about_kind="letter").order_by("id").values_list("event", "data__seq")
    assert list(said) == [("journal.letter_sent_again", 2), ("journal.letter_sent_again", 2), ("journal.letter_set_aside", 3)]
    with pytest.raises(NotHere):
        send_letter_again(first.id, by=Somebody())
    subscriptions._entries.pop("test.choosy")


def test_who_may_not_manage_background_work_settles_no_letter() -> None:
    class Nobody(Somebody):
        def may(self, deed: str, thing: object = None) -> bool:
            return False

    letter = DeadLetter.objects.create(follower="test.gone", seq=1, entry=uuid7(), error="x", at=clock.wall())
    for verb in (send_letter_again, set_letter_aside):
        with pytest.raises(Forbidden):
            verb(letter.id, by=Nobody())
    assert dead_letters() == [letter] and not letter.again
