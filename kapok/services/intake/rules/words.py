"""The words of acts.toml as people read them: the table is data, so its words stand here a second time for the catalogues."""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORDS = frozenset(
    {
        _("已申办"),
        _("已预受理"),
        _("待补正"),
        _("已受理"),
        _("审批中"),
        _("特别程序中"),
        _("已办结"),
        _("不予受理"),
        _("已领取"),
        _("申办"),
        _("提交"),
        _("网上预受理"),
        _("通过"),
        _("补正告知"),
        _("一次性告知"),
        _("再次告知"),
        _("受理"),
        _("视为受理"),
        _("补正受理"),
        _("材料齐全"),
        _("审批"),
        _("退回"),
        _("其他"),
        _("特别程序申请"),
        _("延长审批"),
        _("其他特别程序"),
        _("特别程序结果"),
        _("办毕"),
        _("办结"),
        _("准予"),
        _("不予"),
        _("逾期未补正"),
        _("撤回"),
        _("终止"),
        _("领取登记"),
        _("申报来源"),
        _("需补正的内容"),
        _("理由"),
        _("法律依据"),
        _("意见"),
        _("备注"),
        _("批准人"),
        _("延长天数"),
        _("特别程序种类"),
        _("结果"),
        _("结果文件"),
        _("救济途径"),
        _("领取人"),
        _("领取方式"),
        _("领取时间"),
        _("收件回执"),
        _("补正告知书"),
        _("受理通知书"),
        _("不予受理决定书"),
        _("延期告知书"),
        _("特别程序告知书"),
        _("决定书"),
        _("终止通知书"),
        _("撤回通知书"),
    }
)
"""Every name of a state, act, outcome, datum and document; a test holds it against the table."""


def said(word: str) -> str:
    """A word of the table in the reader's language."""
    return gettext(word) if word in WORDS else word


def listed(words: Iterable[str]) -> str:
    """Words one after another, each once, with the mark the reader's language puts between them."""
    return gettext("、").join(dict.fromkeys(words))
