"""What intake says when something cannot be done: stable codes, and the sentence a person reads."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import Conflict, Forbidden, KapokError, sentences


class ClaimTaken(Conflict):
    """Somebody else took the task first."""

    code, fields = "claim.taken", ("case", "holder")
    says = _("这件已由“{holder}”签收。")


class DuplicateApplication(Conflict):
    """The same person asked for the same a moment ago."""

    code, fields = "intake.duplicate", ("serial",)
    says = _("您刚刚已提交过相同的申请（申办流水号 {serial}），请勿重复提交。")


class DraftMoved(Conflict):
    """The item has a new version, and the draft's policy does not let it go on with the old one."""

    code, fields = "intake.draft_moved", ("changes",)
    says = _("事项已更新，请先核对有变化的内容再提交。")


class DraftStopped(KapokError):
    """The item stops drafts of its old version."""

    code, status = "intake.draft_stopped", 409
    says = _("事项已更新，旧版草稿已停止使用，请重新申办。")


class SetupLocked(Forbidden):
    """An element of the set-up is kept by a level above."""

    code, fields = "intake.setup_locked", ("element", "title", "owner")
    says = _("“{title}”由{owner}管理，未下放给您，不能修改。")


class ItemNotInForce(KapokError):
    """The item cannot be applied for (now, here, or online)."""

    code, status, fields = "intake.item_not_in_force", 409, ("impl_code",)
    says = _("该事项目前不可申办。")


class WindowNotServing(Forbidden):
    """The window does not receive for this item's department."""

    code, fields = "intake.window_not_serving", ("item",)
    says = _("本窗口不收取“{item}”的申请。")


class ClockFault(KapokError):
    """The clock of a case was asked for something that its past does not allow; the act is undone."""

    code, status = "clock.order", 409
    fields: tuple[str, ...] = ("effect",)
    says = _("办理时限的记录与此操作不符，请刷新后再试。")


class ClockOverlap(ClockFault):
    """Pauses do not overlap."""

    code = "clock.overlap"
    says = _("时限已处于暂停中，不能重复暂停。")


class ClockBackwards(ClockFault):
    """A clock is told things in the order they happened."""

    code, fields = "clock.backwards", ("effect", "last")
    says = _("操作时间早于上一次记录（{last}），不能登记。")


class ClockUnreadable(ClockFault):
    """The stored state of a clock is of a version this code does not know."""

    code, status, fields = "clock.unreadable", 500, ("version",)
    says = _("时限记录的版本（{version}）无法识别。")


_REFUSALS: dict[str, Any] = {
    "act.not_allowed": _("当前状态“{state_name}”不能办理“{act_name}”。现在可以办理：{allowed_names}。"),
    "act.not_yours": _("您不能对此件办理这一操作。"),
    "act.data": _("办理信息不完整或有误，请按提示修改。"),
    "act.correction_not_in_examination": _("该事项在审批中不能再要求补正，应在受理前一次性告知。"),
    "act.four_eyes": _("“{step}”环节须由未经手此件的其他人员办理。"),
    "act.no_previous_step": _("已是第一个环节，不能再退回。"),
    "act.not_last_step": _("此件在“{step}”环节，须到“{last}”环节才能办结。"),
    "act.already_extended": _("此件已延长过一次，不能再次延长。"),
    "act.special_not_offered": _("该事项没有设定此类特别程序。"),
    "act.already_paused": _("时限已处于暂停中，不能重复暂停。"),
    "intake.closed": _("此件已办结，不能再签收、退回或转交。"),
    "intake.colleague_cannot": _("该同事没有办理此件的权限，请另选一位。"),
    "intake.upload_not_allowed": _("这件现在不能补充材料。"),
    "intake.nothing_to_correct": _("此件现在不需要补正。"),
    "intake.too_many": _("一次最多办理 {most} 件，现选了 {given} 件。"),
    "act.not_automatic": _("未设定逾期未补正自动终止。"),
}

_DATA: dict[str, Any] = {
    "act.data.missing": _("此项必须填写。"),
    "act.data.type": _("此项的格式不正确。"),
    "act.data.control": _("含有不可见的控制字符，请删除后重填。"),
    "act.data.too_long": _("最多 {longest} 个字。"),
    "act.data.option": _("请从给出的选项中选择。"),
    "act.data.same_person": _("批准人不能是申请人本人。"),
    "act.data.not_leader": _("批准人应为办理机关的负责人。"),
    "act.data.file": _("没有找到这个文件，请重新上传。"),
    "act.data.days": _("延长天数应为 1 至 {longest}。"),
    "act.data.moment": _("请填写有效的日期和时间。"),
    "act.data.procedure": _("请选择该事项设定的特别程序。"),
    "act.data.unknown_thing": _("此件没有“{key}”这一项。"),
    "act.data.twice": _("“{key}”重复列出。"),
}

_FORM: dict[str, Any] = {
    "form.required": _("请填写“{label}”。"),
    "form.type": _("“{label}”的格式不正确。"),
    "form.unknown_field": _("表单中没有“{key}”这一项。"),
    "form.control": _("“{label}”含有不可见的控制字符，请删除后重填。"),
    "form.formula": _("“{label}”不能以“{start}”开头。"),
    "form.full_width": _("“{label}”含有全角字符“{character}”，请改用半角。"),
    "form.too_long": _("“{label}”最多 {longest} 个字，现为 {length} 个字。"),
    "form.option": _("请从“{label}”给出的选项中选择。"),
    "form.number": _("“{label}”应为数字。"),
    "form.amount": _("“{label}”应为金额，最多两位小数。"),
    "form.too_small": _("“{label}”不能小于 {minimum}。"),
    "form.too_large": _("“{label}”不能大于 {maximum}。"),
    "form.date": _("“{label}”应为真实日期，例如 2026-11-23。"),
    "form.date_placeholder": _("“{label}”的日期“{given}”不是实际日期；长期有效请不要用占位日期。"),
    "form.too_early": _("“{label}”不能早于 {minimum}。"),
    "form.too_late": _("“{label}”不能晚于 {maximum}。"),
    "form.region": _("“{label}”应为 6 位或 12 位行政区划代码。"),
    "form.phone": _("“{label}”应为 11 位手机号码，或带区号的固定电话。"),
    "form.locked": _("“{label}”不在补正范围内，不能修改。"),
    "form.not_corrected": _("“{label}”需要补正，但没有修改。"),
    "material.required": _("请提交“{label}”。"),
    "material.licence": _("请选定您持有的“{label}”，或者上传文件。"),
    "material.not_held": _("所选的电子证照不能作为“{label}”使用：它不属于申请人，或者已不再有效。请另选一件，或者上传文件。"),
    "material.unknown": _("申请材料中没有“{key}”这一项。"),
    "material.locked": _("“{label}”不在补正范围内，不能更换。"),
    "material.type": _("“{label}”不接受这种文件格式（{given}）。"),
    "material.too_large": _("“{label}”的文件超过 {longest} MB。"),
    "material.empty_file": _("“{label}”的文件是空的。"),
    "material.method": _("“{label}”的提交方式不正确。"),
    "material.twice": _("“{label}”重复提交。"),
    "material.count": _("“{label}”的份数应为 0 至 {most}。"),
    "material.not_kept": _("“{label}”的文件没有找到，请重新上传。"),
    "material.originals": _("“{label}”需要原件 {needed} 份，现收 {given} 份。"),
    "material.copies": _("“{label}”需要复印件 {needed} 份，现收 {given} 份。"),
    "situation.unanswered": _("请先回答：{question}"),
    "situation.option": _("请从给出的选项中选择：{question}"),
    "situation.no_match": _("按您的回答没有对应的办理项，请检查回答或联系窗口。"),
}

_SETUP: dict[str, Any] = {
    "intake.setup_choose": _("请从给出的选项中选择。"),
    "intake.setup_text": _("请填写，最多 200 个字。"),
    "intake.setup_twice": _("与前面的一行重复。"),
    "intake.setup_many": _("最多 60 行。"),
    "intake.setup_reason": _("请写明原因，最多 200 个字。"),
    "intake.setup_not_delegated": _("该要素由{owner}管理，未下放。"),
    "intake.deputy_other": _("代理人应为其他人员。"),
    "intake.deputy_agency": _("代理人应为同一单位的人员。"),
    "intake.deputy_no_access": _("代理人没有办件权限，请先指定为承办人。"),
    "intake.deputy_dates": _("结束时间应晚于开始时间，且不早于现在。"),
}

_DRAFTS: dict[str, Any] = {
    "intake.nothing_to_forward_to": _("事项取消后没有新版本，草稿不能转新版。"),
}

sentences.update(_DRAFTS | _SETUP)
sentences.update(_REFUSALS | _DATA | _FORM)
