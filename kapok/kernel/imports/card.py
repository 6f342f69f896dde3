"""What the imports give the workbench: a menu line, the deed that opens their pages, their jobs."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import register_deeds
from kapok.kernel.imports import jobs  # noqa: F401 - registers the jobs and the follower
from kapok.kernel.imports.access import USE
from kapok.kernel.ui.public import CLERK, Entry, menu

register_deeds({USE: ("clerk", "approver", "leader", "editor", "admin")})
menu.add(Entry(_("批量导入"), "imports:list", CLERK, deed=USE, icon="upload", order=80))
