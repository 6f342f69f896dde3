"""A run goes through its steps; who decides is a matter of reach, four eyes and deputies."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from kapok.kernel.access.public import Actor, actor_of_account, grant, register_deeds, scope_of, system_actor
from kapok.kernel.accounts.public import open_account
from kapok.kernel.common import clock
from kapok.kernel.common.errors import KapokError, NotHere
from kapok.kernel.flows.public import (
    PASS,
    RETURN,
    Chain,
    Facts,
    Run,
    RunState,
    Seat,
    Step,
    chains,
    decide,
    deputies_of,
    may_decide,
    name_deputy,
    open_run,
    runs_of,
    start,
    step_of,
    waiting_for,
    withdraw,
)
from kapok.kernel.orgs.tests.factories import make_org

SYSTEM = system_actor("测试")
ANNA, BEN, CLEO = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = clock.wall()
OPEN = Facts("open", True, frozenset(), frozenset(), ANNA)
ACTING = replace(OPEN, for_account=BEN, deputy_from=NOW, deputy_to=NOW + timedelta(1))
register_deeds({"flows.test": ("reviewer",)})
chains.put(
    "test", Chain("test", "测试", (Step("unit", "单位", "flows.test"), Step("city", "市", "flows.test"), Step("top", "省", "flows.test")))
)


@pytest.mark.feature("09.05", part="four eyes, deputies")
@pytest.mark.parametrize(
    ("facts", "outcome", "opinion", "code"),
    [
        (OPEN, PASS, "", ""),
        (OPEN, RETURN, "理由", ""),
        (OPEN, RETURN, " ", "flows.no_opinion"),
        (OPEN, "perhaps", "", "flows.outcome"),
        (OPEN, PASS, "长" * 2001, "flows.opinion_long"),
        (replace(OPEN, state="approved"), PASS, "", "flows.not_open"),
        (replace(OPEN, reaches=False), PASS, "", "flows.not_yours"),
        (replace(OPEN, barred=frozenset({ANNA})), PASS, "", "flows.wrote_it"),
        (replace(OPEN, decided=frozenset({ANNA})), PASS, "", "flows.decided_before"),
        (replace(OPEN, barred=frozenset({ANNA}), four_eyes=False), PASS, "", ""),
        (replace(OPEN, for_account=BEN), PASS, "", "flows.no_deputy"),
        (replace(OPEN, for_account=BEN, deputy_from=NOW, deputy_to=NOW), PASS, "", "flows.no_deputy"),
        (ACTING, PASS, "", ""),
        (replace(ACTING, barred=frozenset({BEN})), PASS, "", "flows.principal_wrote_it"),
        (replace(ACTING, decided=frozenset({BEN})), PASS, "", "flows.decided_before"),
        (replace(ACTING, decided=frozenset({ANNA})), PASS, "", "flows.decided_before"),
    ],
)  # fmt: skip
def test_the_rule_names_its_one_cause(facts: Facts, outcome: str, opinion: str, code: str):
    assert may_decide(facts, outcome, opinion, now=NOW).code == code


def reviewer(scope_org: Any) -> Actor:
    account = open_account(f"flow{uuid4().hex[:8]}", "审核员", "staff", org=scope_org.id, by=SYSTEM)
    grant(account, "reviewer", org=scope_org.id, reason="测试", by=SYSTEM)
    return actor_of_account(account.id)


@pytest.fixture
def offices(province: None) -> list[Any]:
    return [make_org(f"荔湾区第{n}局") for n in range(3)]


@pytest.fixture
def seats(offices: list[Any]) -> list[Seat]:
    return [Seat(key, scope_of(org.id, org.region_id)) for key, org in zip(("unit", "city", "top"), offices, strict=True)]


@pytest.mark.django_db
def test_steps_are_decided_in_order_each_at_its_own_seat(offices: list[Any], seats: list[Seat]):
    first, second, third = (reviewer(org) for org in offices)
    run = start("test", uuid4(), "thing", list(reversed(seats)), by=SYSTEM)
    assert step_of(run).key == "unit"
    with pytest.raises(KapokError, match=r"flows\.not_yours"):
        decide(run.id, PASS, by=second)
    for actor, state in ((first, RunState.OPEN), (second, RunState.OPEN), (third, RunState.APPROVED)):
        run = decide(run.id, PASS, by=actor)
        assert run.state == state
    assert [d.step for r in runs_of(run.about) for d in r.decisions.all()] == ["unit", "city", "top"]
    assert open_run(run.about) is None


@pytest.mark.django_db
def test_a_step_without_a_seat_is_left_out_and_no_seat_at_all_is_refused(offices: list[Any], seats: list[Seat]):
    run = start("test", uuid4(), "thing", seats[:1], by=SYSTEM)
    assert decide(run.id, PASS, by=reviewer(offices[0])).state == RunState.APPROVED
    with pytest.raises(KapokError, match=r"flows\.no_seat"):
        start("test", uuid4(), "thing", [], by=SYSTEM)


@pytest.mark.django_db
def test_a_return_ends_the_run_and_another_may_begin(offices: list[Any], seats: list[Seat]):
    about = uuid4()
    run = start("test", about, "thing", seats, by=SYSTEM)
    with pytest.raises(KapokError, match=r"flows\.already_open"):
        start("test", about, "thing", seats, by=SYSTEM)
    assert decide(run.id, RETURN, "请修改", by=reviewer(offices[0])).state == RunState.RETURNED
    again = start("test", about, "thing", seats, by=SYSTEM)
    withdraw(again.id, by=SYSTEM)
    with pytest.raises(KapokError, match=r"flows\.not_open"):
        withdraw(again.id, by=SYSTEM)


@pytest.mark.django_db
def test_who_is_away_names_a_deputy_for_a_time(offices: list[Any], seats: list[Seat]):
    principal, deputy = reviewer(offices[0]), reviewer(offices[1])
    assert deputy.account is not None and principal.account is not None
    run = start("test", uuid4(), "thing", seats, by=SYSTEM)
    for ends, code in ((clock.now() - timedelta(hours=2), "flows.deputy_dates"),):
        with pytest.raises(KapokError, match=code.replace(".", r"\.")):
            name_deputy(deputy.account, clock.now() - timedelta(hours=1), ends, "出差", by=principal)
    name_deputy(deputy.account, clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1), "出差", by=principal)
    assert [d.account_id for d in deputies_of(deputy.account)] == [principal.account]
    decide(run.id, PASS, for_account=principal.account, by=deputy)
    with pytest.raises(KapokError, match=r"flows\.decided_before"):
        decide(run.id, PASS, by=deputy)


@pytest.mark.django_db
def test_a_deputyship_that_is_over_gives_nothing(offices: list[Any], seats: list[Seat]):
    principal, deputy = reviewer(offices[0]), reviewer(offices[1])
    assert deputy.account is not None
    name_deputy(deputy.account, clock.now(), clock.now() + timedelta(hours=1), "出差", by=principal)
    run = start("test", uuid4(), "thing", seats, by=SYSTEM)
    with clock.frozen(clock.now() + timedelta(hours=2)), pytest.raises(KapokError, match=r"flows\.no_deputy"):
        decide(run.id, PASS, for_account=principal.account, by=deputy)


@pytest.mark.django_db
def test_a_queue_is_what_one_could_decide_now(offices: list[Any], seats: list[Seat]):
    first, second = reviewer(offices[0]), reviewer(offices[1])
    run = start("test", uuid4(), "thing", seats, by=SYSTEM)
    assert list(waiting_for(first, "test")) == [run]
    assert list(waiting_for(second, "test")) == []
    decide(run.id, PASS, by=first)
    assert [r.id for r in waiting_for(second, "test")] == [run.id]
    assert [r.id for r in waiting_for(SYSTEM, "test")] == [run.id]


@pytest.mark.django_db
def test_an_unknown_run_is_not_here(province: None):
    with pytest.raises(NotHere):
        decide(uuid4(), PASS, by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_wins(tmp_path: Any):
    from kapok.kernel.regions.tests.factories import small_province

    small_province(tmp_path)
    org = make_org("荔湾区某局")
    actors = [reviewer(org), reviewer(org)]
    scope = scope_of(org.id, org.region_id)
    actors = [actor_of_account(a.account) for a in actors]
    run = start("test", uuid4(), "thing", [Seat("unit", scope)], by=SYSTEM)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def go(actor: Actor) -> None:
        try:
            ready.wait()
            decide(run.id, PASS, by=actor)
            outcomes.append("won")
        except KapokError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["flows.not_open", "won"]
    assert Run.objects.get(id=run.id).decisions.count() == 1
    assert CLEO != ANNA
