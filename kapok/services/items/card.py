"""System 9, 省事项目录管理系统."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from kapok.kernel.annex.public import CLERK, Entry, EvidenceRow, Measure, Reading, SystemCard
from kapok.kernel.regions.public import recompute_sources
from kapok.services.items import jobs  # noqa: F401 - registers the timer's handler
from kapok.services.items.access import DEEDS
from kapok.services.items.actions.following import Follow
from kapok.services.items.queries import measures

recompute_sources.put("items", Follow())


def measure(duty: str, rows: Callable[[], list[measures.Counted]], part: str = "") -> Measure:
    """A measure whose evidence is the rows it counts."""

    def count() -> Mapping[str, Reading]:
        return measures.readings(rows())

    def evidence(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
        return measures.evidence(rows(), city, after, limit)

    return Measure(duty, count, part=part, evidence=evidence)


CARD = SystemCard(
    cards=(9,),
    title=_("事项目录"),
    menu=(
        Entry(_("事项目录"), "items:list", CLERK, deed="items.read", icon="list-check", order=40, group=_("事项管理")),
        Entry(_("清单树"), "items:tree", CLERK, deed="items.read", icon="network", order=41, group=_("事项管理")),
        Entry(_("分级管理"), "items:levels", CLERK, deed="items.delegate", icon="sitemap", order=43, group=_("事项管理")),
        Entry(_("待我审核"), "items:inbox", CLERK, deed="items.review", icon="clipboard-check", order=42, group=_("事项管理")),
    ),
    deeds=DEEDS,
    measures=(
        measure("09.dA", measures.staffed),
        measure("09.dB", measures.implemented),
        measure("09.dD", measures.accurate, "规则包得分"),
        measure("09.dE", measures.timely),
        measure("15.dB", measures.licensed, "结果为证照的事项"),
    ),
)
