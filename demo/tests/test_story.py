"""The story plays through the real actions to its end, with the dates the law gives."""

import io

import pytest
from rich.console import Console

from demo import story
from demo.cast import open_accounts
from demo.seed import items_in_force
from demo.trust import license_companies, publish_types, seal_agencies
from kapok.kernel.access.public import system_actor
from kapok.kernel.calendar.public import current
from kapok.kernel.common import clock, partitions
from kapok.services.intake.public import Case, acts_of


def cast():
    """The accounts, and what the story's licences stand on."""
    partitions.ensure()
    accounts = open_accounts(by=system_actor("演示"))
    publish_types()
    seal_agencies(items_in_force())
    license_companies(accounts.companies, accounts.said)
    return accounts


@pytest.fixture
def played(catalogue):
    screen = io.StringIO()
    cases = story.tell(cast(), Console(file=screen, width=200))
    return [Case.objects.get(id=case) for case in cases], screen.getvalue()


def test_the_story_ends_as_it_should_and_says_why_each_date_is_what_it_is(played):
    (restaurant, silence, elsewhere, village), told = played
    assert [case.state for case in (restaurant, silence, elsewhere, village)] == ["collected", "accepted", "closed", "closed"]
    assert [a.act for a in acts_of(restaurant.id)] == [
        "apply", "request_correction", "accept_correction", "examine", "request_special", "conclude_special", "examine", "request_special",
        "decide", "collect",
    ]  # fmt: skip
    assert [(a.act, a.outcome) for a in acts_of(silence.id)] == [("apply", "filed"), ("accept", "deemed")]
    assert elsewhere.org.key == "gz_fund" and elsewhere.seats.count() == 1
    assert "window.zq.cross 可见、clerk.gz.fund 可见、clerk.dz.health 不可见" in told
    assert told.count("结论：有效") == 2, "both files of the restaurant's licence verify"
    for words in ("承诺时限", "暂停", "延长5天", "视为受理", "当日不计", "届满"):
        assert words in told
    calendar = current()
    accepted = clock.local(restaurant.accepted_at).date()
    pause, extension = 5, 5  # the pause: from the 6th to the 11th working day of the story
    assert clock.local(restaurant.due_promised).date() == calendar.add_working_days(accepted, 6 + pause + extension)


def test_a_node_is_told_the_story_once(catalogue):
    accounts = cast()
    assert not story.told(accounts)
    story.tell(accounts, Console(file=io.StringIO(), width=200))
    assert story.told(accounts)
