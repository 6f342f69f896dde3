"""Search over what is in force: words, code, agency, region both ways, facets; two statements a page, by index."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.kernel.orgs.public import Org
from kapok.kernel.orgs.tests.factories import make_org
from kapok.kernel.search.public import bigrams, pinyin_key
from kapok.services.items.models import BaseItem, CatalogueEntry, Item
from kapok.services.items.public import ABOVE, HERE, WITHIN, Asked, Found, cancel_item, search_items
from kapok.services.items.queries.searching import COUNTED, areas_of
from kapok.services.items.tests.factories import GUANGZHOU, NANSHAN, PROVINCE, SHENZHEN, SYSTEM, base_code, city_org, published

pytestmark = [pytest.mark.django_db, pytest.mark.feature("09.09")]
SCALES = [1_400, pytest.param(140_000, marks=pytest.mark.full)]
"""One in a hundred of the province's items, and all of them."""
WORDS = ("道路", "食品", "消防", "医疗", "教育", "出版", "排污", "建设", "林木", "特种设备", "劳务", "旅行社", "危险化学品", "取水", "渔业")
DEEDS = ("经营许可", "生产许可", "登记", "备案", "变更", "注销", "资格认定", "审批", "年度报告", "换证")


def names(found: Found) -> list[str]:
    return [line.name for line in found.lines]


@pytest.fixture
def few(province: None) -> dict[str, Item]:
    everywhere = {"elements": {"scope_of_service": "全省"}}
    counter = {"scope_of_service": "全县", "themes": ["食品"], "channels": ["窗口"], "online": False, "visits": 1}
    paid = {"scope_of_service": "全省", "fees": [{"name": "费", "standard": "10元", "basis": "号"}]}
    street = make_org("南山区市监局", level=4, region=NANSHAN)
    return {
        "city": published(city_org(), base={"name": "食品经营许可"}, **everywhere),
        "county": published(street, base={"name": "食品小作坊登记"}, elements=counter),
        "province": published(make_org("广东省药监局", level=2, region=PROVINCE), base={"name": "药品生产许可"}, **everywhere),
        "other": published(city_org("广州市市监局", GUANGZHOU), base={"name": "食品生产许可"}, elements=paid),
    }  # fmt: skip


def test_words_code_and_agency_find(few: dict[str, Item]):
    assert set(names(search_items(Asked("食品")))) == {"食品经营许可", "食品小作坊登记", "食品生产许可"}
    assert names(search_items(Asked("食品经营许可")))[0] == "食品经营许可"
    assert names(search_items(Asked("食品 登记"))) == ["食品小作坊登记"]
    assert names(search_items(Asked(few["city"].impl_code))) == ["食品经营许可"]
    assert names(search_items(Asked(few["city"].base.base_code))) == ["食品经营许可"]
    assert names(search_items(Asked("药监局"))) == ["药品生产许可"]
    assert names(search_items(Asked("食品經營"))) == ["食品经营许可"]
    assert names(search_items(Asked("！！！"))) == []


def test_the_region_is_switched_down_and_up(few: dict[str, Item]):
    assert set(names(search_items(Asked(region=SHENZHEN, where=WITHIN)))) == {"食品经营许可", "食品小作坊登记"}
    assert set(names(search_items(Asked(region=NANSHAN, where=ABOVE)))) == {"食品小作坊登记", "食品经营许可", "药品生产许可"}
    assert names(search_items(Asked(region=SHENZHEN, where=HERE))) == ["食品经营许可"]
    assert len(names(search_items(Asked(region=PROVINCE)))) == 4


def test_a_zone_is_found_in_the_city_that_runs_it(province: None):
    item = published(make_org("鹅埠镇人民政府", level=5, region="441521103000"), elements={"scope_of_service": "全省"})
    assert [line.impl_code for line in search_items(Asked(region=SHENZHEN)).lines] == [item.impl_code]
    assert search_items(Asked(region="441500000000")).lines == ()


def test_facets_count_and_narrow(few: dict[str, Item]):
    found = search_items(Asked("食品"))
    counts = {(f.key, v.value): v.count for f in found.facets for v in f.values}
    assert (counts["level", "3"], counts["level", "4"], counts["online", "yes"], counts["fee", "yes"]) == (2, 1, 2, 1)
    assert (counts["theme", "食品"], counts["channel", "1"], counts["channel", "2"]) == (1, 3, 2)
    assert found.total == 3
    narrowed = search_items(Asked("食品", facets=(("online", "yes"), ("fee", "no"))))
    assert names(narrowed) == ["食品经营许可"]


def test_what_is_cancelled_is_not_found(few: dict[str, Item]):
    cancel_item(few["city"].impl_code, clock.today(), "废止", by=SYSTEM)
    assert names(search_items(Asked("食品经营许可"))) == []


def many(count: int) -> None:
    """So many items in force over the small province's regions, base item by base item, as a province takes them over."""
    regions = [GUANGZHOU, SHENZHEN, NANSHAN, "440103000000", "441900003000", "440400000000", "441521000000"]
    orgs = [make_org(f"某地{i}局", level=3 if r.endswith("00000000") else 4, region=r) for i, r in enumerate(regions)]
    bases = BaseItem.objects.bulk_create(
        BaseItem(base_code=base_code(), name=f"{w}{d}", type_code="01", levels=["3"], made_at=clock.now()) for w in WORDS for d in DEEDS
    )
    areas = {org.region_id: areas_of(org.region_id) for org in orgs}
    items = Item.objects.bulk_create(
        (_item(n, bases[n * len(bases) // count], orgs[n % len(orgs)]) for n in range(count)), batch_size=2000
    )  # fmt: skip
    keys = {(base.name, org.id): (pinyin_key(base.name), bigrams(f"{base.name} {org.name}")) for base in bases for org in orgs}
    CatalogueEntry.objects.bulk_create(
        (_entry(n, item, keys[item.base.name, item.org_id], areas) for n, item in enumerate(items)), batch_size=2000
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze items_entry")


def _item(n: int, base: BaseItem, org: Org) -> Item:
    return Item(
        base=base, org=org, region_id=org.region_id, level="3", impl_code=f"X{n:030d}", name=base.name, scope=1, made_at=clock.now()
    )


def _entry(n: int, item: Item, key: tuple[str, list[str]], areas: dict[str, list[str]]) -> CatalogueEntry:
    facets = [
        "type:01",
        f"level:{3 + n % 2}",
        f"kind:{1 + n % 2}",
        f"online:{'yes' if n % 3 else 'no'}",
        f"channel:{1 + n % 3}",
        f"theme:{WORDS[n % 15]}",
    ]
    return CatalogueEntry(
        item=item, version_id=item.uuid, impl_code=item.impl_code, name=item.name, sort_key=key[0], areas=areas[item.region_id],
        terms=[*key[1], item.impl_code.lower()], facets=facets, region=item.region_id, org_id=item.org_id,
        org_name=item.org.name, type_code="01", level="3", kind="2", online=True, charges=False, visits=0, promised=7, unit="work_day",
    )  # fmt: skip


@pytest.mark.parametrize("count", SCALES)
def test_many_items_are_searched_in_two_statements_by_index_and_paged_without_gaps(province: None, count: int):
    many(count)
    with CaptureQueriesContext(connection) as seen:
        found = search_items(Asked("消防 登记"), size=20)
    assert len(seen) == 2
    assert found.total == min(COUNTED, sum(1 for n in range(count) if n * 150 // count == 22))
    plan = _plan(seen.captured_queries[0]["sql"])
    assert "items_entry_terms" in plan, plan
    seen_ids: list[int] = []
    after: str | None = None
    asked = Asked("消防", region=SHENZHEN)
    while True:
        page = search_items(asked, after=after, size=100, facets=False)
        seen_ids += [line.item_id for line in page.lines]
        after = page.after
        if after is None:
            break
    wanted = CatalogueEntry.objects.filter(name__contains="消防", areas__contains=[SHENZHEN]).count()
    assert len(seen_ids) == len(set(seen_ids)) == wanted > 0


def test_a_broad_word_is_judged_once_a_name_and_read_by_its_index(province: None):
    """However many agencies have an item of a name: the rank's words are compared once; facets are counted once a set of values."""
    many(1_400)
    with CaptureQueriesContext(connection) as seen:
        found = search_items(Asked("许可"), size=20)
    page, facets = (_analysed(query["sql"]) for query in seen.captured_queries)
    names_there = CatalogueEntry.objects.filter(name__contains="许可").values("name").distinct().count()
    judged = [node for node in _nodes(page) if node.get("Subplan Name") == "CTE n"]
    assert [node["Actual Rows"] for node in judged] == [names_there]
    assert found.total == CatalogueEntry.objects.filter(name__contains="许可").count() > 4 * names_there
    for plan in (page, facets):
        nodes = list(_nodes(plan))
        assert not [node for node in nodes if node["Node Type"] == "Seq Scan"], nodes
        assert "items_entry_terms" in {node.get("Index Name") for node in nodes}
    grouped = next(node for node in _nodes(facets) if node.get("Subplan Name") == "CTE g")
    assert grouped["Actual Rows"] < found.total / 2


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _analysed(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain (analyze, format json) " + sql)
        found = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain " + sql)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("count", SCALES)
def test_browsing_without_words_reads_a_page_by_the_order_index(province: None, count: int):
    many(count)
    with CaptureQueriesContext(connection) as seen:
        page = search_items(Asked(), size=20)
    assert len(page.lines) == 20 and page.total == min(count, COUNTED)
    assert "items_entry_sort" in _plan(seen.captured_queries[0]["sql"])


def test_a_cursor_that_is_not_ours_begins_at_the_beginning(few: dict[str, Item]):
    for cursor in ("x", "!!", "W10", "e30"):
        assert len(search_items(Asked(), after=cursor).lines) == 4


@pytest.mark.full
def test_searches_of_the_whole_province_are_measured(province: None, capsys: pytest.CaptureFixture[str]):
    """Prints the times; the bar itself is a bench entry."""
    many(140_000)
    asked = [
        Asked("消防 登记"),
        Asked("许可"),
        Asked("食品", region=SHENZHEN),
        Asked(region=NANSHAN, where=ABOVE),
        Asked(),
        Asked("备案", facets=(("online", "yes"),)),
    ]
    times = []
    for _round in range(10):
        for question in asked:
            begun = time.perf_counter()
            search_items(question)
            times.append(1000 * (time.perf_counter() - begun))
    times.sort()
    with capsys.disabled():
        sys.stderr.write(f"\nsearch over 140,000: p50 {times[len(times) // 2]:.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms\n")
    assert len(times) == 60
