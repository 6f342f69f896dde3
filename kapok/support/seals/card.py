"""System 18, 电子印章服务. Measured is what can be counted here: the units that hold an active seal.

Licences and 公文 contribute their own parts to 18.dB; 18.dA, 18.nA, 18.pA and 18.pB speak of connected systems, a national platform
and probes, which nothing here can show yet: the board says so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from kapok.kernel.annex.public import CITIZEN, CLERK, OPS, Entry, EvidenceRow, Measure, Reading, SystemCard
from kapok.kernel.documents.public import sealers
from kapok.kernel.regions.public import city_of
from kapok.support.seals import jobs  # noqa: F401 - registers jobs and subscribers
from kapok.support.seals.access import DEEDS
from kapok.support.seals.actions.papers import stamped_documents
from kapok.support.seals.queries.measures import units, units_of

ROOM = _("电子印章")


def units_by_city() -> Mapping[str, Reading]:
    """18.dB: of the agencies that have items here, those that hold an active seal."""
    held: dict[str, int] = defaultdict(int)
    all_: dict[str, int] = defaultdict(int)
    for region, owed, sealed in units():
        place = city_of(region)
        if place:
            all_[place.code] += owed
            held[place.code] += sealed
    return {city: Reading(held[city], all_[city]) for city in all_}


def units_evidence(city: str, after: str, limit: int) -> Sequence[EvidenceRow]:
    """The agencies behind a city's figure."""
    regions = [region for region, _owed, _sealed in units() if (place := city_of(region)) and place.code == city]
    return [
        EvidenceRow(str(org), name, sealed is not None, href=f"/work/seals/{sealed}/" if sealed else "")
        for org, name, sealed in units_of(regions, int(after or 0), limit)
    ]


CARD = SystemCard(
    cards=(18,),
    title=_("电子印章服务"),
    deeds=DEEDS,
    measures=(Measure("18.dB", units_by_city, part="持有有效印章的单位", evidence=units_evidence),),
    menu=(
        Entry(_("验证电子签章"), "seals:verify", CITIZEN, order=15, place="foot"),
        Entry(_("盖章"), "seals:stamp", CLERK, deed="seals.use", icon="rubber-stamp", order=40, group=ROOM),
        Entry(_("印章管理"), "seals:list", CLERK, deed="seals.see", icon="certificate", order=41, group=ROOM),
        Entry(_("用印记录"), "seals:uses", CLERK, deed="seals.see", icon="list-check", order=42, group=ROOM),
        Entry(_("批量用章"), "seals:tasks", CLERK, deed="seals.use", icon="files", order=43, group=ROOM),
        Entry(_("用印队列"), "seals:queue", CLERK, deed="seals.see", icon="clock", order=44, group=ROOM),
        Entry(_("印章导入"), "seals:imports", CLERK, deed="seals.import", icon="upload", order=45, group=ROOM),
        Entry(_("证书与密钥"), "seals:pki", OPS, deed="seals.pki", icon="key", order=40),
    ),
)
sealers.put("seal", stamped_documents)
