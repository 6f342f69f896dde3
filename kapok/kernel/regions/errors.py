"""What can be wrong with a region's code or with a plan of change."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError, NotHere, sentences


class NoSuchRegion(NotHere):
    """No region has this code (on the day asked)."""

    code = "regions.no_such_region"
    says = _("没有行政区划 {region}。")

    def __init__(self, region: str) -> None:
        super().__init__("regions.region", region=region)


class BadCode(KapokError):
    """Not a code of 2, 4, 6, 9 or 12 digits."""

    code, status, fields = "regions.bad_code", 422, ("text",)
    says = _("“{text}”不是行政区划代码：应为2、4、6、9或12位数字。")


class SourceMissing(KapokError):
    """The folder with the published divisions lacks a file or a column."""

    code, status, fields = "regions.source_missing", 409, ("file", "why")
    says = _("区划数据文件 {file} 不可用：{why}。")


sentences.update(
    {
        "regions.reason_missing": _("请写明区划调整的依据。"),
        "regions.effective_in_the_past": _("生效日期不得早于今天（{today}）。"),
        "regions.effective_before_last": _("生效日期不得早于尚未生效的上一次调整（{last}）。"),
        "regions.nothing_changes": _("没有需要调整的内容。"),
        "regions.code_taken": _("代码 {region} 已被使用，撤销的代码也不得重用。"),
        "regions.no_such_region": _("没有行政区划 {region}。"),
        "regions.no_follower": _("{region} 被撤销，但没有写明由谁承继。"),
        "regions.two_followers": _("{region} 被撤销，默认承继的区划只能有一个。"),
        "regions.follower_ends": _("{region} 承继了他处，又在同一次调整中被撤销。"),
        "regions.wrong_rank": _("{region} 不能置于 {parent} 之下：级别不符。"),
        "regions.circle": _("{region} 不能置于自己之下。"),
        "regions.bad_code": _("“{text}”不是行政区划代码：应为2、4、6、9或12位数字。"),
        "regions.runs_itself": _("{region} 不能由自己的下级管辖。"),
        "regions.already_run": _("{region} 在这段时间已由 {other} 管辖。"),
    }
)
