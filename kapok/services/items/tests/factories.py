"""Items for tests, here and in the apps above: agencies, staff, and a complete permit as a file says it."""

from copy import deepcopy
from itertools import count
from typing import Any

from kapok.kernel.access.public import Actor, actor_of_account, grant, system_actor
from kapok.kernel.accounts.public import Account, open_account
from kapok.kernel.common.codes import item as codes
from kapok.kernel.orgs.public import Org
from kapok.kernel.orgs.tests.factories import make_org
from kapok.services.items.models import BaseItem, Item, ItemVersion
from kapok.services.items.public import import_items

SYSTEM = system_actor("测试")
PROVINCE, SHENZHEN, GUANGZHOU, NANSHAN = "440000000000", "440300000000", "440100000000", "440305000000"
_numbers = count(1)

MATERIALS = [
    {"key": "application", "name": "申请表", "source": "申请人自备", "basis": "办法第五条", "standard": "填写完整"},
    {"key": "plan", "name": "设计图纸", "source": "申请人自备", "basis": "办法第六条", "standard": "签章齐全"},
    {"key": "licence", "name": "营业执照", "source": "电子证照", "basis": "办法第七条", "standard": "在有效期内"},
]
ELEMENTS: dict[str, Any] = {
    "kind": "承诺件",
    "statutory": {"value": 20, "unit": "工作日"},
    "promised": {"value": 7, "unit": "工作日"},
    "conditions": ["申请人依法登记", "场所符合要求"],
    "flow_text": ["申请", "受理", "审查", "决定"],
    "audience": ["企业法人"],
    "channels": ["窗口", "电脑端网办"],
    "themes": ["准营准办"],
    "scope_of_service": "全市",
    "visits": 0,
    "online": True,
    "appointment": True,
    "result_name": "准予许可决定书",
    "result_type": "批文",
    "form": [
        {"key": "company", "label": "单位名称", "prefill": "company.name", "section": "申请人"},
        {"key": "place", "label": "场所地址", "section": "场所"},
    ],
    "materials": MATERIALS,
    "steps": [
        {"key": "examine", "name": "审查", "role": "审批人员", "days": 4},
        {"key": "decide", "name": "决定", "role": "负责人", "four_eyes": True, "days": 2},
    ],
    "faq": [{"question": "可以委托他人办理吗？", "answer": "可以，须提交授权。"}],
    "special": [{"kind": 1, "name": "延长审批", "basis": "行政许可法第四十二条", "days": 10}],
}
CONTACT: dict[str, Any] = {
    "phone_consult": "0755-12345678",
    "phone_supervise": "0755-12345",
    "places": [{"name": "政务服务中心", "address": "中心路1号", "hours": "周一至周五 9:00-12:00，14:00-17:30", "phone": "0755-12345678"}],
}


def base_code(type_code: str = "01", region: str = "44") -> str:
    """A base code nobody has had."""
    number = next(_numbers)
    return codes.make_base(region, type_code, "31", number % 1000, number // 1000)


def items_file(orgs: list[Org], **said: Any) -> dict[str, Any]:
    """A complete file. `said` may give base, elements (merged), and implement (a dict merged into every block)."""
    code = said.pop("base_code", None) or base_code(said.pop("type_digits", "01"))
    return {
        "format": 1,
        "base": {
            "base_code": code, "name": "场所许可", "type_code": codes.parse_base(code).type, "levels": ["2", "3", "4", "5", "6"],
            "basis": ["管理条例第八条"], **said.get("base", {}),
        },
        "elements": {**deepcopy(ELEMENTS), **said.get("elements", {})},
        "implement": [{"org_uscc": org.uscc, **deepcopy(CONTACT), **said.get("implement", {})} for org in orgs],
    }  # fmt: skip


def published(org: Org, **said: Any) -> Item:
    """An item with one version in force, by way of a file."""
    raw = items_file([org], **said)
    import_items([raw], by=SYSTEM)
    return Item.objects.select_related("base", "org").get(base__base_code=raw["base"]["base_code"], org=org)


def base_of(raw: dict[str, Any]) -> BaseItem:
    return BaseItem.objects.get(base_code=raw["base"]["base_code"])


def law_of(item: Item) -> ItemVersion:
    """Its last published version."""
    return ItemVersion.objects.filter(item=item, state="published").select_related("item__base", "item__org").order_by("-number")[0]


def city_org(name: str = "深圳市市场监督管理局", region: str = SHENZHEN, **said: Any) -> Org:
    return make_org(name, level=3, region=region, **said)


def reviewers() -> dict[str, Org]:
    """The 政务服务部门 of the province and of Shenzhen."""
    return {
        "province": make_org("广东省政务服务和数据管理局", level=2, region=PROVINCE, reviews=True),
        "city": make_org("深圳市政务服务和数据管理局", level=3, region=SHENZHEN, reviews=True),
    }


def account(role: str = "", org: Org | None = None, *, at: Org | None = None, region: str = "", items: list[int] | None = None) -> Account:
    """A member of staff with a role in its own org, another (`at`) or a jurisdiction."""
    made = open_account(f"staff{next(_numbers)}", "测试人员", "staff", org=org.id if org else None, by=SYSTEM)
    if role:
        seat = at or org
        where: dict[str, Any] = {"region": region} if region or seat is None else {"org": seat.id}
        grant(made, role, items=items, reason="测试", by=SYSTEM, **where)
    return made


def staff(role: str = "", org: Org | None = None, **said: Any) -> Actor:
    """The same, as an actor."""
    return actor_of_account(account(role, org, **said).id)
