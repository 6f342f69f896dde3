"""Guides equal the catalogue element by element; regions open on every level, at the same price everywhere."""

import html
import os
import random
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapok.kernel.access.public import system_actor
from kapok.kernel.common import clock
from kapok.kernel.regions.public import Level, Region, city_of, region
from kapok.services.items.public import CompiledItem, Item, cancel_item, import_items, item_in_force, word
from kapok.services.items.tests.factories import items_file
from kapok.services.portal.queries.browsing import Tally, forget_hot_words, hot_now
from tests.architecture.source import assert_none

pytestmark = pytest.mark.django_db
BY = system_actor("测试")
SHARE = 1 if os.environ.get("KAPOK_FULL") == "1" else 100
STATEMENTS = 6
"""What a region's page may ask: its age, items, agencies, notices, maintenance, and a village's own row."""


def page_of(address: str, status: int = 200) -> str:
    answer = Client(HTTP_HOST="localhost").get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def sections_of(page: str) -> dict[str, str]:
    """The words of each section, by its id; tags away, entities read."""
    parts = re.split(r'<section class="section" id="(\w+)">', page)
    text = {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))
    return {key: html.unescape(re.sub(r"<[^>]+>", "\n", part)) for key, part in text.items()}


def expected(item: CompiledItem) -> Iterator[tuple[str, str, Any]]:
    """(element, section it belongs to, text) of everything the version says to citizens."""
    for name in ("name",):
        yield name, "", getattr(item, name)
    for name in ("org_name", "impl_code", "base_code", "scope_of_service", "digest"):
        yield name, "basics", getattr(item, name)
    for name, codes in (("type_code", "type_code"), ("level", "level"), ("org_nature", "org_nature"), ("kind", "kind")):
        yield name, "basics", word(codes, getattr(item, name))
    for name in ("audience", "channels"):
        yield name, "basics", "、".join(word(name, code) for code in getattr(item, name))
    yield "themes", "basics", "、".join(item.themes)
    yield "visits", "basics", str(item.visits)
    yield "joint_orgs", "basics", "、".join(item.joint_orgs)
    for limit, name in ((item.statutory, "statutory"), (item.promised, "promised")):
        yield name, "basics", "即办" if limit.value == 0 else f"{limit.value} 个{word('unit', limit.unit)}".replace("个小时", "小时")
        yield f"{name}.note", "basics", limit.note
    for title, value in (
        ("网上办理", item.online),
        ("支持预约", item.appointment),
        ("支持物流快递", item.express),
        ("网上支付", item.pay_online),
    ):
        yield title, "basics", re.compile(rf"{title}\s+{'是' if value else '否'}\s")
    yield "number", "basics", re.compile(rf"版本\s+{item.number}\s")
    yield from (("conditions", "conditions", each) for each in item.conditions)
    for question in item.questions:
        yield "questions", "conditions", question.text
        yield from (("questions.choices", "conditions", choice.text) for choice in question.choices)
    yield from (("handling", "conditions", text) for each in item.handling for text in (each.name, each.code))
    yield from (("flow_text", "flow", each) for each in item.flow_text)
    yield from (("special", "flow", text) for each in item.special for text in (each.name, each.basis))
    for material in item.materials:
        for field in (
            "name",
            "source_note",
            "standard",
            "blank_form",
            "sample",
            "basis",
            "issuer",
            "issue_time",
            "handling_note",
            "use_note",
        ):
            yield f"materials.{field}", "materials", getattr(material, field)
        yield "materials.source", "materials", word("material_source", material.source)
        yield "materials.form", "materials", word("material_form", material.form)
    yield from (("form", "materials", each.label) for each in item.form)
    yield from (("fees", "fees", text) for fee in item.fees for text in (fee.name, fee.standard, fee.basis))
    if not item.fees:
        yield "fees", "fees", "不收费"
    yield from (("basis", "basis", each) for each in item.basis)
    for name in ("result_name", "result_type", "result_sample"):
        yield name, "result", getattr(item, name)
    yield from (("places", "places", text) for each in item.places for text in (each.name, each.address, each.hours, each.phone))
    yield from (("faq", "faq", text) for each in item.faq for text in (each.question, each.answer))
    yield "phone_consult", "contact", item.phone_consult
    yield "phone_supervise", "contact", item.phone_supervise


INSIDE = {
    "version_id", "item_id", "org_id", "org_uscc", "region", "effective_on", "cancelled_on", "steps", "correction_in_examination",
    "consult", "collect_orgs", "example", "wording", "more", "statutory", "promised", "online", "appointment", "express", "pay_online",
}  # fmt: skip
"""Elements that are keys, or shown as buttons, limits, marks and days, which other lines of the test look at."""


def items_in_force(most: int = 20) -> list[CompiledItem]:
    codes = Item.objects.filter(entry__isnull=False).order_by("id").values_list("impl_code", flat=True)
    return [item for code in codes[:: max(1, len(codes) // most)] if (item := item_in_force(code)) is not None][:most]


@pytest.mark.feature("07.02")
def test_twenty_guides_equal_the_catalogue_element_by_element(people: SimpleNamespace) -> None:
    missing, seen = [], set(INSIDE)
    items = items_in_force()
    assert len(items) == 20
    for item in items:
        sections = sections_of(page_of(f"/portal/guide/{item.impl_code}"))
        order = [key for key in sections if key and (key != "faq" or item.faq)]
        assert order == [
            k for k in ("basics", "conditions", "flow", "materials", "fees", "basis", "result", "places", "faq", "contact") if k in order
        ]
        for element, section, text in expected(item):
            seen.add(element.split(".")[0])
            found = text.search(sections[section]) if isinstance(text, re.Pattern) else text in sections[section]
            if text and not found:
                missing.append(f"{item.name}: {element} “{text}” is not in {section or 'the head'}")
        assert f"{item.effective_on.year}" in sections["basics"]
    assert_none(missing)
    assert_none({field.name for field in fields(CompiledItem)} - seen)


@pytest.mark.feature("07.02")
def test_the_guide_offers_only_what_the_item_allows(people: SimpleNamespace) -> None:
    """在线办理, 预约 and 咨询 by the version's own words; 收藏 always. Nothing of the reader stands in the page."""
    seen = set()
    for item in items_in_force():
        page = page_of(f"/portal/guide/{item.impl_code}")
        for allowed, address in ((item.online, "/apply/"), (item.appointment, "/book/"), (item.consult, "/ask/"), (True, "/favourites/")):
            assert (f'href="{address}{item.impl_code}/"' in page) is allowed, (item.name, address)
            seen.add((address, allowed))
    assert {address for address, allowed in seen if allowed} == {"/apply/", "/book/", "/ask/", "/favourites/"}


@pytest.mark.feature("07.02")
def test_a_cancelled_item_says_so_and_leads_to_its_successor(people: SimpleNamespace) -> None:
    orgs = {(item.region, item.org_id) for item in items_in_force()}
    old = next(item for item in items_in_force() if sum(region_ == item.region for region_, _ in orgs) > 1)
    cancel_item(old.impl_code, clock.today(), "职责划转", by=BY)
    alone = page_of(f"/portal/guide/{old.impl_code}", 410)
    assert "这个事项已取消" in alone and "职责划转" in alone
    org = Item.objects.get(impl_code=old.impl_code).org
    sister = type(org).objects.filter(region=org.region_id, dissolved_on=None).exclude(id=org.id).exclude(uscc="").first()
    raw = items_file([sister], base={"name": old.name})
    import_items([raw], by=BY)
    successor = Item.objects.get(base__base_code=raw["base"]["base_code"])
    page = page_of(f"/portal/guide/{old.impl_code}", 410)
    assert f"/portal/guide/{successor.impl_code}" in page and successor.org.name in page


@pytest.mark.feature("07.08", part="five levels, functional zones, every region at a pinned number of statements")
def test_regions_of_all_five_levels_open_at_a_pinned_price(people: SimpleNamespace) -> None:
    codes = sorted(Region.objects.filter(ends=None).values_list("code", "level"))
    dice = random.Random(7)
    some = dice.sample(codes, max(1, len(codes) // SHARE))
    one_each = [next(code for code in codes if code[1] == level) for level in Level]
    client, over = Client(HTTP_HOST="localhost"), []
    client.get("/")
    for code, _level in [*one_each, *some]:
        for _ in range(2):  # what is remembered for a while may run out in between: once more
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(f"/regions/{code}/")
            if len(asked) <= STATEMENTS:
                break
        if answer.status_code != 200 or len(asked) > STATEMENTS or region(code).name not in answer.content.decode():
            over.append(f"{code}: {answer.status_code}, {len(asked)} statements")
    assert_none(over)


@pytest.mark.feature("07.08", part="a town of 东莞 opens without a county")
def test_a_town_of_dongguan_hangs_on_the_city(people: SimpleNamespace) -> None:
    page = page_of("/regions/441900003000/")
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', page, re.S)
    assert crumbs and [re.sub("<[^>]+>", "", part).strip() for part in re.findall(r"<li.*?</li>", crumbs[0], re.S)] == [
        "首页", "广东省", "东莞市", "东城街道",
    ]  # fmt: skip


@pytest.mark.feature("07.08", part="functional zones stand under the city that runs them")
def test_hengqin_and_shenshan_stand_under_the_city_that_runs_them(people: SimpleNamespace) -> None:
    town = Region.objects.get(name="鹅埠镇", level=Level.TOWN)
    runner = city_of(town.code)
    assert runner is not None and runner.name == "深圳市"
    assert "由深圳市" in page_of(f"/regions/{town.code}/").replace("\n", "") or "深圳" in page_of(f"/regions/{town.code}/")
    assert "鹅埠镇" in page_of("/regions/440300000000/") or "深汕" in page_of("/regions/440300000000/")


@pytest.mark.feature("07.01", part="hot words from what people search")
def test_hot_words_come_from_searches_and_never_from_people(people: SimpleNamespace) -> None:
    client = Client(HTTP_HOST="localhost")
    from kapok.services.portal.web import browsing

    kept, browsing.tally = browsing.tally, Tally()
    try:
        for _ in range(25):
            client.get("/search/?q=取水许可")
            client.get("/search/?q=陈小岚")
            client.get("/search/?q=440106199001010013")
        assert browsing.tally.counts == {"取水许可": 25}
        with CaptureQueriesContext(connection) as asked:
            client.get("/search/?q=取水许可")
        assert not [each for each in asked.captured_queries if "portal_search_count" in each["sql"]], "no write for a single page view"
        browsing.tally.since -= timedelta(minutes=2).total_seconds()
        client.get("/search/?q=取水许可")
        forget_hot_words()
        assert hot_now()[0] == "取水许可"
        assert "取水许可" in page_of("/")
    finally:
        browsing.tally = kept
        forget_hot_words()
