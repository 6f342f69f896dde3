"""What can be wrong with a grant."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import sentences

sentences.update(
    {
        "access.one_place": _("请选择一个单位或一个区域，二者只选其一。"),
        "access.no_such_region": _("区划代码 {region} 不在区划树中，或者已经撤销。"),
        "access.no_such_org": _("没有编号为 {org} 的单位，或者已经撤销。"),
        "access.no_such_role": _("没有名为 {role} 的角色。"),
        "access.ends_before_starts": _("截止时间不得早于起始时间。"),
        "access.own_grant": _("不能给自己授权。"),
        "access.beyond_own_reach": _("不能授予超出本人管理范围的权限。"),
    }
)
