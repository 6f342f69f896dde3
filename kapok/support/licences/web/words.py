"""Words of the table in the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kapok.support.licences.rules.words import STATES

__all__ = ["BULK_STATES", "CAUSES", "FIELD_SOURCES", "LEADS", "SOURCES", "STATES", "TONES", "TYPE_STATES", "TYPE_TONES", "VERBS"]

TONES = {"valid": "ok", "pending": "run", "suspended": "wait", "expired": "wait", "withdrawn": "bad", "revoked": "bad", "cancelled": "bad"}
VERBS: dict[str, Any] = {
    "issue": pgettext_lazy("verb", "签发"),
    "seal": pgettext_lazy("verb", "签章"),
    "reissue": pgettext_lazy("verb", "补制"),
    "change": pgettext_lazy("verb", "变更"),
    "extend": pgettext_lazy("verb", "延续"),
    "suspend": pgettext_lazy("verb", "暂扣"),
    "resume": pgettext_lazy("verb", "恢复"),
    "cancel": pgettext_lazy("verb", "注销"),
    "withdraw": pgettext_lazy("verb", "撤销"),
    "revoke": pgettext_lazy("verb", "吊销"),
    "transfer": pgettext_lazy("verb", "转出"),
    "import": pgettext_lazy("verb", "导入"),
    "push": pgettext_lazy("verb", "推送"),
}
LEADS: dict[str, Any] = {
    "reissue": _("证照遗失或损毁时补制：内容和编号不变，生成新的一版，原版作废。"),
    "change": _("照面内容变化时办理：编号不变，按新内容生成新的一版，原版作废。"),
    "extend": _("延长有效期：编号不变，按新的有效期生成新的一版，原版作废。"),
    "suspend": _("暂扣期间证照不能使用，以后可以恢复。"),
    "resume": _("恢复后证照可以照常使用。"),
    "cancel": _("注销后证照不能再使用，也不能恢复。"),
    "withdraw": _("依法撤销许可决定时办理；证照不能再使用，也不能恢复。"),
    "revoke": _("依法吊销证照时办理；证照不能再使用，也不能恢复。"),
    "transfer": _("证照转由其他地方管理时办理；本平台不再管理，也不能恢复。"),
}
"""What each verb comes to, for who is about to do it."""
CAUSES: dict[str, Any] = {"normal": _("正常注销"), "error": _("签发错误")}
TYPE_STATES: dict[str, Any] = {
    "draft": _("草稿"), "review": _("审核中"), "published": _("已发布"), "replaced": _("已更替"), "stopped": _("已停用"),
}  # fmt: skip
TYPE_TONES = {"published": "ok", "review": "run", "stopped": "mute", "replaced": "mute"}
SOURCES: dict[str, Any] = {"issued": _("本平台签发"), "connected": _("对接系统推送"), "imported": _("存量导入")}
FIELD_SOURCES: dict[str, Any] = {
    "answers": _("申请表"), "party": _("持证主体"), "case": _("办件"), "org": _("颁发机构"), "issue": _("签发信息"), "const": _("固定内容"),
}  # fmt: skip
"""Where a field of a face comes from, by the first word of its source."""
BULK_STATES: dict[str, Any] = {"open": _("待批准"), "approved": _("可领取"), "refused": _("未批准"), "taken": _("已领取")}
