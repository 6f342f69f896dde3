"""What can be wrong with the annex's data, a card, or an exemption."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError, sentences


class BadSeed(KapokError):
    """annex.toml contradicts itself."""

    code, status, fields = "annex.bad_seed", 500, ("place", "reason")
    says = _("系统建设分工数据有误：{place}，{reason}。")


class BadCard(KapokError):
    """A card names a row or a duty that does not exist, or one that is already taken."""

    code, status, fields = "annex.bad_card", 500, ("card", "reason")
    says = _("系统卡片有误：{card}，{reason}。")


sentences.update(
    {
        "annex.other_group": _("本行由{group}地市承担。"),
        "annex.other_mode": _("仅{wanted}的地市承担；本市的建设模式为{mode}。"),
        "annex.duty_unknown": _("没有编号为 {duty} 的地市任务。"),
        "annex.city_unknown": _("没有编号为 {city} 的地市。"),
        "annex.not_owed": _("该市不承担这项任务，无需豁免。"),
        "annex.field_missing": _("请填写此项。"),
        "annex.number_taken": _("豁免文号 {number} 已登记。"),
        "annex.ends_before_starts": _("终止日期不得早于起始日期。"),
        "annex.ends_in_the_past": _("终止日期已过。"),
        "annex.already_ended": _("这项豁免已经终止。"),
    }
)
