"""What this app says when something cannot be done: stable codes, and the sentence a person reads."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import Conflict, Forbidden, Invalid, KapokError, sentences


class TypeNotPublished(Conflict):
    """A licence is issued under a published type only."""

    code, fields = "type_not_published", ("type",)
    says = _("证照类型“{type}”未发布，不能签发。")


class TypeFrozen(Conflict):
    """Only a draft is edited; what was published stays as it is."""

    code, fields = "licences.type_frozen", ("type",)
    says = _("这一版已提交或发布，不能修改；请新建一版。")


class SamePerson(Forbidden):
    """Who edited or asked is not who reviews or confirms."""

    code = "licences.same_person"
    says = _("编制人和审核人、申请人和复核人不能是同一人。")


class CannotIssue(Invalid):
    """What the licence would say is not complete, or cannot be written."""

    code = "licences.cannot_issue"
    says = _("证照内容不完整，不能签发。")


class AlreadyIssued(Conflict):
    """There is a live licence of this type and number."""

    code, fields = "licences.already_issued", ("number",)
    says = _("同类型的证照已有编号 {number} 且仍有效。")


class NotSigned(KapokError):
    """The licence waits for its seal and cannot be used yet."""

    code, status, fields = "licences.not_signed", 409, ("number",)
    says = _("证照 {number} 正在签章，暂不能使用。")


class CopyWaits(KapokError):
    """A copy cannot be sealed just now; it is finished later, under the same request."""

    code, status, fields = "licences.copy_waits", 503, ("why",)
    says = _("文件正在加盖电子印章，请稍后再取。{why}")


class TooManyRows(Forbidden):
    """More rows than one may take without approval."""

    code, fields = "licences.too_many_rows", ("count", "most")
    says = _("查询结果 {count} 条，超过 {most} 条须经批准。")


sentences.update({
    "licences.verb_unknown": _("没有这种操作。"),
    "licences.not_allowed": _("证照当前为“{state}”，不能办理“{verb}”。现在可以办理：{allowed}。"),
    "licences.reason_missing": _("请写明理由。"),
    "licences.cause_missing": _("请选择原因：{causes}。"),
    "licences.request_open": _("这份证照已有一项操作等待复核。"),
    "licences.request_closed": _("这项操作已经处理。"),
    "licences.signing": _("证照 {number} 正在签章，签章完成后再试。"),
    "licences.bulk_closed": _("这项批量查询已经处理。"),
    "licences.not_waiting": _("这份证照没有在等待签章。"),
})  # fmt: skip

NOT_READY: dict[str, Any] = {
    "seal": _("签章单位没有可用的电子印章。"),
}

sentences.update({
    "licences.use_unknown": _("没有这种用证方式或结果。"),
    "licences.use_unbound": _("每次用证都要写明事项编码和办件编号。"),
    "licences.use_not_registered": _("未登记可以为事项 {item} 使用证照。"),
    "licences.no_ground": _("没有使用这份证照的依据：该事项的材料目录没有要求它，持证人也没有授权。"),
    "licences.case_elsewhere": _("该办件不是这个事项的，或申请人不是持证人。"),
    "licences.field_unknown": _("这类证照没有“{field}”这一项。"),
    "licences.not_in_force": _("证照现在不是有效状态，不能使用。"),
    "licences.not_begun": _("证照的有效期还没有开始，现在不能使用。"),
    "licences.code_unknown": _("没有这个码，或码有误。请持证人重新出示。"),
    "licences.code_spent": _("这个码已经用过，不能再用。请持证人重新出示。"),
    "licences.code_over": _("这个码已过有效时间。请持证人重新出示。"),
    "licences.code_for_other_item": _("持证人指定这个码只用于别的事项。"),
    "licences.consent_over": _("持证人的授权已到期、已用完或已撤回。"),
    "licences.consent_elsewhere": _("持证人的授权不包括这个事项或办件。"),
    "licences.copy_ends_before": _("有效期截止时间要晚于现在。"),
    "licences.copy_too_long": _("有效期最长 {days} 天。"),
    "licences.copy_source": _("这份证照由原签发系统保管，暂不能在这里制作加注件。"),
    "licences.asked_already": _("已经请求过一次，请等待持证人确认。"),
    "licences.answered_already": _("已经答复过，不能再改。"),
    "licences.objection_once": _("对这次用证已经提出过异议。"),
    "licences.objection_own": _("这是您自己的操作，不能提出异议。"),
    "licences.nothing_asked": _("没有等待确认的请求。"),
    "licences.statement_held": _("登记中有这类证照，不能出具没有该证照的证明。"),
    "licences.statement_not_ended": _("这份证照在所问时间没有注销，不能出具注销证明。"),
    "licences.moment_ahead": _("只能证明到现在为止的情况，请填写不晚于现在的时间。"),
    "licences.party_needed": _("请用个人或企业账号办理；工作人员账号没有证照。"),
})  # fmt: skip
