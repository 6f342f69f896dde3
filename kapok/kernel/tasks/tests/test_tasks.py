"""Tasks wait for the right people and go when their source takes them back."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from kapok.kernel.access.public import ANONYMOUS, Actor, Reach, lane, register_deeds, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.actors import ActorRef
from kapok.kernel.common.errors import NotHere
from kapok.kernel.common.ids import uuid7
from kapok.kernel.journal.public import Entry
from kapok.kernel.tasks import public as tasks
from kapok.kernel.tasks.models import Task

pytestmark = [pytest.mark.django_db, pytest.mark.feature("08.03", part="tasks")]
BY = system_actor("test")


@pytest.fixture(autouse=True)
def known_deeds():
    register_deeds({"test.accept": ("clerk", "leader"), "test.approve": ("approver",)})
    yield
    from kapok.kernel.access import deeds

    deeds._deeds.pop("test.accept"), deeds._deeds.pop("test.approve")


def actor(**roles: Reach) -> Actor:
    account = uuid7()
    return Actor(ActorRef("staff", "x", account=account), account=account, kind="staff", roles=roles)


def clerk(*scopes: int, lanes: tuple[int, ...] = ()) -> Actor:
    return actor(clerk=Reach(scopes=frozenset(scopes), lanes=frozenset(lanes)))


def opened(scope: int = 7, item: int = 0, code: str = "accept", deed: str = "test.accept", source=None, due=None):
    return tasks.open_task(
        ("case", source or uuid7()), code, for_=tasks.Queue(scope, deed, item), title="受理：食品经营许可", link="/work/x", by=BY, due=due
    )


def seen(who: Actor) -> list:
    return [task.id for task in tasks.my_tasks(who)]


def test_a_queue_is_seen_by_whoever_may_do_its_deed_in_its_scope_and_by_nobody_else():
    task = opened(scope=7)
    assert seen(clerk(7)) == [task] == seen(actor(leader=Reach(everywhere=True)))
    for other in (clerk(8), actor(approver=Reach(scopes=frozenset({7}))), actor(), clerk(), ANONYMOUS):
        assert seen(other) == []
        with pytest.raises(NotHere):
            tasks.task_for(other, task)


def test_a_grant_for_one_item_sees_the_tasks_of_that_item_only():
    one, other = opened(7, item=3), opened(7, item=4)
    assert seen(clerk(lanes=(lane(7, 3),))) == [one]
    assert seen(clerk(7)) == [one, other]


def test_an_owners_task_is_his_alone_and_a_partys_follows_whom_one_acts_as():
    anna, company = actor(), uuid7()
    task = tasks.open_task(("case", uuid7()), "correct", for_=tasks.Owner(anna.account), title="补正", link="/x", by=BY)
    theirs = tasks.open_task(("case", uuid7()), "correct", for_=tasks.Owner(company), title="补正", link="/x", by=BY)
    assert seen(anna) == [task]
    agent = Actor(ActorRef("person", "x", account=uuid7()), account=uuid7(), kind="person", party=uuid7(), acts_for=company)
    assert seen(agent) == [theirs]
    assert seen(clerk(7)) == []


def test_opening_again_brings_the_task_up_to_date_and_keeps_its_id():
    source = uuid7()
    first = opened(7, source=source)
    assert opened(8, source=source, due=clock.now()) == first
    row = Task.objects.get(id=first)
    assert (row.scope, Task.objects.count()) == (8, 1)
    assert Entry.objects.filter(about=source, event="tasks.opened").count() == 1


def test_the_source_withdraws_what_it_opened_and_may_open_it_anew():
    source, who = uuid7(), clerk(7)
    first, second = opened(source=source), opened(source=source, code="check")
    assert tasks.close_tasks(("case", source), "accept", by=BY) == 1
    assert tasks.close_tasks(("case", source), by=BY, done=False) == 1
    assert tasks.close_tasks(("case", source), by=BY) == 0
    assert {row.id: row.state for row in Task.objects.all()} == {first: "done", second: "withdrawn"}
    assert seen(who) == []
    assert opened(source=source) not in (first, second)


@pytest.mark.django_db(transaction=True)
def test_of_eight_takers_one_gets_the_task_and_the_others_hear_that_it_is_taken():
    task, results = opened(7), []

    def work() -> None:
        try:
            tasks.take_task(task, by=clerk(7))
            results.append("got")
        except tasks.TaskTaken:
            results.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["got"] + ["taken"] * 7


def test_a_taken_task_leaves_the_queue_until_it_is_given_back_by_its_taker():
    anna, ben, task = clerk(7), clerk(7), opened(7)
    tasks.take_task(task, by=anna)
    assert (seen(anna), seen(ben)) == ([task], [])
    with pytest.raises(NotHere):
        tasks.release_task(task, by=ben)
    with pytest.raises(NotHere):
        tasks.take_task(task, by=clerk(8))
    tasks.release_task(task, by=anna)
    assert seen(ben) == [task]


def test_a_task_moved_to_another_queue_is_no_longer_anybodys():
    anna, source = clerk(7), uuid7()
    task = opened(7, source=source)
    tasks.take_task(task, by=anna)
    opened(8, source=source)
    assert (seen(anna), seen(clerk(8))) == ([], [task])


def test_tasks_due_first_come_first_and_the_count_stops_at_its_ceiling():
    now = clock.now()
    late, none, soon = opened(due=now + timedelta(days=3)), opened(), opened(due=now)
    assert seen(clerk(7)) == [soon, late, none]
    assert tasks.count_tasks(clerk(7), most=2) == 2


def test_the_list_and_the_count_are_one_statement_each(django_assert_num_queries):
    for _ in range(5):
        opened()
    with django_assert_num_queries(1):
        assert len(seen(actor(clerk=Reach(scopes=frozenset({7})), approver=Reach(scopes=frozenset({9}))))) == 5
    with django_assert_num_queries(1):
        tasks.count_tasks(clerk(7))


def test_the_page_lists_titles_with_their_links(rf):
    from kapok.kernel.tasks.web.pages import mine

    opened(due=clock.now())
    request = rf.get("/work/tasks/")
    request.actor = clerk(7)
    text = mine(request).content.decode()
    assert "受理：食品经营许可" in text and 'href="/work/x"' in text


def test_the_page_goes_by_due_date_over_its_pages_and_keeps_what_has_none(rf, monkeypatch):
    from kapok.kernel.tasks.web import pages

    who, now, seen = clerk(7), clock.now(), []
    dues = [now + timedelta(days=3), None, now + timedelta(days=1), None, now + timedelta(days=2)]
    ids = [opened(due=due) for due in dues]
    real = pages.keyset
    slices = []

    def two(rows, request, **said):
        slices.append(real(rows, request, **said | {"size": 2}))
        return slices[-1]

    monkeypatch.setattr(pages, "keyset", two)
    after = ""
    for _ in range(3):
        request = rf.get("/work/tasks/", {"after": after} if after else {})
        request.actor = who
        pages.mine(request)
        seen += [task.id for task in slices[-1].items]
        after = slices[-1].after
    assert seen == [ids[2], ids[4], ids[0], ids[1], ids[3]] and after is None
