"""What the catalogue refuses, and how it says so."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import Conflict, FieldFault, Invalid, sentences


class Overlap(Conflict):
    """Another version of the item is in force on some of these days."""

    code, fields = "items.overlap", ("code",)
    says = _("该事项在这段时间内已有生效版本，请调整生效日期。")


class Immutable(Conflict):
    """A published version never changes; a change is a new version."""

    code, fields = "items.immutable", ("id",)
    says = _("已发布的版本不能修改，请新建版本。")


class CodeTaken(Conflict):
    """The agency already has an item with this code."""

    code, fields = "items.code_taken", ("code",)
    says = _("实施编码 {code} 已被使用。")


class Moved(Conflict):
    """The draft was saved by someone else since it was opened."""

    code, fields = "items.moved", ("id",)
    says = _("草稿已被他人保存，请刷新后再改，您填写的内容未保存。")


class NotReady(Invalid):
    """Errors of the quality pack, or missing elements, stand against the step."""

    code = "items.not_ready"
    says = _("还有 {count} 处错误，改正后才能继续。")


class BadFile(Invalid):
    """An items file that cannot be taken over."""

    code = "items.bad_file"
    says = _("事项文件有误：{file}（{first}）")


sentences.update(
    {
        "items.unknown_element": _("没有名为“{key}”的要素。"),
        "items.unknown_column": _("没有名为“{key}”的栏目。"),
        "items.required": _("“{title}”必须填写。"),
        "items.wrong_type": _("“{title}”的内容类型不对。"),
        "items.too_long": _("“{title}”最多 {most} 个字，现为 {length} 个字。"),
        "items.too_many": _("“{title}”最多 {most} 项，现为 {length} 项。"),
        "items.html": _("“{title}”含有网页代码“{found}”，请只粘贴文字。"),
        "items.control": _("“{title}”第 {position} 个字是不可见的控制字符，请删除后重新输入。"),
        "items.full_width": _("“{title}”含有全角字符“{found}”，请改用半角数字或字母。"),
        "items.not_a_number": _("“{title}”应为整数，现为“{found}”。"),
        "items.out_of_range": _("“{title}”应在 {low} 到 {high} 之间，现为 {found}。"),
        "items.unknown_code": _("“{title}”没有“{found}”这一取值。"),
        "items.not_yes_or_no": _("“{title}”应填“是”或“否”，现为“{found}”。"),
        "items.bad_key": _("“{title}”的键“{found}”应以小写字母开头，只含小写字母、数字和下划线。"),
        "items.bad_suffix": _("“{title}”应为两位数字，现为“{found}”。"),
        "items.bad_phone": _("“{title}”不是电话号码：“{found}”。"),
        "items.bad_hours": _("“{title}”没有写明开始和结束的钟点，例如“9:00-12:00”。"),
        "items.bad_clock": _("“{title}”中的“{found}”不是钟点。"),
        "items.bad_date": _("“{title}”应为日期，例如 2026-03-01，现为“{found}”。"),
        "items.bad_url": _("“{title}”应以 https:// 或 http:// 开头，且不含空格：“{found}”。"),
        "items.bad_pair": _("“{title}”应写成“问题=答案”：“{found}”。"),
        "items.duplicate": _("“{title}”中“{found}”重复。"),
        "items.too_few_choices": _("“{title}”至少要有两个选项。"),
        "items.dangling": _("“{title}”提到的“{found}”不存在。"),
        "items.dissolved_org": _("“{title}”中的机构“{found}”已撤销。"),
        "items.unknown_org": _("“{title}”中的机构“{found}”不存在。"),
        "items.type_digits": _("基本编码中的事项类型“{found}”与事项类型“{type}”不一致。"),
        "items.level_not_listed": _("基本目录没有把该事项列给“{level}”行使。"),
        "items.past": _("生效日期 {found} 不能早于今天（{today}）。"),
        "items.period": _("取消日期 {ends} 应晚于生效日期 {starts}。"),
        "items.zero_not_instant": _("法定办结时限为 0，但办件类型不是即办件。"),
        "items.tree_cycle": _("情形问题互为条件，形成循环：{found}。"),
        "items.tree_contradiction": _("“{found}”的条件自相矛盾：同一问题要求两个不同的答案。"),
        "items.tree_unreachable": _("“{found}”在任何回答下都不会出现。"),
        "items.tree_none": _("回答“{found}”时没有对应的业务办理项。"),
        "items.tree_many": _("回答“{found}”时有多个业务办理项：{items}。"),
        "items.tree_big": _("情形组合超过 {most} 种，请拆分事项。"),
        "items.not_editable": _("只有编辑中或被退回的版本可以修改。"),
        "items.not_a_draft": _("只有草稿可以删除。"),
        "items.not_in_review": _("该版本不在审核中。"),
        "items.not_reviewed": _("只有已审核的版本可以发布。"),
        "items.draft_exists": _("该事项已有编辑中的版本 {number}。"),
        "items.under_way": _("该事项的版本 {number} 正在编辑或审核，发布或删除后再导入。"),
        "items.element_not_yours": _("“{title}”由{owner}维护，您不能修改。"),
        "items.locked": _("“{title}”已被{owner}锁定，不能改为其他内容。"),
        "items.item_ended": _("该事项已取消。"),
        "items.no_reason": _("请写明理由。"),
        "items.reason_long": _("理由最多 500 个字。"),
        "items.nothing_to_cancel": _("没有可取消的生效版本。"),
        "items.policy_missing": _("有受影响的内容尚未选择处理方式：{sources}。"),
        "items.blocked": _("“{source}”选择了“阻止发布”，处理完毕后再发布。"),
        "items.policy_unknown": _("“{source}”不支持处理方式“{policy}”。"),
        "items.policy_date": _("“{source}”的截止日期应不早于生效日期。"),
        "items.exercised": _("该单位已实施此事项，不能登记为不行使。"),
        "items.unknown_base": _("没有基本编码为“{found}”的基本目录。"),
    }
)


def fault(path: str, code: str, **data: Any) -> FieldFault:
    """A fault at a path such as `materials.2.name`."""
    return FieldFault(path, code, format_lazy(sentences[code], **data) if data else sentences[code])
