"""System 9, 省事项目录管理系统."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.annex.public import CLERK, Entry, SystemCard
from kapok.services.items import jobs  # noqa: F401 - registers the timer's handler
from kapok.services.items.access import DEEDS

CARD = SystemCard(
    cards=(9,),
    title=_("事项目录"),
    menu=(
        Entry(_("事项目录"), "items:list", CLERK, deed="items.read", icon="list-check", order=40, group=_("事项管理")),
        Entry(_("清单树"), "items:tree", CLERK, deed="items.read", icon="network", order=41, group=_("事项管理")),
        Entry(_("待我审核"), "items:inbox", CLERK, deed="items.review", icon="clipboard-check", order=42, group=_("事项管理")),
    ),
    deeds=DEEDS,
)
