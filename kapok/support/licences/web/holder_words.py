"""What a way that stops is said to be, and what to do (15.21)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.support.licences.queries.using_missing import Trace

STEPS: dict[str, Any] = {
    "case": gettext_lazy("申请办理"), "decided": gettext_lazy("作出决定"), "issued": gettext_lazy("签发证照"),
    "signed": gettext_lazy("加盖电子印章"), "directory": gettext_lazy("登入证照目录"), "province": gettext_lazy("汇入省级目录"),
}  # fmt: skip


def stuck_words(trace: Trace) -> str:
    """Where it stops, in a sentence that names who has to move."""
    stuck, owner = trace.stuck, trace.owner or _("办理机关")
    if stuck is None:
        return _("证照已经签发，可以使用。")
    if stuck.code.startswith("ended_"):
        return _("证照已经签发过，后来终止了。")
    if stuck.code.startswith("signing"):
        return _("证照已签发，正等待%(owner)s加盖电子印章。") % {"owner": owner}
    return {
        "no_licence_result": _("这个事项的结果不是证照。"),
        "waits_for_applicant": _("正等您补正材料，补齐后才会继续办理。"),
        "in_hand": _("办件还在办理，由%(owner)s作出决定。") % {"owner": owner},
        "withdrawn": _("申请已经撤回，所以没有证照。"),
        "not_granted": _("这个办件没有准予，所以没有证照。"),
        "not_issued": _("办件已办结，但%(owner)s还没有签发证照。") % {"owner": owner},
        "not_listed": _("证照可以使用，但还没有登入证照目录（%(owner)s负责）。") % {"owner": owner},
        "not_received": _("证照可以使用，正在汇入省级目录，其他地方暂时查不到。"),
    }.get(stuck.code, _("正在办理。"))


def stuck_advice(trace: Trace) -> str:
    """What the holder can do about it."""
    stuck = trace.stuck
    if stuck is None:
        return ""
    if stuck.code.startswith("signing_"):
        return _("原因：%(why)s系统会自动重试，不用重新申请。") % {
            "why": f"{trace.signing_error.rstrip('。')}。" if trace.signing_error else ""
        }
    if stuck.code.startswith("signing"):
        return _("一般几秒钟就好；超过十分钟会自动提醒负责人，不用重新申请。")
    if stuck.code.startswith("ended_"):
        return _("在“不再使用”里可以查看终止的原因。")
    return {
        "no_licence_result": _("办理结果请在办件页查看。"),
        "waits_for_applicant": _("请到办件页按补正告知上传材料。"),
        "in_hand": _("办理期限和进度请在办件页查看。"),
        "withdrawn": _("仍然需要的，可以重新申请。"),
        "not_granted": _("理由写在决定书上；不服的，可以按决定书写明的办法申请复议或起诉。"),
        "not_issued": _("请拨打办理机关电话或 12345，请他们补发；办件编号在上面。"),
        "not_listed": _("系统会自动补登，通常几秒钟。"),
        "not_received": _("系统会自动送达，两小时内应到省级目录；断网时恢复后补送。"),
    }.get(stuck.code, "")
