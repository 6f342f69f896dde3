"""Finding a service: home, search, browsing, regions. No log-in, no script."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.kernel.access.public import PUBLIC, guard, system_actor
from kapok.kernel.common import clock
from kapok.kernel.common.errors import NotHere
from kapok.kernel.orgs.public import Org
from kapok.kernel.regions.public import Level, Place, children, find_region, governors, region, search_regions
from kapok.kernel.ui.public import Link, render, rendered_once
from kapok.services.intake.public import own_cases
from kapok.services.items.public import ABOVE, HERE, WITHIN, Asked, Found, Line, search_items
from kapok.services.portal.actions.upkeep import count_searches
from kapok.services.portal.queries import wordings_for
from kapok.services.portal.queries.browsing import PROVINCE, REACHES, agencies_of, region_page, tally, usual_reach
from kapok.services.portal.queries.standing import home_stands_on
from kapok.services.portal.queries.upkeep import notices_of, stops
from kapok.services.portal.rules.upkeep import Stop, standing
from kapok.services.portal.rules.wayfinding import Scene, Theme, wayfinding
from kapok.services.portal.web.frame import chosen_region
from kapok.services.portal.web.words import said, translated

READING = "public information"
PAGE = 20
AUDIENCES = {"1": ("1",), "2": ("2", "3", "4", "6")}
"""个人 and 法人 as the catalogue's 服务对象: every kind of organisation counts as 法人."""
NARROWED = ("audience", "online", "fee", "kind")
COUNTER = system_actor("搜索计数")


def region_of(request: HttpRequest) -> Place:
    """The region the visitor looks at: the address's, else the cookie's. A made-up one in the address is refused, in a cookie ignored."""
    asked = request.GET.get("region", "")
    if asked:
        return place_of(asked)
    return region(chosen_region(request) or PROVINCE)


def place_of(code: str) -> Place:
    """A region by its code of 6, 9 or 12 digits."""
    found = find_region(code) if code.isascii() and code.isdigit() and len(code) in (6, 9, 12) else None
    if found is None:
        raise NotHere("regions.region", id=code[:20])
    return found


def words_of(request: HttpRequest, name: str = "q", most: int = 100) -> str:
    """What was typed, without what no database takes, cut to size."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:most]


@guard(PUBLIC, why=READING)
@rendered_once(lambda request: home_stands_on(chosen_region(request)))
def home(request: HttpRequest) -> HttpResponse:
    """The way in: search, what is going on with me, themes, situations of life."""
    actor: Any = request.actor  # type: ignore[attr-defined]  # set by kernel.access
    mine = own_cases(actor, 3) if actor.signed_in else []
    ways = wayfinding()
    return render(
        request, "portal/home.jinja",
        {"themes": ways.themes[:11], "scenes": ways.scenes[:6], "cases": list(zip(mine, wordings_for(mine), strict=True)),
         "notices": notices_of(region_of(request).code, most=3)},
    )  # fmt: skip


@guard(PUBLIC, why=READING)
def search(request: HttpRequest) -> HttpResponse:
    """Items by words, code, audience, theme, agency and region."""
    return _results(request, _("搜索事项"))


@guard(PUBLIC, why=READING)
def persons(request: HttpRequest) -> HttpResponse:
    """What natural persons can apply for."""
    return _results(request, _("个人办事"), audience="1")


@guard(PUBLIC, why=READING)
def companies(request: HttpRequest) -> HttpResponse:
    """What legal persons can apply for."""
    return _results(request, _("法人办事"), audience="2")


def _results(request: HttpRequest, title: str, audience: str = "") -> HttpResponse:
    query, place, ways = words_of(request), region_of(request), wayfinding()
    theme = ways.theme(words_of(request, "theme", 40))
    where = request.GET.get("where", "")
    where = where if where in REACHES else usual_reach(place)
    org = _agency(request.GET.get("org", ""))
    facets = tuple((key, value) for key in NARROWED if (value := words_of(request, key, 20)))
    any_of = ((("theme", theme.covers),) if theme else ()) + ((("audience", AUDIENCES[audience]),) if audience else ())
    asked = Asked(query, "" if org else place.code, where, facets, org.id if org else None, any_of)
    found = search_items(asked, after=request.GET.get("after") or None, size=PAGE)
    if query and not request.GET.get("after"):
        _count(query, found)
    return render(
        request, "portal/results.jinja",
        {"title": org.name if org else title, "query": query, "hits": hits(found.lines), "found": found,
         "place": place, "theme": theme, "org": org, "reaches": [] if org else _reaches(request, place, where),
         "themes": [] if theme or query or org else _themes(audience), "here": request.path,
         "facets": _facets(request, found, org)},
    )  # fmt: skip


def _facets(request: HttpRequest, found: Found, org: Org | None) -> list[tuple[Any, list[Link]]]:
    """What the answers can be narrowed by, with counts; chosen ones lead back."""
    drawn = []
    for facet in found.facets:
        if (
            facet.key not in (*NARROWED, "org")
            or (facet.key == "org" and org)
            or (len(facet.values) < 2 and not request.GET.get(facet.key))
        ):
            continue
        links = []
        for value in facet.values[:8]:
            query = request.GET.copy()
            query.pop("after", None)
            wanted = value.value.partition("=")[0] if facet.key == "org" else value.value
            query[facet.key] = "" if value.chosen else wanted
            links.append(
                Link(
                    translated(value.label) if facet.key != "org" else value.label,
                    f"?{query.urlencode()}",
                    current=value.chosen,
                    count=value.count,
                )
            )
        drawn.append((facet.title, links))
    return drawn


def _agency(text: str) -> Org | None:
    if not text:
        return None
    found = Org.objects.filter(id=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 10 else None
    if found is None:
        raise NotHere("orgs.org", id=text[:20])
    return found


def _count(query: str, found: Found) -> None:
    """Remember the word in this process; now and then one request adds up what was remembered."""
    tally.note(query, [line.name for line in found.lines])
    counts = tally.due()
    if counts:
        count_searches(counts, clock.today(), by=COUNTER)


def _reaches(request: HttpRequest, place: Place, chosen: str) -> list[Link]:
    """Which items of a region: all within, all that can be done there, its own. The province has only one."""
    if place.code == PROVINCE:
        return []
    titles = {ABOVE: _("在这里能办的"), WITHIN: _("本地及下级"), HERE: _("只看本级")}
    query = request.GET.copy()
    query.pop("after", None)
    found = []
    for key in REACHES if place.level <= Level.TOWN else (ABOVE, HERE):
        query["where"] = key
        found.append(Link(titles[key], f"?{query.urlencode()}", current=key == chosen))
    return found


def _themes(audience: str) -> Sequence[Theme]:
    return [theme for theme in wayfinding().themes if theme.serves(audience)] if audience else ()


def hits(lines: Sequence[Line]) -> list[tuple[Line, list[str], Stop | None]]:
    """Each row with its tags and the maintenance it is under; one statement for all."""
    known = stops() if lines else []
    return [(line, tags_of(line), stop_for(line, known)) for line in lines]


def stop_for(line: Line, known: Sequence[Stop]) -> Stop | None:
    """The maintenance a row is under."""
    return standing(known, line.item_id, [place.code for place in governors(line.region)]) if known else None


def tags_of(line: Line) -> list[str]:
    """What a row says of an item at a glance: 即办 or 承诺, visits, whether online, fee."""
    visits = _("零跑动") if line.visits == 0 else _("最多跑%(n)s次") % {"n": line.visits}
    online = [_("可网办")] if line.online else []
    return [said("kind", line.kind), visits, *online, _("收费") if line.charges else _("不收费")]


@guard(PUBLIC, why=READING)
def agencies(request: HttpRequest) -> HttpResponse:
    """Agencies that serve the region, with their items."""
    place, query = region_of(request), words_of(request, most=40)
    groups: dict[str, list[Link]] = {}
    for org in agencies_of(place.code, query):
        groups.setdefault(str(org.get_level_display()), []).append(Link(org.name, f"{reverse('portal:search')}?org={org.id}"))
    return render(request, "portal/agencies.jinja", {"groups": list(groups.items()), "place": place, "query": query})


@guard(PUBLIC, why=READING)
def themes(request: HttpRequest) -> HttpResponse:
    """All themes and all situations of life."""
    ways = wayfinding()
    return render(request, "portal/themes.jinja", {"themes": ways.themes, "scenes": ways.scenes})


@guard(PUBLIC, why=READING)
def scene(request: HttpRequest, key: str) -> HttpResponse:
    """A situation of life: the items it needs, in the visitor's region."""
    found: Scene | None = wayfinding().scene(key[:40])
    if found is None:
        raise NotHere("portal.scene", id=key[:40])
    place = region_of(request)
    lines = search_items(Asked(region=place.code, where=usual_reach(place), bases=found.bases), size=100, facets=False).lines
    groups: dict[str, list[Any]] = {}
    for hit in hits(lines):
        groups.setdefault(hit[0].name, []).append(hit)
    return render(request, "portal/scene.jinja", {"scene": found, "groups": list(groups.items()), "place": place})


@guard(PUBLIC, why=READING)
def regions(request: HttpRequest, code: str = PROVINCE) -> HttpResponse:
    """A region: what can be done there, who serves it, notices, and the regions below, to the village."""
    return _region(request, place_of(code))


@guard(PUBLIC, why=READING)
def switch(request: HttpRequest) -> HttpResponse:
    """Choosing another region: by name, initials or code, or down the tree."""
    query = words_of(request, most=30)
    found = search_regions(query, limit=30) if query else []
    return render(
        request, "portal/switch.jinja",
        {"place": region_of(request), "query": query, "found": [(each, [up.name for up in governors(each.code)[:-1]]) for each in found],
         "cities": region_page_links(region(PROVINCE))},
    )  # fmt: skip


def region_page_links(place: Place) -> list[Link]:
    """The regions directly below, as links to their pages."""
    return [Link(child.name, reverse("portal:region", args=[child.code])) for child in children(place.code)]


def _region(request: HttpRequest, place: Place) -> HttpResponse:
    page = region_page(place)
    return render(
        request, "portal/region.jinja",
        {"page": page, "hits": hits(page.items), "below": region_page_links(place), "chosen": region_of(request).code == place.code,
         "all_items": f"{reverse('portal:search')}?region={place.code}"},
    )  # fmt: skip


@guard(PUBLIC, why="a preference of the visitor, kept in a cookie")
def choose_region(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the region in a cookie and show its page."""
    place = find_region(code) if code.isascii() and code.isdigit() and len(code) == 12 else None
    if place is None:
        raise NotHere("regions.region", id=code[:20])
    answer = HttpResponseRedirect(reverse("portal:region", args=[place.code]))
    answer.set_cookie("region", place.code, max_age=31536000, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer


@guard(PUBLIC, why=READING)
def accessibility(request: HttpRequest) -> HttpResponse:
    """What helps people who see, hear or move with difficulty, and where to say that something does not."""
    return render(request, "portal/accessibility.jinja", {})
