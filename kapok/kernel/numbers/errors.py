"""What can go wrong with numbers."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class NumbersExhausted(KapokError):
    """A counter has passed the last number its profile can write."""

    code, status, fields = "numbers.exhausted", 409, ("profile", "key", "value")
    says = _("今日编号已用完（{profile}），请联系运维人员。")
