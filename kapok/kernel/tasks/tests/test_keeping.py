"""The to-dos of many sources in a few statements: opened, moved, closed as done or withdrawn, once each."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.access.public import system_actor
from kapok.kernel.common import clock
from kapok.kernel.journal.models import Entry
from kapok.kernel.tasks.public import Keeping, Owner, Queue, Task, keep_tasks_of, move_dues

pytestmark = [pytest.mark.django_db, pytest.mark.feature("08.03", part="tasks")]
BY = system_actor("测试")


def wanted(code: str, for_: Owner | Queue, **more: Any) -> Keeping:
    return Keeping(code, for_, "审查", "Examine", "/work/", **more)


def standing(source: UUID) -> list[tuple[str, str]]:
    return list(Task.objects.filter(source=source).order_by("opened_at", "id").values_list("code", "state"))


def test_each_source_has_the_one_task_it_wants_and_the_others_end() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    queue = Queue(7, "tests.do", 3)
    keep_tasks_of("case", {one: wanted("a", queue), two: wanted("a", queue), three: None}, by=BY)
    kept = Task.objects.get(source=one).id
    Task.objects.filter(id=kept).update(taken_by=uuid4())
    keep_tasks_of("case", {one: wanted("a", queue), two: wanted("b", queue)}, done=[two], by=BY)
    assert Task.objects.get(source=one).taken_by is not None, "nothing moved, nothing is freed"
    holder = Owner(uuid4())
    keep_tasks_of("case", {one: wanted("a", holder), two: None}, by=BY)
    moved = Task.objects.get(source=one)
    assert (moved.id, moved.owner, moved.scope, moved.taken_by) == (kept, holder.id, None, None)
    assert (standing(one), standing(two), standing(three)) == ([("a", "open")], [("a", "done"), ("b", "withdrawn")], [])
    told = Entry.objects.filter(about__in=[one, two]).order_by("id").values_list("event", flat=True)
    assert sorted(told) == ["tasks.closed", "tasks.closed", "tasks.opened", "tasks.opened", "tasks.opened"]


def test_many_sources_take_no_more_statements_than_a_few() -> None:
    counts = []
    for many in (2, 40):
        sources = [uuid4() for _ in range(many)]
        keep_tasks_of("case", {each: wanted("a", Queue(7, "tests.do")) for each in sources}, by=BY)
        half = {each: wanted("b" if n % 2 else "a", Owner(uuid4())) for n, each in enumerate(sources)}
        with CaptureQueriesContext(connection) as asked:
            keep_tasks_of("case", half, by=BY)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_open_tasks_follow_the_dates_of_their_sources() -> None:
    one, due = uuid4(), clock.now() + timedelta(days=3)
    keep_tasks_of("case", {one: wanted("a", Queue(7, "tests.do"), due=clock.now())}, by=BY)
    move_dues("question", {one: due})
    assert Task.objects.get(source=one).due_at != due
    move_dues("case", {one: due, uuid4(): due})
    assert Task.objects.get(source=one).due_at == due
