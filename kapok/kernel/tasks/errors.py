"""What can go wrong with tasks."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class TaskTaken(KapokError):
    """A colleague was faster."""

    code, status, fields = "tasks.taken", 409, ("task",)
    says = _("这项待办已由同事领取。")
