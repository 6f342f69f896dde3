"""The page of tasks, for the browser sweeps."""

from datetime import timedelta
from itertools import count
from typing import Any

from kapok.kernel.access.public import system_actor
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common import clock
from kapok.kernel.common.ids import uuid7
from kapok.kernel.tasks.public import Owner, open_task
from kapok.kernel.ui.public import Sample

BY = system_actor("演示")
_made = count(1)


def busy_clerk() -> Any:
    """An account with tasks due yesterday, today, next week and never."""
    account = open_account(f"tasks-{next(_made)}", "王晓芸", "staff", by=BY)
    for number, days in enumerate((-1, 0, 7, None)):
        due = None if days is None else clock.now() + timedelta(days=days)
        title, english = f"受理：食品经营许可（新办）{number}", f"Accept: food business licence (new) {number}"
        open_task(("case", uuid7()), "accept", for_=Owner(account.id), title=title, title_en=english, link="/work/", by=BY, due=due)
    return account


def idle_clerk() -> Any:
    return open_account(f"tasks-{next(_made)}", "李文", "staff", by=BY)


PAGES = [Sample("tasks:mine", login=busy_clerk), Sample("tasks:mine", login=idle_clerk, name="tasks:none")]
