"""What a chain refuses."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import sentences

sentences.update(
    {
        "flows.not_open": _("该审核已经结束。"),
        "flows.not_yours": _("当前环节不由您审核。"),
        "flows.wrote_it": _("您编辑过该内容，不能审核（双人原则）。"),
        "flows.principal_wrote_it": _("被代理人编辑过该内容，不能由您代为审核（双人原则）。"),
        "flows.decided_before": _("您已审核过前面的环节，须由他人审核（双人原则）。"),
        "flows.no_deputy": _("您现在没有代理此人的授权。"),
        "flows.own_deputy": _("不能委托自己代理。"),
        "flows.deputy_dates": _("代理的结束时间应晚于开始时间。"),
        "flows.no_opinion": _("退回须写明理由。"),
        "flows.opinion_long": _("审核意见最多 2000 个字。"),
        "flows.outcome": _("没有“{outcome}”这一审核结果。"),
        "flows.no_seat": _("没有可以审核的单位。"),
        "flows.already_open": _("该内容已在审核中。"),
    }
)
