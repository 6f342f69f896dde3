"""The element table: every element of GB/T 39046-2020 table 4, every column of up_task, and the screens that ask for them."""

from typing import Any

import pytest
from django.urls import reverse

from kapok.kernel.orgs.tests.factories import make_org
from kapok.services.items.public import create_item, open_draft, set_base
from kapok.services.items.rules.table import code_sets, table
from kapok.services.items.rules.wording import read
from kapok.services.items.tests.factories import PROVINCE, SYSTEM, account, base_code
from kapok.services.items.tests.test_pages import body, client_of

pytestmark = pytest.mark.feature("09.01")


def words(text: str) -> list[str]:
    return text.split()


# Table 4 in its order. Where a name and its code are one element of ours, both numbers point to it.
TABLE_4 = words("""
事项名称 基本编码 实施编码 事项类型 事项类型代码 设定依据 行使层级 行使层级代码 权限划分 行使内容 实施主体 实施主体代码 实施主体性质
实施主体性质代码 法定办结时限 法定办结时限单位 法定办结时限说明 承诺办结时限 承诺办结时限单位 承诺办结时限说明 受理条件 办理流程
联办机构 联办机构代码 承办机构 承办机构代码 中介服务 数量限制 结果名称 结果样本 是否收费 收费依据 通办范围代码 服务对象 服务对象代码
服务主题 法人服务主题代码 自然人服务主题代码 办理形式 办理形式代码 特别程序 行政管辖 行政管辖代码 支持预约办理 支持网上支付
支持物流快递 是否网办 网办地址 运行系统层级 办理地点 办理时间 咨询方式 咨询电话 监督电话 常见问题 材料名称 出具机构 出具时间要求
材料办理说明 材料办理地点 材料使用说明 原件份数 复印件份数 是否必备材料
""")
"""Where one of our elements or columns is not called as the standard calls it."""
CALLED = {
    31: "收费项目名称", 33: "通办范围", 41: "名称", 50: "详细地址", 51: "办理时间", 52: "咨询方式", 55: "回答", 64: "是否必备",
}  # fmt: skip
LEFT_OUT = ("代码", "单位", "说明")

HEAD = (
    """by_law catalog_code local_catalog_code plan_cancel_date plan_effective_date task_name task_state task_type task_version use_level"""
)
POWER = f"""{HEAD} anticipate_day anticipate_explain anticipate_type dept_code dept_name dept_type entrust_name handle_flow link_way
    local_task_code supervise_way task_code task_handle_item"""
APPLIED = f"""{POWER} accept_condition app_is_single_login fee_basis handle_type is_fee is_single_login limit_scene_num link_addr
    mobile_terminal_url project_type promise_day promise_explain promise_type server_type special_procedure transact_addr transact_time"""
EXTENDED = """corp_character_topic_type corp_topic_type extend_field handle_area is_entry_center is_express is_online is_pay_online
    is_schedule is_service_terminals limit_scene_explain online_handle_depth online_handle_url other_dept result_guid result_name
    result_type service_type task_code task_guid task_handle_item town_code town_name user_character_topic_type user_topic_type
    village_code village_name"""
ROW = "order_num task_code task_guid task_handle_item"
UP_TASK = {
    "up_task_directory": HEAD,
    "up_task_check_basic": f"{POWER} power_source",
    "up_task_handle_basic": f"{POWER} power_source collect_type is_permit_reduce",
    "up_task_punish_basic": f"{POWER} power_source plan_effective_data punishment_method",
    "up_task_general_basic": f"{APPLIED} power_source",
    "up_task_public_basic": APPLIED,
    "up_task_general_extend": f"{EXTENDED} limit_explain",
    "up_task_public_extend": EXTENDED,
    "up_task_general_fee_project": f"{ROW} by_law desc_explain fee_name fee_stand is_desc remark",
    "up_task_general_material": f"{ROW} accept_stand by_law example_guid fill_explain form_guid is_need material_format material_name "
    "material_type page_format page_num remark source_explain source_type",
    "up_task_general_questions": f"{ROW} answer question",
}


def numbered() -> dict[int, str]:
    """Number in table 4 → how the element or the column of a sub-entity is called here."""
    found = {n: slot.title for slot in (*table().identity, *table().elements.values()) for n in slot.standard}
    return found | {n: column.title for element in table().elements.values() for column in element.fields for n in column.standard}


def columns() -> set[str]:
    """Every up_task column some element or column of ours stands for."""
    slots = [*table().identity, *table().elements.values(), *(c for e in table().elements.values() for c in e.fields)]
    return {name for slot in slots for name in slot.columns}


def test_all_64_elements_of_table_4_are_there_under_their_names():
    known = numbered()
    assert len(TABLE_4) == 64 and sorted(known) == list(range(1, 65))
    for number, name in enumerate(TABLE_4, 1):
        plain = name
        for ending in LEFT_OUT:
            plain = plain.removesuffix(ending) if number not in (12, 24, 26, 37, 38, 59, 61) else plain
        assert known[number] == CALLED.get(number, plain), (number, name)


@pytest.mark.parametrize("name", UP_TASK)
def test_every_column_of_the_national_tables_is_carried(name: str):
    assert set(UP_TASK[name].split()) <= columns()


def test_what_is_required_depends_on_the_type():
    required = {code: {e.key for e in table().required(code)} for code in code_sets()["type_code"]}
    assert {"conditions", "form", "promised", "steps"} <= required["01"] & required["20"]
    assert "punishment_method" in required["02"] - required["01"]
    assert "collect_type" in required["04"] - required["01"]
    assert "statutory" in required["01"] - required["20"]
    assert not {"conditions", "form"} & (required["02"] | required["06"])


@pytest.mark.django_db
def test_the_sectioned_screens_ask_for_every_element_and_column(province: None):
    """A province's own item, whose editor fills everything himself: no element is without a field."""
    home = make_org("广东省某厅", level=2, region=PROVINCE)
    base = set_base(base_code(), "省级许可", "01", ["2"], by=SYSTEM)
    version = open_draft(create_item(base, home, by=SYSTEM).impl_code, by=SYSTEM)
    editor = client_of(account("editor", home))
    for section in table().sections:
        page = body(editor.get(reverse("items:edit", args=[version.id, section])))
        for element in table().of_section(section):
            assert element.title in page, element.key
            assert f'name="shown" value="{element.key}"' in page
            if element.kind == "rows":
                for column in element.fields:
                    assert f".{column.key}" in page and column.title in page


def test_rows_stored_before_a_column_came_read_with_its_usual_value():
    stored: dict[str, Any] = {"fees": [{"name": "工本费", "standard": "10元", "basis": "某办法"}], "visits": 1}
    done = table().completed(stored)
    assert done["fees"] == [{**stored["fees"][0], "amount_fen": None, "reducible": False, "reduction": "", "remark": ""}]
    assert read(table().elements["fees"], done["fees"]) == "工本费 · 10元 · 某办法"
