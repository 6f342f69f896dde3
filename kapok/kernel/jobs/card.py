"""The operators' page of background work, and the jobs of modules that stand below."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.jobs import housekeeping  # noqa: F401 - registers its jobs
from kapok.kernel.ui.public import OPS, Entry, menu

menu.add(Entry(_("后台作业"), "jobs:board", OPS, deed="ops.see", icon="clock", order=40))
