"""办事指南: the version in force, element by element, in the standard order of sections. Data in, sections out: the template only draws."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import PUBLIC, guard
from kapok.kernel.common.errors import NotHere
from kapok.kernel.ui.public import FlowStep, Link, render, rendered_once
from kapok.services.intake.public import hours_for
from kapok.services.items.public import CompiledItem, Limit, Material, element_title, item_in_force
from kapok.services.portal.queries.browsing import ended_item
from kapok.services.portal.queries.standing import guide_stands_on
from kapok.services.portal.queries.upkeep import stop_of
from kapok.services.portal.rules.upkeep import Stop
from kapok.services.portal.rules.wayfinding import wayfinding
from kapok.services.portal.web.frame import chosen_region
from kapok.services.portal.web.words import listed, said, translated

Rows = list[tuple[str, Any]]
IN_CONTACT = ("consult_ways", "supervise_ways")
IN_BASICS = ("power_source", "authority_split", "exercise_content", "entrust_name", "handling_dept", "intermediary", "quantity_limit",
             "visits_reason", "system_level", "online_depth", "in_hall", "self_service", "permit_reduce", "collect_type",
             "punishment_method", "extend_field")  # fmt: skip
_CODED = {"system_level": "system_level", "collect_type": "collect_type"}


def _stands_on(request: HttpRequest, impl_code: str) -> Hashable | None:
    return guide_stands_on(impl_code, chosen_region(request)) if len(impl_code) <= 64 else None


@guard(PUBLIC, why="public information")
@rendered_once(_stands_on)
def guide(request: HttpRequest, impl_code: str) -> HttpResponse:
    """办事指南 of the version in force; a cancelled item says so and leads to its successor."""
    item = item_in_force(impl_code) if len(impl_code) <= 64 else None
    if item is None:
        return _ended(request, impl_code)
    stop = stop_of(item)
    return render(
        request, "portal/guide.jinja",
        {"item": item, "basics": basics(item), "edition": edition(item), "facts": facts(item), "flow": flow(item),
         "materials": item.materials, "crumbs": crumbs(item), "hours": hours_for(item),
         "contact": contact(item), "handling": handling(item), "special": special(item), "fees": fees(item), "stop": stop,
         "actions": actions(item, stop), "limit": limit_words, "source": source_words, "forms": forms_words, "asks": asks(item),
         "translated": translated},
    )  # fmt: skip


def _ended(request: HttpRequest, impl_code: str) -> HttpResponse:
    ended = ended_item(impl_code) if len(impl_code) <= 64 else None
    if ended is None:
        raise NotHere("items.item", id=impl_code)
    return render(request, "portal/guide_ended.jinja", {"ended": ended}, status=410)


def limit_words(limit: Limit) -> str:
    """6 个工作日, 即办."""
    if limit.value == 0:
        return _("即办")
    words = {"work_day": _("%(n)s 个工作日"), "natural_day": _("%(n)s 个自然日"), "hour": _("%(n)s 小时")}
    return words[limit.unit] % {"n": limit.value}


def yes_no(value: bool) -> str:
    return _("是") if value else _("否")


def noted(limit: Limit) -> str:
    """A limit with what the law adds to it."""
    return f"{limit_words(limit)}（{limit.note}）" if limit.note else limit_words(limit)


def basics(item: CompiledItem) -> Rows:
    """基本信息."""
    rows: Rows = [
        (_("实施主体"), item.org_name), (_("实施主体性质"), said("org_nature", item.org_nature)), (_("实施编码"), item.impl_code),
        (_("基本编码"), item.base_code), (_("事项类型"), said("type_code", item.type_code)), (_("行使层级"), said("level", item.level)),
        (_("服务对象"), _each("audience", item.audience)), (_("服务主题"), listed(item.themes)),
        (_("办件类型"), said("kind", item.kind)), (_("法定办结时限"), noted(item.statutory)), (_("承诺办结时限"), noted(item.promised)),
        (_("办理形式"), _each("channels", item.channels)), (_("通办范围"), translated(item.scope_of_service)),
        (_("到现场次数"), str(item.visits)),
        (_("网上办理"), yes_no(item.online)), (_("支持预约"), yes_no(item.appointment)), (_("支持物流快递"), yes_no(item.express)),
        (_("网上支付"), yes_no(item.pay_online)), (_("联办机构"), listed(item.joint_orgs)),
    ]  # fmt: skip
    rows += [(element_title(key), _more(key, item.more[key])) for key in IN_BASICS if key in item.more]
    return [(title, value) for title, value in rows if value not in ("", None)]


def edition(item: CompiledItem) -> Rows:
    """Which version this is: for those who compare, folded away for those who do not."""
    return [(_("版本"), str(item.number)), (_("版本校验值"), item.digest)]


def _each(code_set: str, codes: tuple[str, ...]) -> str:
    return listed(said(code_set, code) for code in codes)


def _more(key: str, value: Any) -> Any:
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, list | tuple):
        return listed(value)
    return said(_CODED[key], value) if key in _CODED else value


def facts(item: CompiledItem) -> list[tuple[str, str, str]]:
    """What decides whether one reads on: limit, visits, papers, money."""
    needed = sum(1 for material in item.materials if material.required)
    return [
        (_("承诺办结"), limit_words(item.promised), _("法定 %(limit)s") % {"limit": limit_words(item.statutory)}),
        (_("到现场"), _("%(n)s 次") % {"n": item.visits}, _("全程网上办理") if item.online and not item.visits else ""),
        (_("申请材料"), _("%(n)s 份") % {"n": len(item.materials)}, _("其中必要 %(n)s 份") % {"n": needed}),
        (_("费用"), _("收费") if item.fees else _("不收费"), item.fees[0].standard if item.fees else ""),
    ]


def flow(item: CompiledItem) -> list[FlowStep]:
    """The drawn process: the catalogue's own words, and who does a stage within how many days where it says so."""
    stages = {step.name: step for step in item.steps}
    drawn = []
    for name in item.flow_text or tuple(stages):
        step = stages.get(name)
        who = (said("role", step.role) + (_("（双人复核）") if step.four_eyes else "")) if step else ""
        days = _("%(n)s 个工作日") % {"n": step.days} if step and step.days else ""
        drawn.append(FlowStep(translated(name), who, days, aside=_("材料不齐的，一次性告知补正") if name == "受理" else ""))
    return drawn


def handling(item: CompiledItem) -> Rows:
    """业务办理项, by name and code."""
    return [(each.name, each.code) for each in item.handling]


def asks(item: CompiledItem) -> Rows:
    """What the online form asks, by section: a person gathers it beforehand."""
    found: dict[str, list[str]] = {}
    for each in item.form:
        found.setdefault(each.section or _("申请信息"), []).append(each.label)
    return [(section, listed(labels)) for section, labels in found.items()]


def special(item: CompiledItem) -> list[tuple[str, str, str, str]]:
    """特别程序: name, kind, days, basis."""
    return [
        (
            each.name,
            said("special_kind", str(each.kind)),
            _("最长 %(n)s 个工作日") % {"n": each.days} if each.days else _("暂停计时"),
            each.basis,
        )
        for each in item.special
    ]


def fees(item: CompiledItem) -> list[tuple[str, Rows]]:
    """收费项目 with everything said of each."""
    found = []
    for fee in item.fees:
        rows: Rows = [(_("收费标准"), fee.standard), (_("收费依据"), fee.basis)]
        rows += [(_("允许减免"), f"{yes_no(True)} {fee.reduction}".strip())] if fee.reducible else []
        rows += [(_("备注"), fee.remark)] if fee.remark else []
        found.append((fee.name, rows))
    return found


def source_words(material: Material) -> str:
    """来源: the code's word, with the note where there is one."""
    known = said("material_source", material.source)
    return f"{known}（{material.source_note}）" if material.source_note and material.source_note != known else known


def forms_words(material: Material) -> str:
    """材料形式 with how many originals and copies."""
    parts = [said("material_form", material.form)]
    parts += [_("原件 %(n)s 份") % {"n": material.originals}] if material.originals else []
    parts += [_("复印件 %(n)s 份") % {"n": material.copies}] if material.copies else []
    return " · ".join(parts)


def contact(item: CompiledItem) -> Rows:
    """咨询监督."""
    rows: Rows = [(_("咨询电话"), item.phone_consult), (_("监督电话"), item.phone_supervise)]
    return [*rows, *((element_title(key), _more(key, item.more[key])) for key in IN_CONTACT if item.more.get(key))]


def crumbs(item: CompiledItem) -> list[Link]:
    """Back to the list it was probably found in."""
    theme = next((known for each in item.themes if (known := wayfinding().theme(each))), None)
    up = Link(theme.title, f"{reverse('portal:search')}?theme={theme.key}") if theme else Link(_("办事"), reverse("portal:search"))
    return [Link(_("首页"), reverse("portal:home")), up]


@dataclass(frozen=True)
class Doing:
    """A button of the guide."""

    title: str
    href: str
    kind: str
    icon: str


def actions(item: CompiledItem, stop: Stop | None) -> list[Doing]:
    """在线办理, 预约, 咨询, 收藏: only what the item allows, and no new application while it is stopped."""
    found = []
    if item.online and stop is None:
        found.append(Doing(_("在线办理"), reverse("portal:begin", args=[item.impl_code]), "primary", "edit"))
    if item.appointment:
        found.append(Doing(_("预约"), reverse("portal:book", args=[item.impl_code]), "plain", "calendar-time"))
    if item.consult:
        found.append(Doing(_("咨询"), reverse("portal:ask", args=[item.impl_code]), "plain", "message-circle"))
    return [*found, Doing(_("收藏"), reverse("portal:favourite", args=[item.impl_code]), "quiet", "star")]
