"""System 8, 统一申办平台."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.access.public import register_deeds
from kapok.kernel.common.partitions import partitioned
from kapok.kernel.ui.public import CLERK, Entry, menu
from kapok.services.intake import jobs  # noqa: F401 - registers the timers

partitioned("intake_act", back=12)
register_deeds(
    {
        "intake.see": ("clerk", "approver", "leader", "admin", "auditor"),
        "intake.receive": ("clerk", "leader"),
        "intake.accept": ("clerk", "leader"),
        "intake.examine": ("approver", "leader"),
        "intake.lead": ("leader",),
        "intake.configure": ("admin",),
    }
)
menu.add(
    Entry(_("办件"), "intake:queue", CLERK, deed="intake.see", icon="list-check", order=10),
    Entry(_("收件"), "intake:window", CLERK, deed="intake.receive", icon="inbox", order=20),
    Entry(_("查找办件"), "intake:find", CLERK, deed="intake.see", icon="search", order=30),
)
