"""A draft begun online, its changes read, picked up and handed in at the window: at both sizes, in both languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kapok.kernel.access.public import actor_of_account
from kapok.kernel.accounts.public import Account, open_account
from kapok.kernel.common import clock
from kapok.kernel.regions.tests.factories import small_province
from kapok.services.intake.models import Case
from kapok.services.intake.public import Content, begin_draft, save_draft
from kapok.services.intake.tests.factories import FORM, office, person
from kapok.services.items.models import ItemVersion, State
from kapok.services.items.public import FORWARD, Policy, open_draft, publish, save_elements
from kapok.services.items.tests.factories import SYSTEM
from tests.browser.looking import axe, look, overflow

pytestmark = pytest.mark.django_db


@pytest.mark.feature("08.09", part="begun on one channel, finished at the window")
@pytest.mark.parametrize(("size", "language"), [("phone", "zh-hans"), ("desk", "en")])
def test_a_draft_is_read_online_and_finished_at_the_window(
    site: str, page_of: Callable[..., Any], tmp_path: Path, size: str, language: str
) -> None:
    small_province(tmp_path)
    where, owner = office("深圳市草稿局"), person("测试庚")
    account = open_account("sample-draft", "测试庚", "person", party=owner, by=SYSTEM)
    citizen = actor_of_account(account.id)
    draft = begin_draft(where.law, by=citizen)
    save_draft(draft.id, Content(answers={"name": "测试庚", "place": "示范路8号"}), "check", by=citizen)
    version = open_draft(where.item.impl_code, by=SYSTEM)
    more = [*FORM, {"key": "phone", "label": "联系电话", "section": "申请人"}]
    save_elements(version.id, {"promised": {"value": 6}, "form": more}, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(state=State.REVIEWED)
    publish(version.id, clock.today(), policies={"intake.drafts": Policy(FORWARD)}, by=SYSTEM)

    def seen(page: Any, name: str) -> None:
        look(page, f"draft-{name}-{size}-{language}")
        assert axe(page) == [] and overflow(page) == []

    online = page_of(size, account=account)
    _speak(online, site, language)
    online.goto(f"/drafts/{draft.id}/check/")
    online.locator("details summary").last.click()
    seen(online, "online")
    counter = page_of(size, account=Account.objects.get(id=where.clerk.account))
    _speak(counter, site, language)
    counter.goto("/work/intake/drafts/")
    counter.fill("#id_pickup", "0000000000")
    counter.locator("main form button[type=submit]").first.click()
    seen(counter, "wrong-number")
    counter.fill("#id_pickup", str(draft.pickup))
    counter.locator("main form button[type=submit]").first.click()
    counter.wait_for_url(f"**/work/intake/drafts/{draft.id}/")
    seen(counter, "changes")
    counter.click("button[name=seen]")
    counter.fill("#id_f-phone", "16012345678")
    for name in ("application", "plan"):
        counter.check(f"#id_m-{name}")
    seen(counter, "sheet")
    counter.click("button[name=submit]")
    counter.wait_for_url("**/receipt/")
    assert Case.objects.get(applicant_id=owner.id).version == version.id


def _speak(page: Any, site: str, language: str) -> None:
    from django.conf import settings

    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])
