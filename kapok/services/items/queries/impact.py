"""The impact registry (08.20, 09.18): what hangs on the version in force, asked of the apps above that know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.registry import Registry
from kapok.kernel.common.verdicts import Verdict, allow, refuse

KEEP, OLD_UNTIL, FORWARD, STOP, BLOCK = "keep", "old_until", "forward", "stop", "block"
POLICIES: dict[str, Any] = {
    KEEP: _("保持旧版本"),
    OLD_UNTIL: _("用旧版至日期"),
    FORWARD: _("自动转新版"),
    STOP: _("停止使用旧版"),
    BLOCK: _("阻止发布"),
}


@dataclass(frozen=True)
class Touched:
    """The change asked about: from the version in force (None: the first) to the one to be published (None: cancelled)."""

    item_id: int
    impl_code: str
    from_version: UUID | None
    to_version: UUID | None
    effective_on: date


@dataclass(frozen=True)
class Policy:
    """What becomes of what a source counted; `until` with OLD_UNTIL."""

    policy: str
    until: date | None = None


@dataclass(frozen=True)
class ImpactSource:
    """Something that depends on versions. `count` counts what a change touches; `apply` carries the policy out, inside the
    publishing transaction, and returns how many it touched. A running case keeps its version: such a source offers KEEP alone."""

    key: str
    title: Any
    policies: tuple[str, ...]
    count: Callable[[Touched], int]
    apply: Callable[[Touched, Policy], int] | None = None


@dataclass(frozen=True)
class Impact:
    source: ImpactSource
    count: int


impact_sources: Registry[ImpactSource] = Registry("items.impact")
"""Filled by higher apps when they load."""


def preview_impact(change: Touched) -> list[Impact]:
    """What every source counts, in the order they registered."""
    return [Impact(source, source.count(change)) for source in impact_sources]


def may_go_on(impacts: list[Impact], policies: Mapping[str, Policy], effective_on: date) -> Verdict:
    """Every source with a count needs a policy it offers. Codes: items.policy_missing, policy_unknown, policy_date, blocked."""
    open_ones = [i for i in impacts if i.count and i.source.key not in policies]
    if open_ones:
        return refuse("items.policy_missing", sources="、".join(str(i.source.title) for i in open_ones))
    for impact in (i for i in impacts if i.count):
        chosen, title = policies[impact.source.key], str(impact.source.title)
        if chosen.policy not in impact.source.policies:
            return refuse("items.policy_unknown", status=422, source=title, policy=chosen.policy)
        if chosen.policy == BLOCK:
            return refuse("items.blocked", source=title)
        if chosen.policy == OLD_UNTIL and (chosen.until is None or chosen.until < effective_on):
            return refuse("items.policy_date", status=422, source=title)
    return allow()
