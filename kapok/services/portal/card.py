"""System 7, 省政务服务集约化平台."""

from urllib.parse import quote
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kapok.kernel.annex.public import CITIZEN, CLERK, Entry, Measure, SystemCard
from kapok.kernel.regions.public import find_region
from kapok.kernel.ui.public import Link, shell_parts
from kapok.services.intake.public import StateRule, doors, state_rules
from kapok.services.portal import jobs  # noqa: F401 - registers timer, subscriber and dates
from kapok.services.portal.access import DEEDS
from kapok.services.portal.queries import measures, wording_at
from kapok.services.portal.queries.browsing import hot_now
from kapok.services.portal.queries.upkeep import refuse_in_maintenance
from kapok.services.portal.rules import key_of

DESK = _("政务服务网")


def region_part(request: object) -> dict[str, str]:
    """The region the visitor looks at, and where to change it."""
    code = request.COOKIES.get("region", "")  # type: ignore[attr-defined]  # an HttpRequest
    place = find_region(code) if code.isdigit() and len(code) == 12 else None
    return {"name": place.name if place else "广东省", "url": reverse("portal:regions")}


def search_part(request: object) -> dict[str, object]:
    """Where to search, and what many search for."""
    return {"url": reverse("portal:search"), "hot": [Link(word, f"{reverse('portal:search')}?q={quote(word)}") for word in hot_now()]}


def rule_of_state(version: UUID, item: int, state: str, outcome: str) -> StateRule:
    """What a state's words let intake do: tell the applicant, take further materials (07.05)."""
    words = wording_at(version, key_of(state, outcome))
    return StateRule(notify=words.notify, upload=words.upload)


shell_parts.put("region", region_part)
shell_parts.put("search", search_part)
state_rules.put("portal", rule_of_state)
doors.put("portal", refuse_in_maintenance)

CARD = SystemCard(
    cards=(7,),
    title=_("政务服务网"),
    menu=(
        Entry(_("个人"), "portal:persons", CITIZEN, icon="user", order=10),
        Entry(_("法人"), "portal:companies", CITIZEN, icon="building", order=20),
        Entry(_("部门"), "portal:agencies", CITIZEN, icon="building-bank", order=30),
        Entry(_("主题"), "portal:themes", CITIZEN, icon="category", order=40),
        Entry(_("无障碍"), "portal:accessibility", CITIZEN, order=10, place="foot"),
        Entry(_("选择区域"), "portal:regions", CITIZEN, order=20, place="foot"),
        Entry(_("首页"), "portal:home", CITIZEN, icon="home", order=1, place="tab"),
        Entry(_("办事"), "portal:search", CITIZEN, icon="search", order=2, place="tab"),
        Entry(_("我的"), "portal:mine", CITIZEN, icon="user", order=9, place="tab"),
        Entry(_("我的办件"), "portal:mine", CITIZEN, icon="file-text", order=1, place="mine"),
        Entry(_("我的材料"), "portal:materials", CITIZEN, icon="files", order=2, place="mine"),
        Entry(_("我的预约"), "portal:appointments", CITIZEN, icon="calendar-time", order=3, place="mine"),
        Entry(_("我的咨询"), "portal:questions", CITIZEN, icon="message-circle", order=4, place="mine"),
        Entry(_("我的收藏"), "portal:favourites", CITIZEN, icon="star", order=5, place="mine"),
        Entry(_("预约签到"), "portal:desk-day", CLERK, deed="portal.serve", icon="calendar-time", order=60, group=DESK),
        Entry(_("咨询答复"), "portal:desk-questions", CLERK, deed="portal.answer", icon="message-circle", order=61, group=DESK),
        Entry(_("通知公告"), "portal:desk-notices", CLERK, deed="portal.announce", icon="speakerphone", order=63, group=DESK),
        Entry(_("暂停办理"), "portal:desk-maintenance", CLERK, deed="portal.maintain", icon="clock-pause", order=64, group=DESK),
        Entry(_("状态说法"), "portal:desk-wording", CLERK, deed="portal.wording", icon="language", order=62, group=DESK),
    ),
    deeds=DEEDS,
    measures=(
        Measure("07.dE", measures.posts_by_city, part="编辑、审核、管理员", evidence=measures.posts_evidence),
        Measure(
            "07.dE",
            measures.reviewed_by_city,
            part="授权一年内复核",
            evidence=measures.reviewed_evidence,
        ),
        Measure("07.dF", measures.answers_by_city, part="咨询按期答复", evidence=measures.answers_evidence),
    ),
)
