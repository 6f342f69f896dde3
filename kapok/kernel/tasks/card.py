"""The menu line of the workbench."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.tasks.queries import count_tasks
from kapok.kernel.ui.public import CLERK, Entry, menu

menu.add(Entry(_("我的待办"), "tasks:mine", CLERK, icon="checklist", order=10, badge=lambda request: count_tasks(request.actor)))
