"""What can be wrong with a question to the calendar or with an amendment."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError, sentences


class OutOfRange(KapokError):
    """The calendar knows 2004 to 2103."""

    code, status, fields = "calendar.out_of_range", 422, ("day", "count")
    says = _("日历只覆盖2004年至2103年，{day} 超出范围。")


class NoSuchVersion(KapokError):
    """No version of the calendar has this number, or none was in force that day."""

    code, status, fields = "calendar.no_such_version", 404, ("version",)
    says = _("没有工作日历版本 {version}。")


sentences.update(
    {
        "calendar.nothing_changes": _("这些日子与现行日历相同，没有需要调整的内容。"),
        "calendar.reason_missing": _("请写明调整的依据。"),
        "calendar.effective_in_the_past": _("生效日期不得早于今天（{today}）。"),
        "calendar.effective_before_last": _("生效日期不得早于上一版本的生效日期（{last}）。"),
        "calendar.day_twice": _("同一日期 {day} 出现了两次。"),
        "calendar.out_of_range": _("日历只覆盖2004年至2103年，{day} 超出范围。"),
        "calendar.year_not_next": _("只能公布下一个未公布的年度：{expected}年。"),
        "calendar.year_incomplete": _("{year}年的安排缺少法定节假日：{missing}。"),
        "calendar.day_outside_year": _("{day} 不在{year}年内。"),
        "calendar.moved_on": _("日历已更新到版本 {latest}，请重新预览后再确认。"),
        "calendar.makeup_on_weekday": _("{day} 本来就是工作日，不能登记为调休上班。"),
    }
)
