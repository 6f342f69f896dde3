"""The pages of the catalogue's workbench, for the browser sweeps."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kapok.kernel.access.public import grant
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.public import provinces
from kapok.kernel.regions.tests.factories import small_province
from kapok.kernel.ui.public import Sample
from kapok.services.items.models import Item, ItemVersion, ReviewTerm, State
from kapok.services.items.public import comment, delegate, open_draft, save_elements, set_base, set_review_term, submit
from kapok.services.items.tests.factories import SHENZHEN, SYSTEM, account, base_code, city_org, published


@cache
def _org() -> Org:
    if not provinces():
        with TemporaryDirectory() as folder:
            small_province(Path(folder))
    return city_org("深圳市样张管理局")


@cache
def _item() -> Item:
    return published(_org(), base={"name": "样张场所许可", "power": "场所许可权"}, elements={"visits": 1, "visits_reason": "现场核验"})


def keeper() -> Any:
    """An editor, reviewer and publisher of one office with a full desk."""
    who = account("editor", _org())
    grant(who, "reviewer", org=_org().id, reason="测试", by=SYSTEM)
    _item()
    return who


def keeper_of_the_city() -> Any:
    """The admin of a city that has delegated an element and set a review term."""
    _item()
    if not ReviewTerm.objects.exists():
        delegate("visits", SHENZHEN, 5, "街道按场所情况自行确定", by=SYSTEM)
        set_review_term(SHENZHEN, 12, "每年全面复核一次", by=SYSTEM)
    return account("admin", _org(), region=SHENZHEN)


def newcomer() -> Any:
    """An office without items."""
    _org()
    who = account(
        "editor", city_org("深圳市新设局") if not Org.objects.filter(name="深圳市新设局").exists() else Org.objects.get(name="深圳市新设局")
    )
    grant(who, "reviewer", org=who.org_id, reason="测试", by=SYSTEM)
    set_base(base_code(), "新的基本目录事项", "01", ["3"], by=SYSTEM)
    return who


def _draft(state: str = "") -> ItemVersion:
    item = published(_org(), base={"name": "样张变更中的许可"})
    version = open_draft(item.impl_code, by=SYSTEM)
    save_elements(version.id, {"promised": {"value": 6}, "conditions": ["申请人依法登记", "场所符合要求", "在本市经营"]}, by=SYSTEM)
    if state == "in_review":
        submit(version.id, by=SYSTEM)
        comment(version.id, "promised", "能否再压缩一天？", by=SYSTEM)
    elif state:
        ItemVersion.objects.filter(id=version.id).update(state=state)
    return version


def _wrong() -> ItemVersion:
    """A draft with errors and missing elements."""
    version = open_draft(published(_org(), base={"name": "样张有误的许可"}).impl_code, by=SYSTEM)
    ItemVersion.objects.filter(id=version.id).update(elements={"promised": {"value": 60, "unit": "work_day", "note": ""}})
    return version


def _version(version: ItemVersion, page: str = "") -> str:
    return f"/work/items/versions/{version.id}/{page}"


PAGES = [
    Sample("items:list", login=keeper),
    Sample("items:list", login=newcomer, name="items:list-none"),
    Sample("items:find", login=keeper),
    Sample("items:find", make=lambda: "/work/items/find/?q=没有这样的事项", login=keeper, name="items:find-none"),
    Sample("items:tree", login=keeper),
    Sample("items:base", make=lambda: f"/work/items/base/{_item().base.base_code}/", login=keeper),
    Sample("items:new", login=newcomer),
    Sample("items:levels", login=keeper_of_the_city),
    Sample("items:inbox", make=lambda: (_draft("in_review"), "/work/items/inbox/")[1], login=keeper),
    Sample("items:inbox", login=newcomer, name="items:inbox-none"),
    Sample("items:item", make=lambda: f"/work/items/item/{_item().impl_code}/", login=keeper),
    Sample("items:cancel", make=lambda: f"/work/items/item/{_item().impl_code}/cancel/", login=keeper),
    Sample("items:version", make=lambda: _version(_draft("in_review")), login=keeper),
    Sample("items:version", make=lambda: _version(_wrong()), login=keeper, name="items:version-wrong"),
    Sample("items:edit", make=lambda: _version(_draft(), "edit/basic/"), login=keeper),
    Sample("items:edit", make=lambda: _version(_draft(), "edit/materials/"), login=keeper, name="items:edit-rows"),
    Sample("items:edit", make=lambda: _version(_wrong(), "edit/contact/"), login=keeper, name="items:edit-wrong"),
    Sample("items:diff", make=lambda: _version(_draft(), "diff/"), login=keeper),
    Sample("items:publish", make=lambda: _version(_draft(State.REVIEWED), "publish/"), login=keeper),
    Sample("items:review", make=lambda: _version(_draft("in_review"), "review/"), login=keeper),
]
