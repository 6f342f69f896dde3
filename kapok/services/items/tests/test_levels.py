"""分级管理: a city's admin manages editors, delegated elements and review terms of his units, and of nobody else's."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kapok.kernel.access.public import grant
from kapok.kernel.common import clock
from kapok.kernel.common.errors import Forbidden, Invalid, KapokError, NotHere
from kapok.kernel.orgs.tests.factories import make_org
from kapok.services.items.card import CARD
from kapok.services.items.models import PROVINCE, BaseLayer, Delegation, ItemVersion, ReviewTerm, Score
from kapok.services.items.public import (
    delegate,
    end_delegation,
    open_draft,
    record_not_exercised,
    save_elements,
    set_base,
    set_layer,
    set_review_term,
)
from kapok.services.items.queries import measures
from kapok.services.items.tests.factories import (
    GUANGZHOU,
    NANSHAN,
    SHENZHEN,
    SYSTEM,
    account,
    base_code,
    city_org,
    law_of,
    published,
    staff,
)
from kapok.services.items.tests.test_pages import body, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(province: None) -> Any:
    """The admin of Shenzhen, where one office has an item."""
    published(city_org("深圳市丙局"))
    return account("admin", city_org("深圳市政数局"), region=SHENZHEN)


@pytest.mark.feature("09.12")
def test_a_city_admin_makes_editors_in_his_units_only(admin: Any, province: None):
    from kapok.kernel.access.public import actor_of_account

    mine, theirs = city_org("深圳市甲局"), city_org("广州市甲局", GUANGZHOU)
    item = published(mine)
    newcomer = account("", mine)
    grant(newcomer, "editor", org=mine.id, reason="新任编辑", by=actor_of_account(admin.id))
    assert open_draft(item.impl_code, by=actor_of_account(newcomer.id)).number == 2
    with pytest.raises(KapokError):
        grant(account("", theirs), "editor", org=theirs.id, reason="越权", by=actor_of_account(admin.id))


@pytest.mark.feature("09.12")
def test_delegations_and_review_terms_are_ordered_on_one_page(admin: Any):
    desk, page = client_of(admin), reverse("items:levels")
    assert "深圳市" in body(desk.get(page))
    wrong = body(desk.post(page, {"step": "delegate", "element": "visits", "level": "99", "reason": ""}), 422)
    assert 'href="#id_reason"' in wrong and 'href="#id_level"' in wrong
    assert desk.post(page, {"step": "delegate", "element": "visits", "level": "5", "reason": "街道自定"}).status_code == 302
    assert 'href="#id_term_reason"' in body(desk.post(page, {"step": "term", "months": "99", "term_reason": ""}), 422)
    for months in ("12", "6"):
        assert desk.post(page, {"step": "term", "months": months, "term_reason": "每年一审"}).status_code == 302
    shown = body(desk.get(page))
    assert "街道自定" in shown and "6个月" in shown
    given = Delegation.objects.get()
    assert desk.post(page, {"step": "end", "delegation": str(given.id)}).status_code == 302
    assert [t.months for t in ReviewTerm.objects.filter(ends=None)] == [6]
    elsewhere = f"{page}?region={GUANGZHOU}"
    assert "您只能查看这一区域" in body(desk.get(elsewhere))
    assert desk.post(elsewhere, {"step": "term", "months": "12", "term_reason": "越权"}).status_code == 422
    assert client_of(account("editor", city_org("深圳市乙局"))).get(page).status_code == 403


def test_the_page_asks_as_often_with_many_delegations_as_with_none(admin: Any):
    def count() -> int:
        desk.get(page)
        with CaptureQueriesContext(connection) as seen:
            body(desk.get(page))
        return len(seen)

    desk, page = client_of(admin), reverse("items:levels")
    few = count()
    for element in ("visits", "visits_reason", "conditions", "faq", "materials"):
        delegate(element, SHENZHEN, 5, "街道自定", by=SYSTEM)
    assert count() == few <= 14


@pytest.mark.feature("09.12")
def test_what_was_delegated_is_filled_until_it_is_taken_back(admin: Any):
    street = make_org("南头街道办事处", level=5, region="440305001000")
    by = staff("admin", city_org("深圳市政数二局"), region=SHENZHEN)
    version = open_draft(published(street, elements={"scope_of_service": "全省"}).impl_code, by=SYSTEM)
    given = delegate("visits", SHENZHEN, 5, "街道自定", by=by)
    save_elements(version.id, {"visits": 1}, by=staff("editor", street))
    with pytest.raises(Forbidden):
        end_delegation(given.id, by=staff("admin", city_org("广州市政数局", GUANGZHOU), region=GUANGZHOU))
    end_delegation(given.id, by=by)
    with pytest.raises(NotHere):
        end_delegation(given.id, by=by)
    with pytest.raises(Invalid):
        save_elements(version.id, {"visits": 2}, by=staff("editor", street))


def test_terms_and_delegations_with_faults_change_nothing(admin: Any):
    with pytest.raises(Invalid) as wrong:
        delegate("nothing", SHENZHEN, 0, " ", by=SYSTEM)
    assert {f.field for f in wrong.value.faults} == {"element", "level", "reason"}
    with pytest.raises(Invalid):
        set_review_term(SHENZHEN, 0, "x", by=SYSTEM)
    assert Delegation.objects.count() == ReviewTerm.objects.count() == 0


@pytest.mark.parametrize(
    ("named", "terms", "due"),
    [
        (None, {}, None),
        ("2026-05-06", {SHENZHEN: 1}, date(2026, 5, 6)),
        (None, {PROVINCE: 12, SHENZHEN: 1}, date(2026, 2, 28)),
        (None, {PROVINCE: 12}, date(2027, 1, 31)),
        (None, {GUANGZHOU: 3}, None),
    ],
)
def test_an_item_is_looked_through_again_on_the_day_it_names_or_by_the_nearest_term(named: str | None, terms: Any, due: date | None):
    assert measures.review_due(date(2026, 1, 31), named, [PROVINCE, SHENZHEN, NANSHAN], terms) == due


def test_units_are_staffed_when_an_editor_and_a_reviewer_stand(province: None):
    full, half = city_org("深圳市全局"), make_org("南山区半局", level=4, region=NANSHAN)
    published(full), published(half, elements={"scope_of_service": "全省"})
    account("editor", full), account("reviewer", full), account("editor", half)
    assert (read("09.dA").done, read("09.dA").of) == (1, 2)
    assert [(row.label, row.done, row.note) for row in rows("09.dA")] == [("深圳市全局", True, ""), ("南山区半局", False, "缺少审核")]


def test_the_base_list_is_worked_through_by_law_or_by_a_reasoned_no(province: None):
    org = city_org()
    bases = [published(org, base={"levels": ["3"]}).base, *(set_base(base_code(), f"许可{n}", "01", ["3"], by=SYSTEM) for n in range(2))]
    assert (read("09.dB").done, read("09.dB").of) == (1, 3)
    record_not_exercised(bases[1], org.id, "本市无此类机构", by=SYSTEM)
    assert (read("09.dB").done, read("09.dB").of) == (2, 3)
    assert sorted(row.note for row in rows("09.dB")) == ["", "不行使", "没有"]


def test_accuracy_is_the_packs_score_and_what_was_not_judged_is_not_accurate(province: None):
    good, bad, unread = (published(city_org(f"深圳市第{n}局")) for n in range(3))
    Score.objects.filter(version=law_of(bad)).update(score=70)
    Score.objects.filter(version=law_of(unread)).delete()
    assert (read("09.dD").done, read("09.dD").of) == (1, 3)
    assert {row.key for row in rows("09.dD") if row.done} == {good.impl_code}


def test_an_item_is_late_by_its_review_or_by_a_newer_layer_and_the_days_are_told(province: None):
    org = city_org()
    fresh, diverging = published(org), published(org)
    assert (read("09.dE").done, read("09.dE").of) == (2, 2)
    last = BaseLayer.objects.get(base=diverging.base, region=PROVINCE)
    set_layer(diverging.base, PROVINCE, {**last.elements, "visits": 1, "visits_reason": "现场核验"}, reason="修订", by=SYSTEM)
    with clock.frozen(clock.at(clock.today() + timedelta(days=5))):
        assert (read("09.dE").done, dict(read("09.dE").facts)["最长天数"]) == (1, "5")
        assert "与上级新版不一致" in next(row.note for row in rows("09.dE") if not row.done)
        set_review_term(SHENZHEN, 1, "每月一审", by=SYSTEM)
        assert read("09.dE").done == 0
        assert {row.key for row in rows("09.dE")} == {fresh.impl_code, diverging.impl_code}
    assert ItemVersion.objects.filter(state="published").count() == 2


def read(duty: str) -> Any:
    """What the card says of Shenzhen."""
    return next(m for m in CARD.measures if m.duty == duty).count()[SHENZHEN]


def rows(duty: str) -> Any:
    """The evidence, read in two pages, which sums up to the reading."""
    evidence = next(m for m in CARD.measures if m.duty == duty).evidence
    assert evidence is not None
    first = list(evidence(SHENZHEN, "", 1))
    found = [*first, *evidence(SHENZHEN, first[-1].key, 100)]
    assert (sum(row.done for row in found), len(found)) == (read(duty).done, read(duty).of)
    return found
