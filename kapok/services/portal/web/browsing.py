"""Finding a service: home, search, browsing, regions, the guide. No log-in, no script."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from kapok.kernel.access.public import PUBLIC, guard
from kapok.kernel.common.errors import NotHere
from kapok.kernel.orgs.public import orgs_of_region
from kapok.kernel.regions.public import ancestors, children, find_region, region
from kapok.kernel.ui.public import FlowStep, Link, render
from kapok.services.intake.public import own_cases
from kapok.services.items.public import Asked, Line, item_in_force, search_items
from kapok.services.portal.queries import wording_for

READING = "public information"
PROVINCE = "440000000000"
THEMES = (
    ("户籍身份", "id"), ("就业创业", "briefcase"), ("社会保障", "heart"), ("教育", "school"), ("医疗健康", "stethoscope"),
    ("车辆出行", "car"), ("住房", "home"), ("税费", "receipt"), ("职业资格", "certificate"), ("企业开办", "building"),
    ("工程建设", "crane"), ("民生救助", "lifebuoy"),
)  # fmt: skip
PAGE = 20


def _region(request: HttpRequest) -> str:
    code = request.GET.get("region") or request.COOKIES.get("region", "")
    return code if code.isascii() and code.isdigit() and len(code) == 12 and find_region(code) else PROVINCE


@guard(PUBLIC, why=READING)
def home(request: HttpRequest) -> HttpResponse:
    """The way in: search, what is going on with me, themes."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    cases = [(case, wording_for(case)) for case in own_cases(actor, 3)] if actor.signed_in else []
    return render(request, "portal/home.jinja", {"themes": THEMES, "cases": cases})


@guard(PUBLIC, why=READING)
def search(request: HttpRequest) -> HttpResponse:
    """Items by words, code, audience, theme, agency and region."""
    return _results(request, _("搜索事项"), request.GET.get("q", "")[:100])


def _results(request: HttpRequest, title: str, query: str = "", **fixed: str) -> HttpResponse:
    wanted = {name: request.GET.get(name, "")[:40] or fixed.get(name, "") for name in ("audience", "theme", "kind")}
    org = request.GET.get("org", "")
    found = search_items(
        Asked(query, _region(request), facets=tuple((k, v) for k, v in wanted.items() if v), org_id=int(org) if org.isdecimal() else None),
        after=request.GET.get("after") or None, size=PAGE, facets=False,
    )  # fmt: skip
    hits = [(line, tags_of(line)) for line in found.lines]
    return render(
        request, "portal/results.jinja", {"title": title, "query": query, "hits": hits, "found": found, "region": region(_region(request))}
    )


def tags_of(line: Line) -> list[str]:
    """What a row says of an item at a glance: 即办 or 承诺, visits, fee."""
    visits = _("零跑动") if line.visits == 0 else _("最多跑%(n)s次") % {"n": line.visits}
    return [_("即办件") if line.kind == "1" else _("承诺件"), visits, _("收费") if line.charges else _("不收费")]


@guard(PUBLIC, why=READING)
def persons(request: HttpRequest) -> HttpResponse:
    """What natural persons can apply for."""
    return _results(request, _("个人办事"), request.GET.get("q", "")[:100], audience="1")


@guard(PUBLIC, why=READING)
def companies(request: HttpRequest) -> HttpResponse:
    """What legal persons can apply for."""
    return _results(request, _("法人办事"), request.GET.get("q", "")[:100], audience="2")


@guard(PUBLIC, why=READING)
def agencies(request: HttpRequest) -> HttpResponse:
    """Agencies that serve the region, with their items."""
    return render(
        request, "portal/agencies.jinja", {"orgs": orgs_of_region(_region(request), below=True), "region": region(_region(request))}
    )


@guard(PUBLIC, why=READING)
def themes(request: HttpRequest) -> HttpResponse:
    """All themes."""
    return render(request, "portal/themes.jinja", {"themes": THEMES})


@guard(PUBLIC, why=READING)
def regions(request: HttpRequest, code: str = PROVINCE) -> HttpResponse:
    """The region tree, down to the village."""
    place = find_region(code) if code.isascii() and code.isdigit() and len(code) in (6, 9, 12) else None
    if place is None:
        raise NotHere("regions.region", id=code)
    return render(request, "portal/regions.jinja", {"place": place, "above": ancestors(place.code), "below": children(place.code)})


@guard(PUBLIC, why="a preference of the visitor, kept in a cookie")
def choose_region(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the region in a cookie and go home."""
    place = find_region(code) if code.isascii() and code.isdigit() and len(code) == 12 else None
    if place is None:
        raise NotHere("regions.region", id=code)
    answer = HttpResponseRedirect("/")
    answer.set_cookie("region", place.code, max_age=31536000, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer


@guard(PUBLIC, why=READING)
def guide(request: HttpRequest, impl_code: str) -> HttpResponse:
    """办事指南 of the version in force, in the standard order of sections."""
    item = item_in_force(impl_code) if len(impl_code) <= 64 else None
    if item is None:
        raise NotHere("items.item", id=impl_code)
    flow = [FlowStep(text) for text in item.flow_text] or [FlowStep(step.name) for step in item.steps]
    crumbs = [Link(_("办事"), "/search/")]
    return render(request, "portal/guide.jinja", {"item": item, "flow": flow, "crumbs": crumbs})
