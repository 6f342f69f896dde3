"""Monthly partitions, and the citizen's menu line."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.partitions import partitioned
from kapok.kernel.ui.public import CITIZEN, Entry, menu

partitioned("reads_note")
menu.add(Entry(_("谁看过我的资料"), "reads:mine", CITIZEN, icon="eye", order=700, place="mine"))
