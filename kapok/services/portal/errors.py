"""What the portal's refusals say to people."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError, sentences


class PartyNeeded(KapokError):
    """The account stands for nobody: staff have nothing of their own here."""

    code, status = "portal.party_needed", 403
    says = _("请用个人或企业账号办理；工作人员账号没有“我的”空间。")


class InMaintenance(KapokError):
    """The item takes no new applications by this channel just now."""

    code, status, fields = "portal.in_maintenance", 409, ("item", "ends", "reason", "alternatives")
    says = _("“{item}”暂停受理新的申请：{reason}预计 {ends} 恢复。{alternatives}已提交的办件不受影响。")


sentences.update(
    {
        "portal.hour_past": _("这个时段已经开始或结束，请选择别的时段。"),
        "portal.hour_closed": _("这个时段已停止预约，请选择别的时段。"),
        "portal.too_far_ahead": _("目前只能预约到 {day}，请选择更近的日期。"),
        "portal.day_off": _("{day} 不是工作日，请选择别的日期。"),
        "portal.hour_full": _("这个时段已约满，请选择别的时段。"),
        "portal.booked_already": _("您已预约过该事项，请先取消原预约。"),
        "portal.booking_over": _("这次预约已签到、已取消或已过期。"),
        "portal.too_late_to_cancel": _("预约时段已经开始，不能取消。"),
        "portal.not_the_day": _("只能在预约当天签到。"),
        "portal.no_booking": _("该事项不提供预约。"),
        "portal.no_consulting": _("该事项不提供网上咨询，请拨打咨询电话。"),
        "portal.too_many_questions": _("您已有 {most} 个咨询等待答复，请等待答复后再问。"),
        "portal.already_answered": _("这个咨询已经答复。"),
        "portal.extended_already": _("这个咨询已经延期过一次。"),
        "portal.overdue_not_extended": _("答复期限已过，不能再延期，请尽快答复。"),
        "portal.not_answered_yet": _("还没有答复，暂时不能评价。"),
        "portal.rated_already": _("您已经评价过这次答复。"),
        "portal.reason_missing": _("请写明原因（2 至 200 字）。"),
        "portal.not_served_here": _("该事项不在这里办理；请核对实施编码，或留空表示全部事项。"),
        "portal.place": _("请填写地点或窗口（1 至 60 字）。"),
        "portal.first_past": _("开始日期不能早于今天。"),
        "portal.last_before_first": _("结束日期不能早于开始日期。"),
        "portal.spans": _("请至少填写一段时间，且结束须晚于开始。"),
        "portal.minutes": _("每个时段 5 至 480 分钟。"),
        "portal.capacity": _("名额为 1 至 500。"),
        "portal.capacity_below_booked": _("已有 {booked} 人预约，名额不能少于这个数。"),
        "portal.too_many_days": _("一次最多开放 {most} 天。"),
        "portal.ends_before_starts": _("结束时间须晚于开始时间，且不早于现在。"),
        "portal.too_long": _("最长 {days} 天。"),
        "portal.title": _("请填写标题（2 至 80 字）。"),
        "portal.text": _("请填写内容（2 至 1000 字）。"),
        "portal.stop_reason": _("请填写暂停原因（2 至 300 字）。"),
        "portal.alternatives": _("请填写暂停期间群众可以怎样办理（2 至 300 字）。"),
        "portal.region_unknown": _("没有这个区域，或不在您的管理范围内。"),
        "portal.item_unknown": _("没有这个事项，或不在您的管理范围内。"),
        "portal.channel_unknown": _("没有这个办理渠道。"),
        "portal.upload_not_allowed": _("办件在这个状态下不能补充材料。"),
    }
)
