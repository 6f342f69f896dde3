"""Before a version goes live, what hangs on the old one is counted, and a policy is demanded for each."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError
from kapok.services.items.models import ImpactChoice, Item, ItemVersion, State, Validity
from kapok.services.items.public import (
    BLOCK,
    FORWARD,
    KEEP,
    OLD_UNTIL,
    ImpactSource,
    Policy,
    Touched,
    cancel_item,
    impact_sources,
    item_in_force,
    open_draft,
    preview_impact,
    publish,
    save_elements,
)
from kapok.services.items.queries.impact import Impact, may_go_on
from kapok.services.items.tests.factories import SYSTEM, law_of

pytestmark = [pytest.mark.feature("08.20"), pytest.mark.feature("09.18", part="registry")]


class Drafts:
    """A small app above: drafts by the version they were begun on."""

    def __init__(self) -> None:
        self.version_of: dict[int, Any] = {}

    def count(self, change: Touched) -> int:
        return sum(version == change.from_version for version in self.version_of.values())

    def apply(self, change: Touched, policy: Policy) -> int:
        touched = [key for key, version in self.version_of.items() if version == change.from_version]
        if policy.policy == FORWARD:
            self.version_of.update(dict.fromkeys(touched, change.to_version))
        return len(touched)


@pytest.fixture
def drafts() -> Iterator[Drafts]:
    app = Drafts()
    impact_sources.put("test.drafts", ImpactSource("test.drafts", "测试草稿", (OLD_UNTIL, FORWARD, BLOCK), app.count, app.apply))
    yield app
    impact_sources._entries.pop("test.drafts")


def reviewed(item: Item) -> ItemVersion:
    version = open_draft(item.impl_code, by=SYSTEM)
    save_elements(version.id, {"promised": {"value": 6}}, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state=State.REVIEWED)
    return version


def code_of(version: ItemVersion, **policies: Any) -> str:
    with pytest.raises(KapokError) as refused:
        publish(version.id, clock.today(), by=SYSTEM, **policies)
    assert ItemVersion.objects.get(id=version.id).state == State.REVIEWED
    return refused.value.code


@pytest.mark.django_db
def test_publishing_with_an_open_count_and_no_policy_is_refused(item: Item, drafts: Drafts):
    drafts.version_of = {1: law_of(item).id, 2: law_of(item).id}
    version = reviewed(item)
    change = Touched(item.id, item.impl_code, law_of(item).id, version.id, clock.today())
    assert {i.source.key: i.count for i in preview_impact(change)}["test.drafts"] == 2
    assert code_of(version) == "items.policy_missing"
    assert code_of(version, policies={"test.drafts": Policy(KEEP)}) == "items.policy_unknown"
    assert code_of(version, policies={"test.drafts": Policy(BLOCK)}) == "items.blocked"
    assert code_of(version, policies={"test.drafts": Policy(OLD_UNTIL)}) == "items.policy_date"
    assert code_of(version, policies={"test.drafts": Policy(OLD_UNTIL, clock.today() - timedelta(1))}) == "items.policy_date"
    assert Validity.objects.filter(item=item).count() == 1


@pytest.mark.django_db
def test_with_a_policy_it_is_carried_out_in_the_same_transaction_and_written_down(item: Item, drafts: Drafts):
    drafts.version_of = {1: law_of(item).id}
    version = reviewed(item)
    publish(version.id, clock.today(), policies={"test.drafts": Policy(FORWARD)}, by=SYSTEM)
    assert drafts.version_of == {1: version.id}
    choice = ImpactChoice.objects.get(version=version)
    assert (choice.source, choice.counted, choice.policy, choice.effect) == ("test.drafts", 1, FORWARD, 1)
    assert item_in_force(item.impl_code).number == 2  # type: ignore[union-attr]  # in force


@pytest.mark.django_db
def test_without_anything_touched_no_policy_is_asked(item: Item, drafts: Drafts):
    publish(reviewed(item).id, clock.today(), by=SYSTEM)
    assert not ImpactChoice.objects.exists()


@pytest.mark.django_db
def test_cancelling_asks_too(item: Item, drafts: Drafts):
    drafts.version_of = {1: law_of(item).id}
    with pytest.raises(KapokError) as refused:
        cancel_item(item.impl_code, clock.today(), "废止", by=SYSTEM)
    assert refused.value.code == "items.policy_missing"
    cancel_item(
        item.impl_code, clock.today(), "废止", policies={"test.drafts": Policy(OLD_UNTIL, clock.today() + timedelta(30))}, by=SYSTEM
    )
    assert item_in_force(item.impl_code) is None


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=st.integers(0, 5), other=st.integers(0, 5))
def test_the_preview_counts_equal_the_effect_afterwards(item: Item, drafts: Drafts, old: int, other: int):
    law = law_of(item)
    drafts.version_of = dict.fromkeys(range(old), law.id) | {100 + n: "another" for n in range(other)}
    version = reviewed(item)
    day = (Validity.objects.get(version=law).period.lower or clock.today()) + timedelta(1)
    day = max(day, clock.today())
    counted = {i.source.key: i.count for i in preview_impact(Touched(item.id, item.impl_code, law.id, version.id, day))}["test.drafts"]
    publish(version.id, day, policies={"test.drafts": Policy(FORWARD)}, by=SYSTEM)
    assert counted == old == sum(v == version.id for v in drafts.version_of.values())


def test_every_open_source_is_named():
    source = ImpactSource("a", "甲系统", (KEEP,), lambda change: 1)
    other = ImpactSource("b", "乙系统", (KEEP,), lambda change: 1)
    verdict = may_go_on([Impact(source, 1), Impact(other, 2)], {}, clock.today())
    assert verdict.data["sources"] == "甲系统、乙系统"
    assert may_go_on([Impact(source, 0)], {}, clock.today())
