"""Codes of regions and what a plan of change must hold."""

import re
from collections.abc import Mapping
from datetime import date

from kapok.kernel.common.verdicts import Verdict, allow, refuse
from kapok.kernel.regions.data import Level, Place, RegionPlan
from kapok.kernel.regions.errors import BadCode

_WIDTHS = {2, 4, 6, 9, 12}


def normalise(text: str) -> str:
    """The 12-digit code of a code of 2, 4, 6, 9 or 12 digits; raises BadCode."""
    plain = text.strip()
    if len(plain) not in _WIDTHS or not (plain.isascii() and plain.isdigit()):
        raise BadCode(text=text[:20])
    return plain.ljust(12, "0")


def short(code: str) -> str:
    """The code as people write it: 6 digits to the county, 9 for a town, 12 for a village."""
    if not code.endswith("000000"):
        return code if not code.endswith("000") else code[:9]
    return code[:6]


def level_of(code: str) -> int:
    """The rank that the digits say (统计用区划代码编制规则)."""
    for width, level in ((9, Level.VILLAGE), (6, Level.TOWN), (4, Level.COUNTY), (2, Level.CITY)):
        if code[width:].strip("0"):
            return int(level)
    return int(Level.PROVINCE)


_KINDS: dict[int, tuple[tuple[int, int, str], ...]] = {
    Level.CITY: ((1, 20, "city"), (21, 50, "prefecture"), (51, 70, "city")),
    Level.COUNTY: ((1, 20, "district"), (21, 80, "county"), (81, 99, "county_city")),
    Level.TOWN: ((1, 99, "subdistrict"), (100, 199, "town"), (200, 399, "township"), (400, 599, "quasi_town")),
    Level.VILLAGE: ((1, 199, "residents"), (200, 399, "villagers"), (400, 599, "quasi_village")),
}
_DIGITS = {Level.CITY: slice(2, 4), Level.COUNTY: slice(4, 6), Level.TOWN: slice(6, 9), Level.VILLAGE: slice(9, 12)}


def kind_of(code: str, level: int | None = None) -> str:
    """district, county_city, subdistrict, town, residents … by the ranges of the digits; "other" outside them."""
    rank = Level(level or level_of(code))
    if rank is Level.PROVINCE:
        return "province"
    number = int(code[_DIGITS[rank]])
    return next((kind for low, high, kind in _KINDS[rank] if low <= number <= high), "other")


_SUFFIXES = re.compile(
    r"(?<=..)(?:(?:社区)?居民?委员?会|社区居委会|(?:村民?|渔民?)委员?会|社区|街道(?:办事处)?|地区|(?:[\u4e00-\u9fff]{1,4}族)*自治[区州县]|新区|特别行政区|[省市县区镇乡村])$"
)


def short_name(name: str) -> str:
    """What people call it: 广东, 广州, 乳源, 东城; names of two characters stay (城区, 镇区)."""
    return _SUFFIXES.sub("", name) or name


def may_amend(plan: RegionPlan, tree: Mapping[str, Place], *, reason: str, effective: date, last: date | None, today: date) -> Verdict:
    """A plan states its ground, takes effect today or later and after those before it, and leaves no region without a place.

    `tree` holds every region the plan names that exists (ended ones too).
    """
    if not reason.strip():
        return refuse("regions.reason_missing")
    if effective < today:
        return refuse("regions.effective_in_the_past", today=today.isoformat())
    if last is not None and effective < last:
        return refuse("regions.effective_before_last", last=last.isoformat())
    if not (plan.creates or plan.successions or plan.names or plan.parents):
        return refuse("regions.nothing_changes")
    for check in (_creates, _successions, _hangs):
        verdict = check(plan, tree)
        if not verdict:
            return verdict
    return allow()


def _standing(plan: RegionPlan, tree: Mapping[str, Place]) -> dict[str, int]:
    """Ranks of the regions that stand after the plan."""
    ranks = {code: place.level for code, place in tree.items() if place.ends is None}
    ranks.update({new.code: level_of(new.code) for new in plan.creates})
    return {code: rank for code, rank in ranks.items() if code not in plan.ended}


def _creates(plan: RegionPlan, tree: Mapping[str, Place]) -> Verdict:
    made: set[str] = set()
    for new in plan.creates:
        if len(new.code) != 12 or not new.code.isdigit():
            return refuse("regions.bad_code", status=422, text=new.code[:20])
        if new.code in tree or new.code in made:
            return refuse("regions.code_taken", region=new.code)
        made.add(new.code)
    return allow()


def _successions(plan: RegionPlan, tree: Mapping[str, Place]) -> Verdict:
    standing = _standing(plan, tree)
    for old in plan.ended:
        if old not in tree or tree[old].ends is not None:
            return refuse("regions.no_such_region", status=404, region=old)
        defaults = [step.new for step in plan.successions if step.old == old and step.default]
        if len(defaults) != 1:
            return refuse("regions.two_followers" if defaults else "regions.no_follower", region=old)
    for step in plan.successions:
        if step.new in plan.ended:
            return refuse("regions.follower_ends", region=step.new)
        if step.new not in standing:
            return refuse("regions.no_such_region", status=404, region=step.new)
        if standing[step.new] != tree[step.old].level:
            return refuse("regions.wrong_rank", region=step.new, parent=step.old)
    return allow()


def _hangs(plan: RegionPlan, tree: Mapping[str, Place]) -> Verdict:
    standing = _standing(plan, tree)
    for code in plan.names:
        if code not in standing:
            return refuse("regions.no_such_region", status=404, region=code)
    wanted = [*plan.parents.items(), *((new.code, new.parent) for new in plan.creates)]
    for code, parent in wanted:
        for named in (code, parent):
            if named not in standing:
                return refuse("regions.no_such_region", status=404, region=named)
        if code == parent or code in (tree[parent].path if parent in tree else ()):
            return refuse("regions.circle", region=code)
        if standing[parent] >= standing[code]:
            return refuse("regions.wrong_rank", region=code, parent=parent)
    return allow()
