"""What can go wrong when a reading is noted."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class PurposeMissing(KapokError):
    """Somebody else's record is opened with a purpose or not at all."""

    code, status, fields = "reads.purpose_missing", 422, ("party",)
    says = _("查看他人资料须说明用途。")
