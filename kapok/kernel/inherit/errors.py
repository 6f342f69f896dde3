"""What a lower level is refused."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import sentences

sentences.update(
    {
        "inherit.locked": _("该要素已被{owner}锁定，下级不能改为其他内容。"),
        "inherit.only_add": _("该要素只能在{owner}规定的内容之外增补，不能删改。"),
    }
)
