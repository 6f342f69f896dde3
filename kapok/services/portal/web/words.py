"""Words of the code sets as a citizen's page says them: the sets are data in Chinese, and their words stand here to be translated."""

from collections.abc import Iterable

from django.utils.translation import get_language, gettext, gettext_noop

from kapok.services.items.public import word

KNOWN = (
    gettext_noop("行政权力"), gettext_noop("行政许可"), gettext_noop("行政处罚"), gettext_noop("行政强制"), gettext_noop("行政征收"),
    gettext_noop("行政给付"), gettext_noop("行政检查"), gettext_noop("行政确认"), gettext_noop("行政奖励"), gettext_noop("行政裁决"),
    gettext_noop("其他行政权力"), gettext_noop("公共服务"), gettext_noop("国家级"), gettext_noop("省级"), gettext_noop("市级"),
    gettext_noop("县级"), gettext_noop("镇级"), gettext_noop("村级"), gettext_noop("分级管理"), gettext_noop("法定机关"),
    gettext_noop("授权组织"), gettext_noop("受委托组织"), gettext_noop("其他"), gettext_noop("自然人"), gettext_noop("企业法人"),
    gettext_noop("事业法人"), gettext_noop("社会组织法人"), gettext_noop("行政机关"), gettext_noop("其他组织"), gettext_noop("窗口"),
    gettext_noop("电脑端网办"), gettext_noop("移动端"), gettext_noop("快递申请"), gettext_noop("即办件"), gettext_noop("承诺件"),
    gettext_noop("延长审批"), gettext_noop("除延长审批之外"), gettext_noop("无"), gettext_noop("全镇"), gettext_noop("全县"),
    gettext_noop("跨县"), gettext_noop("全市"), gettext_noop("跨市"), gettext_noop("全省"), gettext_noop("跨省"),
    gettext_noop("全国"), gettext_noop("纸质"), gettext_noop("电子"), gettext_noop("纸质或电子"), gettext_noop("申请人自备"),
    gettext_noop("政府部门核发"), gettext_noop("电子证照"), gettext_noop("证照"), gettext_noop("批文"), gettext_noop("证明"),
    gettext_noop("窗口人员"), gettext_noop("审批人员"), gettext_noop("负责人"), gettext_noop("税收"), gettext_noop("非税收入"),
    gettext_noop("社会保险费"), gettext_noop("申请"), gettext_noop("受理"), gettext_noop("审查"), gettext_noop("审核"),
    gettext_noop("决定"), gettext_noop("办结"), gettext_noop("送达"), gettext_noop("收件"), gettext_noop("审批"),)  # fmt: skip


def translated(text: str) -> str:
    """A word of the data in the reader's language where the catalogue knows it, else as it is."""
    return gettext(text) if text else ""


def said(code_set: str, code: str) -> str:
    """The word of a code in the reader's language."""
    return translated(word(code_set, code))


def listed(parts: Iterable[object]) -> str:
    """Several words as one text, with the stop the language has between them."""
    return (", " if get_language() == "en" else "、").join(str(part) for part in parts)
