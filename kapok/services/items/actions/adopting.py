"""Taking a base change over into the items below it, many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from kapok.kernel.access.public import Actor
from kapok.kernel.common import clock
from kapok.kernel.journal.public import action
from kapok.services.items.access import require_at_home
from kapok.services.items.actions.publishing import next_day, publish
from kapok.services.items.models import PROVINCE, BaseItem, ItemVersion, State
from kapok.services.items.queries.children import Child, children_of
from kapok.services.items.queries.impact import Policy

TAKE, KEEP_OWN = "take", "keep"


@dataclass(frozen=True)
class Adopted:
    """What became of each child: published anew, left with a draft for its conflicts, or passed over because a draft is open."""

    published: tuple[str, ...]
    drafts: tuple[str, ...]
    skipped: tuple[str, ...]


@action("items.adopt")
def adopt_base(
    base: BaseItem,
    item_ids: Iterable[int] | None = None,
    *,
    effective_on: date | None = None,
    conflicts: str = "",
    policies: Mapping[str, Policy] | None = None,
    by: Actor,
) -> Adopted:
    """Bring items (default: all) onto the newest layers. Those that simply inherit are published; what was decided above needs no
    second review. With conflicts: `take` drops the own value and publishes, `keep` publishes with it, else a draft is opened.
    """
    require_at_home(by, "items.base", PROVINCE)
    wanted = set(item_ids) if item_ids is not None else None
    published: list[str] = []
    drafts: list[str] = []
    skipped: list[str] = []
    for child in children_of(base):
        if child.state == "current" or (wanted is not None and child.item.id not in wanted):
            continue
        if child.open_number is not None:
            skipped.append(child.item.impl_code)
        elif child.conflicts and conflicts not in (TAKE, KEEP_OWN):
            _next_version(child, State.DRAFT, take=False)
            drafts.append(child.item.impl_code)
        else:
            version = _next_version(child, State.REVIEWED, take=conflicts == TAKE)
            day = max(effective_on or clock.today(), next_day(child.item.id))
            publish(version.id, day, policies=policies, note="采纳基本目录变更", by=by)
            published.append(child.item.impl_code)
    return Adopted(tuple(published), tuple(drafts), tuple(skipped))


def _next_version(child: Child, state: str, *, take: bool) -> ItemVersion:
    last = ItemVersion.objects.get(id=child.version_id)
    dropped = {e.element for e in child.conflicts} if take else set()
    number = (ItemVersion.objects.filter(item=child.item).aggregate(Max("number"))["number__max"] or 0) + 1
    return ItemVersion.objects.create(
        item=child.item, number=number, state=state, above=last.above, made_at=clock.now(), edited_at=clock.now(),
        elements={k: v for k, v in last.elements.items() if k not in dropped},
    )  # fmt: skip
