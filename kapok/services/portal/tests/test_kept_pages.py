"""Home and guide are drawn once for everybody alike: what changes shows at once, nothing of a person is kept, nothing mixes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kapok.kernel.common import clock
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui import rendered
from kapok.kernel.ui.preferences import cookie_name
from kapok.services.intake.tests.factories import Office, office
from kapok.services.items.public import cancel_item
from kapok.services.items.tests.factories import SHENZHEN, SYSTEM
from kapok.services.portal.actions.upkeep import end_maintenance, plan_maintenance, put_notice, withdraw_notice
from kapok.services.portal.tests.factories import citizen

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=6)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    rendered.kept.clear()
    yield
    rendered.kept.clear()


@pytest.fixture
def place(tmp_path: Any) -> Office:
    small_province(tmp_path)
    return office("深圳市留页测试局", base={"name": "留页测试许可"})


def guide(place: Office) -> str:
    return f"/portal/guide/{place.item.impl_code}"


def text(address: str, who: Client | None = None, **headers: str) -> str:
    return (who or Client()).get(address, headers=headers).content.decode()


def test_a_kept_page_is_the_same_page_by_one_statement(place: Office) -> None:
    for address in ("/", guide(place)):
        first = text(address)
        with CaptureQueriesContext(connection) as asked:
            assert text(address) == first
        assert len(asked) == 1, asked.captured_queries
    assert len(rendered.kept) == 2


def test_what_changes_shows_at_once(place: Office) -> None:
    now, address = clock.now(), guide(place)
    assert "夜间维护" not in text(address) and "留页通知" not in text("/")
    planned = plan_maintenance("夜间维护", "请到窗口办理", now, now + HOURS, impl_code=place.item.impl_code, by=SYSTEM)
    notice = put_notice("440000000000", "留页通知", "今日照常办理。", now, now + HOURS, by=SYSTEM)
    assert "夜间维护" in text(address) and "留页通知" in text("/")
    end_maintenance(planned.id, by=SYSTEM)
    withdraw_notice(notice.id, by=SYSTEM)
    assert "夜间维护" not in text(address) and "留页通知" not in text("/")
    cancel_item(place.item.impl_code, clock.today(), "依法取消", by=SYSTEM)
    assert Client().get(address).status_code == 410


def test_maintenance_that_begins_and_ends_by_itself_shows_in_its_hours_only(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    now, address = clock.now(), guide(place)
    plan_maintenance("夜间维护", "请到窗口办理", now + HOURS, now + 2 * HOURS, impl_code=place.item.impl_code, by=SYSTEM)
    seen = []
    for passed in (timedelta(0), HOURS, 3 * HOURS):
        monkeypatch.setattr(clock, "now", lambda passed=passed: now + passed)
        seen.append("夜间维护" in text(address))
    assert seen == [False, True, False]


def test_who_is_signed_in_is_never_served_from_what_is_kept_and_leaves_nothing(place: Office) -> None:
    someone = citizen("林小满").browser()
    for address in ("/", guide(place)):
        mine = someone.get(address)
        assert "林小满" in mine.content.decode() and "ETag" not in mine and "no-store" in mine["Cache-Control"]
    assert not rendered.kept
    for address in ("/", guide(place)):
        assert "林小满" not in text(address)
        assert "林小满" in someone.get(address).content.decode()
        Client().get(address, headers={"Authorization": "Bearer made-up"})
    assert len(rendered.kept) == 2


def test_language_view_and_region_do_not_mix(place: Office) -> None:
    address, pages = guide(place), {}
    for language in ("zh-hans", "zh-hant", "en"):
        for view in ("auto.normal", "dark.elder"):
            for region in ("", SHENZHEN):
                someone = Client()
                someone.cookies[settings.LANGUAGE_COOKIE_NAME], someone.cookies[cookie_name()] = language, view
                if region:
                    someone.cookies["region"] = region
                once, again = text(address, someone), text(address, someone)
                assert once == again
                assert f'data-theme="{view.partition(".")[0]}"' in once
                pages[language, view, region] = once
    assert len(set(pages.values())) == len(pages) == len(rendered.kept)


def test_what_a_request_makes_up_neither_gets_in_nor_makes_copies(place: Office) -> None:
    address = guide(place)
    honest = text(address)
    for header in ("X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "Forwarded", "User-Agent", "Referer"):
        assert "evil.example" not in text(address, **{header: "evil.example"})
    someone = Client()
    for name, value in (("region", "<script>"), ("region", "999999999999"), (cookie_name(), "<b>.<i>"), ("other", "x")):
        someone.cookies[name] = value
        assert text(address, someone) == honest
    assert Client().get(address, headers={"Host": "evil.example"}).status_code == 400
    assert len(rendered.kept) == 1
    assert "utm" in text(f"{address}?utm=1")  # the links that come back here hold it
    assert Client().get("/portal/guide/X").status_code == 404
    assert len(rendered.kept) == 1 and text(address) == honest


def test_a_browser_that_has_the_page_is_told_so(place: Office) -> None:
    address = guide(place)
    first = Client().get(address)
    assert first["Cache-Control"] == "private, no-cache" and "Cookie" in first["Vary"] and not first.cookies
    same = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert same.status_code == 304 and same.content == b"" and same["ETag"] == first["ETag"]
    plan_maintenance("夜间维护", "请到窗口办理", clock.now(), clock.now() + HOURS, impl_code=place.item.impl_code, by=SYSTEM)
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    signed_in = citizen().browser().get(address, headers={"If-None-Match": first["ETag"]})
    assert signed_in.status_code == 200


def test_the_copies_take_no_more_than_they_may(place: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendered, "MOST_BYTES", 1000)
    for n in range(30):
        rendered.kept.keep(n, rendered.Copy(b"x" * 100, "e"))
    rendered.kept.keep(29, rendered.Copy(b"x" * 90, "e"))
    assert list(rendered.kept) == list(range(20, 30))
    assert len(text("/")) > 1000 and not rendered.kept
