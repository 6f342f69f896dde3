"""What can be wrong with an organisation."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import NotHere, sentences


class NoSuchOrg(NotHere):
    """No organisation has this id, key or code."""

    code = "orgs.no_such_org"
    says = _("没有机构 {org}。")

    def __init__(self, org: int | str) -> None:
        super().__init__("orgs.org", org=org)


sentences.update(
    {
        "orgs.name_missing": _("请填写机构名称。"),
        "orgs.unknown_kind": _("没有机构类型 {kind}。"),
        "orgs.unknown_level": _("没有层级 {level}：应为2（省）至6（村）。"),
        "orgs.unknown_nature": _("没有实施主体性质 {nature}。"),
        "orgs.uscc_missing": _("机关和单位必须有统一社会信用代码。"),
        "orgs.room_has_no_uscc": _("大厅和窗口不是独立法人，没有统一社会信用代码。"),
        "orgs.room_needs_parent": _("大厅和窗口必须隶属于一个机构。"),
        "orgs.uscc_taken": _("统一社会信用代码 {uscc} 已由“{name}”使用。"),
        "orgs.name_taken": _("本区划已有名为“{name}”的机构。"),
        "orgs.circle": _("机构不能隶属于自己或自己的下级。"),
        "orgs.parent_dissolved": _("上级机构“{name}”已撤销。"),
        "orgs.dissolved": _("机构“{name}”已撤销。"),
        "orgs.no_successor": _("机构“{name}”还有下级，撤销时必须写明承继机构。"),
        "orgs.successor_itself": _("机构不能由自己承继。"),
        "orgs.day_ahead": _("撤销日期不得晚于今天（{today}）。"),
        "orgs.same_name_in_follower": _("区划 {region} 将有两个名为“{name}”的机构，请先更名或者并入。"),
        "orgs.reason_missing": _("请写明依据。"),
    }
)
