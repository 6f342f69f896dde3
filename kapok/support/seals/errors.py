"""What can go wrong with seals, and what is said of it."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError, Refused, sentences


class SealNotReady(KapokError):
    """The seal may be used but cannot just now: whoever holds its key does not answer. To be tried again later."""

    code, status, fields = "seals.not_ready", 503, ("reason",)
    says = _("印章暂时无法使用：{reason}请稍后再试，或加入用印队列。")


class SealRefused(Refused):
    """The use is refused for the one cause its code names; trying again does not help."""


class PictureFails(KapokError):
    """The picture of a seal cannot be drawn: a character no font has, or a name that is too long for its ring."""

    code, status, fields = "seals.picture", 422, ("why",)
    says = _("印模无法制作：{why}")


sentences.update(
    {
        "seals.no_reason": _("请填写事由（2 至 200 字）。"),
        "seals.not_for_you": _("您没有被授权使用这枚印章，请联系印章保管人。"),
        "seals.not_bound": _("这枚印章没有授权给该用途自动使用。"),
        "seals.not_in_use": _("这枚印章还没有启用，不能用章。"),
        "seals.suspended": _("这枚印章已停用，不能用章。"),
        "seals.destroyed": _("这枚印章已销毁，不能用章。"),
        "seals.certificate_expired": _("印章的证书已于 {ended} 到期，请先换发再用章。"),
        "seals.certificate_not_yet": _("印章的证书从 {begins} 起有效，现在还不能用章。"),
        "seals.quota": _("您今天已用这枚印章 {used} 次，达到每日限额。"),
        "seals.wrong_digest": _("文件与所报的摘要（SM3）不一致，没有用章。"),
        "seals.answer_gone": _("这个用章请求已经办理（用印记录 {use}），当时的文件已不再保存。"),
        "seals.custody_refused": _("密钥托管方拒绝签名（{reason}），请联系印章管理员。"),
        "seals.replayed": _("这个用章请求号已经用于另一份文件或另一枚印章。"),
        "seals.media": _("只能给 OFD 或 PDF 文件用章。"),
        "seals.unreadable": _("文件无法用章：{why}"),
        "seals.place": _("用章位置不在文件页面内，请重新选择。"),
        "seals.no_place": _("请至少选择一个用章位置。"),
        "seals.pages": _("页码范围填写有误，请填写如 1-3,5。"),
        "seals.keyword_pdf": _("PDF 文件不能按关键字定位，请选择页码和位置。"),
        "seals.keyword_missing": _("文件中没有找到关键字“{keyword}”。"),
        "seals.too_large": _("文件超过 {megabytes} MB，不能用章。"),
        "seals.not_in_task": _("这份文件不在已批准的批量任务的清单中，没有用章。"),
        "seals.task_used": _("这份文件在批量任务中已经用过章。"),
        "seals.task_full": _("批量任务批准了 {count} 份文件，已经全部用章。"),
        "seals.task_not_approved": _("批量任务还没有批准，不能用章。"),
        "seals.task_over": _("批量任务已结束，不能再用章。"),
        "seals.task_decided": _("这项批量任务已经审批。"),
        "seals.task_other_seal": _("批量任务批准的是另一枚印章。"),
        "seals.task_list": _("请列出 1 至 {most} 个文件摘要（每行一个，64 位十六进制，不得重复）。"),
        "seals.same_hand": _("申请、审批、制作须由不同的人办理：您已经办理过“{step}”。"),
        "seals.wrong_step": _("印章现在是“{state}”，不能办理“{step}”。"),
        "seals.one_active": _("该单位已有一枚启用的“{kind}”，请先停用或销毁原印章。"),
        "seals.file_missing": _("“{step}”须附文件。"),
        "seals.kind_unknown": _("没有这种印章类型。"),
        "seals.name": _("请填写印章名称（2 至 40 字）。"),
        "seals.holder": _("请填写内设机构或个人名称（2 至 20 字）。"),
        "seals.holder_not_wanted": _("这种印章不需要填写内设机构或个人名称。"),
        "seals.org_unknown": _("没有这个单位，或不在您的管理范围内。"),
        "seals.account_unknown": _("用章单位没有这个工作人员账号。"),
        "seals.already_authorised": _("这个人已经获得授权。"),
        "seals.own_authorisation": _("不能给自己授权用章。"),
        "seals.ends": _("截止日期须晚于今天。"),
        "seals.per_day": _("每日限额为 1 至 10000 次。"),
        "seals.change_open": _("这枚印章已有一项变更在办理，请先办完。"),
        "seals.import_list": _("导入文件应为 ZIP 包，内含印章（.esl）或证书（.cer）与印模图片（.png）。"),
    }
)
